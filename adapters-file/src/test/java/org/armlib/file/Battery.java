package org.armlib.file;

/** How much the long tests do: {@code -Darmlib.battery=full} for all. */
final class Battery {
    private Battery() {}

    static boolean full() {
        return "full".equals(System.getProperty("armlib.battery"));
    }
}
