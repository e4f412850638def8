package org.armlib.aws.s3.servers;

import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.shaded.org.eclipse.jetty.server.Handler;
import org.gaul.shaded.org.eclipse.jetty.server.Request;
import org.gaul.shaded.org.eclipse.jetty.server.Response;
import org.gaul.shaded.org.eclipse.jetty.server.Server;
import org.gaul.shaded.org.eclipse.jetty.util.Callback;

/**
 * The main class of the process that serves S3Proxy. Of what is written or deleted under {@code If-Match}, S3Proxy first
 * asks whether the condition holds, and then does it: two may find that it holds. Amazon S3 does both at once, and so
 * does this process, which lets one such request of an object in after the other.
 */
final class ProxyMain {
    private ProxyMain() {}

    /** Takes the port, the kind of store, its folder, and the credentials that callers sign with. */
    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("jclouds.filesystem.basedir", Path.of(args[2]).toString());
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(BlobStores.create(args[1], properties))
                .endpoint(URI.create("http://127.0.0.1:" + args[0]))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, args[3], args[4])
                .ignoreUnknownHeaders(true)
                .v4MaxNonChunkedRequestSize(128 << 20)
                .build();
        Field field = S3Proxy.class.getDeclaredField("server");
        field.setAccessible(true);
        Server server = (Server) field.get(proxy);
        server.setHandler(new OneAtATime(server.getHandler()));
        proxy.start();
    }

    private static final class OneAtATime extends Handler.Wrapper {
        private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

        OneAtATime(Handler handler) {
            super(handler);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            boolean conditional = request.getHeaders().contains("If-Match")
                    && (request.getMethod().equals("PUT") || request.getMethod().equals("DELETE"));
            if (!conditional) {
                return super.handle(request, response, callback);
            }
            ReentrantLock lock = locks.computeIfAbsent(request.getHttpURI().getPath(), path -> new ReentrantLock());
            lock.lock();
            try {
                return super.handle(request, response, callback);
            } finally {
                lock.unlock();
            }
        }
    }
}
