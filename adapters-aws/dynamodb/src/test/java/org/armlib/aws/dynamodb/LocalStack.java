package org.armlib.aws.dynamodb;

import java.time.Duration;
import org.armlib.aws.AwsAccess;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/** LocalStack in a container, the same for all tests; where there is Docker. */
final class LocalStack {
    /** Of the last that ask for no account. */
    private static final DockerImageName IMAGE = DockerImageName.parse("localstack/localstack:4.4.0");

    private LocalStack() {}

    /** Asked by JUnit. */
    static boolean isThere() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    static Counterpart counterpart() {
        return Shared.COUNTERPART;
    }

    private static final class Shared {
        private static final Counterpart COUNTERPART = start();

        /** Testcontainers removes the container when this JVM ends. */
        @SuppressWarnings("resource")
        private static Counterpart start() {
            LocalStackContainer container =
                    new LocalStackContainer(IMAGE).withServices("dynamodb").withStartupTimeout(Duration.ofMinutes(5));
            container.start();
            return new Counterpart("LocalStack", AwsAccess.DEFAULT.at(container.getEndpoint()), false);
        }
    }
}
