package org.armlib.http.gateway;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Parameters;
import org.armlib.http.gateway.GatewaySettings.FormatBy;
import org.armlib.spi.InvalidSettingException;
import org.jspecify.annotations.Nullable;

/** The one API that requests are run against: knows which addresses belong to it and may be asked for. */
final class Upstream {
    private final String origin;
    private final String basePath;
    private final String normalBasePath;
    private final URI base;
    private final AllowList allow;
    private final FormatBy formatBy;
    private final String formatParameter;

    Upstream(GatewaySettings settings) {
        URI upstream = settings.upstream();
        this.origin = scheme(upstream) + "://" + upstream.getRawAuthority();
        this.basePath = basePath(upstream);
        this.normalBasePath = normal(basePath);
        this.base = URI.create(origin + basePath + "/");
        this.allow = AllowList.of(settings.allow());
        this.formatBy = settings.formatBy();
        this.formatParameter = settings.formatParameter();
    }

    static void check(URI upstream) {
        String scheme = scheme(upstream);
        if (upstream.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new InvalidSettingException("upstream", "is no http or https address with a host");
        }
        if (upstream.getRawUserInfo() != null) {
            throw new InvalidSettingException(
                    "upstream", "has a user in it; send credentials by the setting headers instead");
        }
        if (upstream.getRawQuery() != null || upstream.getRawFragment() != null) {
            throw new InvalidSettingException("upstream", "has a query or a fragment; allowed are host, port and path");
        }
        basePath(upstream);
    }

    static void checkProbePath(String pathAndQuery) {
        try {
            Paths.asWritten(beforeQuery(pathAndQuery));
            new URI(pathAndQuery);
        } catch (UnsafePathException | URISyntaxException e) {
            throw new InvalidSettingException(
                    "probe-path", "'" + pathAndQuery + "' " + e.getMessage() + "; allowed: a path such as /health");
        }
    }

    /** The address, ending in a slash. */
    URI base() {
        return base;
    }

    /** The address of a path, with its query if it has one, that the operator wrote. */
    URI at(String pathAndQuery) {
        return URI.create(origin + basePath + pathAndQuery);
    }

    /** Where a request is run, for one of the formats that its result is to have. Path and query are as they are written. */
    URI resolve(BatchRequest request, WantedFormat wanted) throws UnsafePathException {
        String path = allowed(request.requestUri());
        Parameters parameters = request.parameters();
        if (wanted.name().isPresent() && formatBy == FormatBy.SUFFIX) {
            if (path.endsWith("/")) {
                throw new UnsafePathException("ends with a slash, so that it cannot have a format for its suffix");
            }
            path += "." + wanted.name().get();
        }
        if (wanted.name().isPresent() && formatBy == FormatBy.PARAMETER) {
            if (!parameters.get(formatParameter).isEmpty()) {
                throw new UnsafePathException("comes with the parameter '" + UpstreamMessage.clean(formatParameter)
                        + "', which the gateway sets itself");
            }
            parameters = parameters.and(
                    Parameters.of(Map.of(formatParameter, List.of(wanted.name().get()))));
        }
        return URI.create(origin + basePath + path + (parameters.isEmpty() ? "" : "?" + parameters.toQuery()));
    }

    /** Where a redirect leads, if that belongs to the upstream as well. */
    URI redirect(URI from, String location) throws UnsafePathException {
        if (location.isBlank()) {
            throw new UnsafePathException("is no address");
        }
        URI target = from.resolve(parse(location));
        if (!scheme(target).equals(scheme(from))
                || !host(target).equals(host(from))
                || port(target) != port(from)
                || target.getRawUserInfo() != null) {
            throw new UnsafePathException("is not on the upstream's host");
        }
        String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
        String normal = Paths.normalise(path);
        if (!normal.equals(normalBasePath) && !normal.startsWith(normalBasePath + "/")) {
            throw new UnsafePathException("is not below the upstream's path");
        }
        String relative = normal.substring(normalBasePath.length());
        allowed(relative.isEmpty() ? "/" : relative);
        String query = parse(target.toASCIIString()).getRawQuery();
        return URI.create(origin + Paths.asWritten(path) + (query == null ? "" : "?" + query));
    }

    /** The path as it is sent, if whatever the upstream may take it for is allowed. */
    private String allowed(String path) throws UnsafePathException {
        String written = Paths.asWritten(path);
        for (String reading : Paths.readings(path)) {
            if (!allow.allows(reading)) {
                throw new UnsafePathException("is not among the paths that this gateway allows");
            }
        }
        return written;
    }

    private static URI parse(String address) throws UnsafePathException {
        try {
            return new URI(address);
        } catch (URISyntaxException e) {
            throw new UnsafePathException("is no address");
        }
    }

    private static String basePath(URI upstream) {
        String path = upstream.getRawPath();
        if (path.isEmpty()) {
            return "";
        }
        try {
            String written = Paths.asWritten(path);
            return written.endsWith("/") ? written.substring(0, written.length() - 1) : written;
        } catch (UnsafePathException e) {
            throw new InvalidSettingException("upstream", "its path " + e.getMessage());
        }
    }

    private static String normal(String basePath) {
        try {
            return basePath.isEmpty() ? "" : Paths.normalise(basePath);
        } catch (UnsafePathException e) {
            throw new InvalidSettingException("upstream", "its path " + e.getMessage());
        }
    }

    private static String beforeQuery(String pathAndQuery) {
        int question = pathAndQuery.indexOf('?');
        return question < 0 ? pathAndQuery : pathAndQuery.substring(0, question);
    }

    private static String scheme(URI uri) {
        return lower(uri.getScheme());
    }

    private static String host(URI uri) {
        return lower(uri.getHost());
    }

    private static String lower(@Nullable String part) {
        return part == null ? "" : part.toLowerCase(Locale.ROOT);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : scheme(uri).equals("https") ? 443 : 80;
    }
}
