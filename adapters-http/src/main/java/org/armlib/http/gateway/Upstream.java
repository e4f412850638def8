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
    private final URI base;
    private final AllowList allow;
    private final FormatBy formatBy;
    private final String formatParameter;

    Upstream(GatewaySettings settings) {
        URI upstream = settings.upstream();
        this.origin = scheme(upstream) + "://" + upstream.getRawAuthority();
        this.basePath = basePath(upstream);
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
            Paths.normalise(beforeQuery(pathAndQuery));
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

    /** Where a request is run, for one of the formats that its result is to have. */
    URI resolve(BatchRequest request, WantedFormat wanted) throws UnsafePathException {
        String path = allowed(Paths.normalise(request.requestUri()));
        String query = query(request.parameters());
        if (wanted.name().isPresent() && formatBy == FormatBy.SUFFIX) {
            if (path.endsWith("/")) {
                throw new UnsafePathException("ends with a slash, so that it cannot have a format for its suffix");
            }
            path += "." + wanted.name().get();
        }
        if (wanted.name().isPresent() && formatBy == FormatBy.PARAMETER) {
            if (!request.parameters().get(formatParameter).isEmpty()) {
                throw new UnsafePathException("comes with the parameter '" + UpstreamMessage.clean(formatParameter)
                        + "', which the gateway sets itself");
            }
            String choice = query(
                    Parameters.of(Map.of(formatParameter, List.of(wanted.name().get()))));
            query = query.isEmpty() ? choice : query + "&" + choice;
        }
        return URI.create(origin + basePath + path + (query.isEmpty() ? "" : "?" + query));
    }

    /** URLEncoder writes a space as +, which only form decoders understand; %20 is a space to every decoder. */
    private static String query(Parameters parameters) {
        return parameters.toQuery().replace("+", "%20");
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
        String path = Paths.normalise(target.getRawPath().isEmpty() ? "/" : target.getRawPath());
        if (!path.equals(basePath) && !path.startsWith(basePath + "/")) {
            throw new UnsafePathException("is not below the upstream's path");
        }
        String relative = path.substring(basePath.length());
        allowed(relative.isEmpty() ? "/" : relative);
        String query = parse(target.toASCIIString()).getRawQuery();
        return URI.create(origin + path + (query == null ? "" : "?" + query));
    }

    private String allowed(String path) throws UnsafePathException {
        if (!allow.allows(path)) {
            throw new UnsafePathException("is not among the paths that this gateway allows");
        }
        return path;
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
            String normal = Paths.normalise(path);
            return normal.endsWith("/") ? normal.substring(0, normal.length() - 1) : normal;
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
