package org.armlib.file;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.armlib.content.Compression;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import org.armlib.tck.CacheSamples;

/** What the tests run in processes of its own. Says on standard output what it begins and what it has done. */
final class Child {
    private final CacheManager cache;
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);

    private Child(Path directory, Compression compression) {
        this.cache = new FileCacheManager(directory, compression, Clock.systemUTC());
    }

    /** A process that runs {@link #main}, with what it complains of shown as ours. */
    static Process start(List<String> jvm, Path directory, Compression compression, String... task) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(Child.class.getName());
        command.addAll(List.of(directory.toString(), compression.name()));
        command.addAll(List.of(task));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] args) throws IOException {
        Child child = new Child(Path.of(args[0]), Compression.valueOf(args[1]));
        switch (args[2]) {
            case "churn" -> child.churn(args[3], Long.parseLong(args[4]));
            case "race" -> child.race(Integer.parseInt(args[3]), Integer.parseInt(args[4]));
            case "long" -> child.writeLong(Integer.parseInt(args[3]), Long.parseLong(args[4]));
            default -> throw new IllegalArgumentException(args[2]);
        }
    }

    /** Commits, promotes and purges at random until it is killed. */
    private void churn(String prefix, long seed) throws IOException {
        Random random = new Random(seed);
        for (int number = 1; ; number++) {
            String key = prefix + random.nextInt(6);
            int kind = random.nextInt(100);
            if (kind < 70) {
                CachePolicy policy = random.nextBoolean() ? CachePolicy.STICKY : CachePolicy.TEMPORARY;
                say("begin commit " + key + " " + number + " " + policy);
                Commit commit = Results.commit(cache, key, policy, number, 1);
                say("done " + commit.getClass().getSimpleName());
            } else if (kind < 80) {
                say("begin promote " + key);
                say("done " + cache.promote(new RequestKey(key)));
            } else if (kind < 88) {
                say("begin retract " + key + " " + number);
                cache.retract(new RequestKey(key), CacheSamples.submission(number));
                say("done");
            } else if (kind < 97) {
                say("begin routine");
                cache.purge(Purge.ROUTINE);
                say("done");
            } else {
                say("begin rebuild");
                cache.purge(Purge.REBUILD);
                say("done");
            }
        }
    }

    /** Commits the same submissions as others do at the same time, then rebuilds as often as they. */
    private void race(int attempt, int keys) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        say("ready");
        in.readLine();
        for (int i = 0; i < keys; i++) {
            Commit commit = Results.commit(cache, "k" + i, CachePolicy.STICKY, 1, attempt);
            say("k" + i + " " + commit);
        }
        say("committed");
        in.readLine();
        for (int i = 0; i < 5; i++) {
            cache.purge(Purge.REBUILD);
        }
        say("rebuilt");
    }

    /** Writes several results of one length at the same time. */
    private void writeLong(int writers, long length) throws IOException {
        List<Thread> threads = Stream.iterate(0, i -> i + 1)
                .limit(writers)
                .map(i -> new Thread(() -> writeLong("k" + i, length)))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private void writeLong(String key, long length) {
        byte[] block = new byte[1 << 20];
        new Random(key.hashCode()).nextBytes(block);
        try (ResultWriter writer = cache.write(Results.leased(key, CachePolicy.STICKY, 1, 1))) {
            OutputStream format = writer.format("csv", "text/csv");
            for (long at = 0; at < length; at += block.length) {
                format.write(block, 0, (int) Math.min(block.length, length - at));
            }
            say(key + " " + writer.commit().getClass().getSimpleName());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private synchronized void say(String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
