package org.armlib.jdbc;

import java.util.Optional;
import java.util.regex.Pattern;
import org.armlib.domain.Redaction;

/**
 * How to reach a database.
 *
 * @param url the JDBC URL
 * @param user whom to connect as, empty if the URL says so or nobody is asked
 * @param password that user's password; never shown
 */
public record JdbcAccess(String url, Optional<String> user, Optional<String> password) {
    /**
     * A password that is not masked yet; a backslash, which drivers double where they quote, escapes what follows it. In a
     * part of an unknown URL nothing but a separator surely ends it: rather too much of a message is masked than too little.
     */
    private static final Pattern PASSWORD = Pattern.compile(
            "(password=)(?!\\*{6})(?:\\\\++.|[^&;\\\\])*+|(://[^/?#:@\\s]*+:)(?!\\*{6})[^?#\\s]{0,4096}(?=@)",
            Pattern.CASE_INSENSITIVE);

    /** A database that asks for no user, or whose URL names one. */
    public static JdbcAccess to(String url) {
        return new JdbcAccess(url, Optional.empty(), Optional.empty());
    }

    /** A database that asks for a user. */
    public static JdbcAccess to(String url, String user, String password) {
        return new JdbcAccess(url, Optional.of(user), Optional.of(password));
    }

    @Override
    public String toString() {
        return Redaction.DEFAULT.redactUrl(url)
                + user.map(name -> " as " + name).orElse("");
    }

    /** A message of the driver without the passwords of URLs, or of parts of URLs, that it quotes. */
    static String withoutPassword(String message) {
        return PASSWORD.matcher(message).replaceAll("$1$2" + Redaction.MASK);
    }

    /** A message of the driver in which this URL, also with its quotes doubled, is one without passwords. */
    String hiddenIn(String message) {
        String shown = Redaction.DEFAULT.redactUrl(url);
        return withoutPassword(message.replace(url, shown).replace(url.replace("\"", "\"\""), shown));
    }
}
