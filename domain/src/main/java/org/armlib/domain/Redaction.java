package org.armlib.domain;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rule for what must not be shown: parameters whose name marks their value as a secret, and the secrets within URLs.
 * Names are compared without regard to case, hyphens, underscores and dots, so that {@code apikey} covers {@code API-Key};
 * a name that begins with {@code *} covers all that end with the rest. Immutable.
 */
public final class Redaction {
    /** The text that stands for a secret. */
    public static final String MASK = "******";

    /** The names of {@link #DEFAULT}: those under which APIs, OAuth and presigned URLs pass secrets. */
    public static final List<String> DEFAULT_NAMES = List.of(
            "*api_key",
            "*access_key",
            "*subscription_key",
            "key",
            "*token",
            "*password",
            "passwd",
            "pwd",
            "*secret",
            "*signature",
            "sig",
            "*credential",
            "*credentials",
            "auth",
            "authorization",
            "jwt");

    /** The rule with the {@link #DEFAULT_NAMES}. */
    public static final Redaction DEFAULT = of(DEFAULT_NAMES);

    /**
     * User information, to the last {@code @} before a query; a port and a path with an {@code @} in it are not that. With
     * a user the password, without one all of it.
     */
    private static final Pattern USER_INFO = Pattern.compile(
            "(?<=://)(?![^/?#@\\s]{0,300}:[0-9]{1,5}/)" + "(?:([^/?#:@\\s]*+:)[^?#\\s]{0,4096}|[^/?#:@\\s]*+)(?=@)");

    /** A name and its value in a query, to the next ampersand, or in a list after semicolons, where a backslash escapes. */
    private static final Pattern PROPERTY =
            Pattern.compile("([?&][^?&=]*+)=[^&]*+|(;[^;=]*+)=(?:\\\\.|[^;])*+", Pattern.DOTALL);

    private final List<String> names;

    private Redaction(List<String> names) {
        this.names = names;
    }

    /** The rule that the values of these parameters are secret; of none, if there are no names. */
    public static Redaction of(Collection<String> names) {
        return new Redaction(names.stream()
                .map(name -> name.startsWith("*") ? "*" + normal(name) : normal(name))
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList());
    }

    /** Checks whether the value of a parameter is a secret. */
    public boolean isSecret(String parameter) {
        String name = normal(parameter);
        return names.stream()
                .anyMatch(secret -> secret.startsWith("*") ? name.endsWith(secret.substring(1)) : name.equals(secret));
    }

    /** Returns the parameters with {@link #MASK} in place of each secret value. */
    public Parameters redact(Parameters parameters) {
        if (parameters.asMap().keySet().stream().noneMatch(this::isSecret)) {
            return parameters;
        }
        // Written as a query, so that the mask is not percent-encoded.
        StringJoiner query = new StringJoiner("&");
        parameters
                .occurrences()
                .forEach((name, values) -> values.forEach(value -> query.add(QueryEncoding.encode(name)
                        + value.map(text -> "=" + (isSecret(name) ? MASK : QueryEncoding.encode(text)))
                                .orElse(""))));
        return Parameters.parse(query.toString());
    }

    /** Returns the request, under its key, with {@link #MASK} in place of each secret value: to be shown, not to be run. */
    public BatchRequest redact(BatchRequest request) {
        return new BatchRequest(
                request.key(),
                request.requestUri(),
                redact(request.parameters()),
                request.cachePolicy(),
                request.estimatedTime(),
                request.priority(),
                request.trace());
    }

    /** Returns the values of the parameters that are secret. */
    public List<String> secrets(Parameters parameters) {
        return parameters.asMap().entrySet().stream()
                .filter(entry -> isSecret(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .toList();
    }

    /**
     * Returns a URL, such as that of a database, with {@link #MASK} in place of the password in it and of the values of
     * secret names.
     */
    public String redactUrl(String url) {
        String shown = USER_INFO.matcher(url).replaceAll(Redaction::maskedUser);
        return PROPERTY.matcher(shown).replaceAll(match -> {
            String name = match.group(1) == null ? match.group(2) : match.group(1);
            return Matcher.quoteReplacement(isSecret(name.substring(1)) ? name + "=" + MASK : match.group());
        });
    }

    /** Returns a URL without user information, query and fragment: a signed URL keeps its secret there. */
    public static String withoutQuery(String url) {
        String path = url.split("[?#]", 2)[0];
        int authority = path.indexOf("//");
        if (authority < 0) {
            return path;
        }
        int slash = path.indexOf('/', authority + 2);
        String host = path.substring(authority + 2, slash < 0 ? path.length() : slash);
        return path.substring(0, authority + 2)
                + host.substring(host.lastIndexOf('@') + 1)
                + (slash < 0 ? "" : path.substring(slash));
    }

    private static String maskedUser(MatchResult match) {
        String user = match.group(1) == null ? "" : match.group(1);
        return Matcher.quoteReplacement(user + MASK);
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_.*]", "");
    }
}
