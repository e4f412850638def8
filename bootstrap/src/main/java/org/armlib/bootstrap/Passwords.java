package org.armlib.bootstrap;

import java.util.List;
import java.util.regex.Pattern;

/** Masks the passwords that stand within the value of a setting that is itself no secret, as in a JDBC URL. */
final class Passwords {
    /**
     * What precedes a password, in a group, and the password: {@code ?password=...} and {@code &sslpassword=...} to the next
     * {@code &}, {@code ;PASSWORD=...} to the next {@code ;} that no backslash precedes, and {@code ://user:...@}.
     */
    private static final Pattern PASSWORD = Pattern.compile(
            "(?i)([?&][^=&]*password=)[^&]*" + "|(;[^=;]*password=)(?:\\\\.|[^;])*" + "|(://[^/?#:@]*:)[^/?#]*(?=@)");

    private Passwords() {}

    /** {@code value} as it may be shown. */
    static Object masked(Object value) {
        if (value instanceof String text) {
            return masked(text);
        }
        return value instanceof List<?> items
                ? items.stream().map(Passwords::masked).toList()
                : value;
    }

    /** {@code text} as it may be shown. */
    static String masked(String text) {
        return PASSWORD.matcher(text).replaceAll("$1$2$3" + EffectiveSetting.MASKED);
    }
}
