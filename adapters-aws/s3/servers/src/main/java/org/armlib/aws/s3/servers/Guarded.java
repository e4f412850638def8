package org.armlib.aws.s3.servers;

import java.io.IOException;
import java.util.Arrays;

/** The main class of a server's process: runs another main class, and ends when whoever started the process is gone. */
final class Guarded {
    private Guarded() {}

    /** Takes the name of the main class, and its arguments. */
    public static void main(String[] args) throws ReflectiveOperationException {
        Thread guard = new Thread(Guarded::endWithTheParent, "guard");
        guard.setDaemon(true);
        guard.start();
        Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                Arrays.copyOfRange(args, 1, args.length));
    }

    /** Standard input is a pipe from the parent, which ends with it, however it dies. */
    private static void endWithTheParent() {
        try {
            while (System.in.read() >= 0) {
                // Nobody writes.
            }
        } catch (IOException e) {
            // The pipe is broken: that is the end too.
        }
        Runtime.getRuntime().halt(0);
    }
}
