package org.armlib.aws;

import java.net.URI;
import java.util.Optional;

/**
 * How to reach a service of AWS, or one that speaks its language. Credentials are found as every program of the SDK finds
 * them: Java system properties, environment, the shared files of the AWS command line, the container or the instance.
 *
 * @param region where the service is, for example {@code eu-west-1}; empty to find it as the credentials are found
 * @param endpoint where to send the calls instead of to AWS
 * @param profile which section of the shared files to use, empty for the one that the environment names
 */
public record AwsAccess(Optional<String> region, Optional<URI> endpoint, Optional<String> profile) {
    /** All of it as the environment says. */
    public static final AwsAccess DEFAULT = new AwsAccess(Optional.empty(), Optional.empty(), Optional.empty());

    /** This access, to the services of another region. */
    public AwsAccess inRegion(String name) {
        return new AwsAccess(Optional.of(name), endpoint, profile);
    }

    /** This access, to another server. */
    public AwsAccess at(URI server) {
        return new AwsAccess(region, Optional.of(server), profile);
    }

    /** This access, as another section of the shared files says. */
    public AwsAccess withProfile(String name) {
        return new AwsAccess(region, endpoint, Optional.of(name));
    }

    /** The place, in words for a message. */
    @Override
    public String toString() {
        String where = region.map(name -> "region " + name).orElse("the default region");
        return endpoint.map(uri -> uri + " (" + where + ")").orElse(where);
    }
}
