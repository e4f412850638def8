package org.armlib.aws.s3;

import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/** The one LocalStack of this JVM, where there is Docker. It is removed when the JVM ends. */
final class LocalStack {
    /** The last one of those that want no account. */
    private static final String IMAGE = "localstack/localstack:4.4.0";

    private LocalStack() {}

    /** Asked for by the condition of a test. */
    static boolean canRun() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    static Counterpart counterpart() {
        return Shared.COUNTERPART;
    }

    private static final class Shared {
        private static final Counterpart COUNTERPART = start();

        @SuppressWarnings("resource")
        private static Counterpart start() {
            LocalStackContainer container = new LocalStackContainer(DockerImageName.parse(IMAGE)).withServices("s3");
            container.start();
            return new Counterpart("LocalStack", Optional.of(container.getEndpoint()), Optional.empty());
        }
    }
}
