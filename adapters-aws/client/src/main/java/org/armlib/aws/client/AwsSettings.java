package org.armlib.aws.client;

import java.net.URI;
import java.util.List;
import org.armlib.aws.AwsAccess;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** The settings that tell how to reach a service. */
public final class AwsSettings {
    /** Where the service is. */
    public static final Setting<String> REGION = Setting.text(
            "region", "AWS region, such as eu-west-1; found in the environment or the shared files unless given");

    /** Where the calls go. */
    public static final Setting<URI> ENDPOINT =
            Setting.httpUri("endpoint", "URL of a server that takes the place of AWS, such as http://localhost:8000");

    /** Which section of the shared files. */
    public static final Setting<String> PROFILE = Setting.text(
            "profile", "section of the shared AWS files for credentials and region; the environment's unless given");

    /** All of them. */
    public static final List<Setting<?>> ALL = List.of(REGION, ENDPOINT, PROFILE);

    private AwsSettings() {}

    /** What they say. */
    public static AwsAccess access(Settings settings) {
        return new AwsAccess(settings.find(REGION), settings.find(ENDPOINT), settings.find(PROFILE));
    }
}
