package org.armlib.http.server;

import com.google.inject.Module;
import java.util.List;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.PortType;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** Makes the server usable as {@code server.adapter = http}. */
public final class HttpServerProvider implements AdapterProvider {
    /** For {@link java.util.ServiceLoader}. */
    public HttpServerProvider() {}

    @Override
    public PortType port() {
        return PortType.SERVER;
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public List<Setting<?>> settings() {
        return HttpServerSettings.all();
    }

    @Override
    public Module module(Settings settings) {
        return new HttpServerModule(HttpServerSettings.from(settings));
    }
}
