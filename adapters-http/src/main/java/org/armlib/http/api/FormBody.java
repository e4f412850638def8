package org.armlib.http.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.armlib.domain.Parameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fields of a form in the body of a call. A filter ahead of the servlet that calls {@code getParameter}, as Spring's
 * {@code HiddenHttpMethodFilter} does, makes the container read the body; the fields are the container's then.
 */
final class FormBody {
    private static final Logger LOG = LoggerFactory.getLogger(FormBody.class);
    private static final String TYPE = "application/x-www-form-urlencoded";

    /** Set by Tomcat where it left out parameters that it could not parse. */
    private static final String TOMCAT_PARSE_FAILED = "org.apache.catalina.parameter_parse_failed";

    private FormBody() {}

    /** Reads at most {@code max} bytes; returns no fields if the call has no body. */
    static Parameters read(Exchange exchange, int max) throws IOException {
        long length = exchange.request().getContentLengthLong();
        byte[] body = exchange.method().equals("POST") ? exchange.body(max) : new byte[0];
        boolean form = exchange.contentType().equals(TYPE);
        if (body.length == 0
                && (length == 0 || (!form && length < 0) || !exchange.method().equals("POST"))) {
            return Parameters.none();
        }
        if (!form) {
            throw Problem.UNSUPPORTED_MEDIA_TYPE.because("a body here is a form, " + TYPE + ", or left out");
        }
        if (body.length == 0) {
            return readByContainer(exchange);
        }
        if (body.length < length) {
            throw consumed(exchange);
        }
        try {
            return Parameters.parse(Utf8.decode(body, body.length));
        } catch (CharacterCodingException e) {
            throw Problem.MALFORMED.because("the form is not UTF-8");
        }
    }

    /** The container's parameters without those of the query, which come first in each list of values. */
    private static Parameters readByContainer(Exchange exchange) {
        HttpServletRequest request = exchange.request();
        Map<String, List<String>> fields = new LinkedHashMap<>();
        parameters(request).forEach((name, values) -> fields.put(name, Arrays.asList(values)));
        for (Map.Entry<String, List<String>> query : exchange.query().asMap().entrySet()) {
            List<String> values = fields.getOrDefault(query.getKey(), List.of());
            int count = query.getValue().size();
            if (values.size() < count || !values.subList(0, count).equals(query.getValue())) {
                throw consumed(exchange);
            }
            if (values.size() == count) {
                fields.remove(query.getKey());
            } else {
                fields.put(query.getKey(), values.subList(count, values.size()));
            }
        }
        if (fields.isEmpty() || request.getAttribute(TOMCAT_PARSE_FAILED) != null) {
            throw consumed(exchange);
        }
        if (!isUtf8(request) && !isAscii(fields)) {
            LOG.error(
                    "a filter reads forms before their encoding is set; call setCharacterEncoding(\"UTF-8\") ahead of it");
            throw Problem.INTERNAL.because("this server has not decoded the form as UTF-8; the server's log says more");
        }
        return Parameters.of(fields);
    }

    private static Map<String, String[]> parameters(HttpServletRequest request) {
        try {
            return request.getParameterMap();
        } catch (RuntimeException e) {
            // Each container has an exception of its own for a form that it cannot parse.
            throw Problem.MALFORMED.because("the form cannot be parsed");
        }
    }

    /** Whether the container was told to decode by UTF-8; the default without that differs from container to container. */
    private static boolean isUtf8(HttpServletRequest request) {
        return StandardCharsets.UTF_8.name().equalsIgnoreCase(request.getCharacterEncoding());
    }

    private static boolean isAscii(Map<String, List<String>> fields) {
        return fields.entrySet().stream()
                .allMatch(field ->
                        isAscii(field.getKey()) && field.getValue().stream().allMatch(FormBody::isAscii));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }

    private static ProblemException consumed(Exchange exchange) {
        LOG.error(
                "the form of {} {} was read, in whole or in part, before it reached the servlet; map the filter that reads it"
                        + " to other paths",
                exchange.method(),
                exchange.path());
        return Problem.INTERNAL.because("this server has lost the form's content; the server's log says more");
    }
}
