package org.armlib.http.gateway;

import com.google.inject.Module;
import java.util.List;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.PortType;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** Makes the gateway usable as {@code processor.adapter = gateway}. */
public final class GatewayProvider implements AdapterProvider {
    /** For {@link java.util.ServiceLoader}. */
    public GatewayProvider() {}

    @Override
    public PortType port() {
        return PortType.PROCESSOR;
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public List<Setting<?>> settings() {
        return GatewayOptions.all();
    }

    @Override
    public Module module(Settings settings) {
        return new GatewayModule(GatewayOptions.from(settings));
    }
}
