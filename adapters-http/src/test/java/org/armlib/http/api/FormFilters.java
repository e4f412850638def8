package org.armlib.http.api;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;

/** Filters of programs that read a body ahead of the servlet; which one reads a call's body its query says. */
final class FormFilters implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String query = Optional.ofNullable(((HttpServletRequest) request).getQueryString())
                .orElse("");
        if (query.contains("filter=utf8")) {
            request.setCharacterEncoding("UTF-8");
        }
        if (query.contains("filter=stream")) {
            request.getInputStream().readAllBytes();
        } else if (query.contains("filter=part")) {
            request.getInputStream().readNBytes(3);
        } else if (query.contains("filter=reader")) {
            request.getReader();
        } else {
            // As Spring's HiddenHttpMethodFilter.
            request.getParameter("_method");
        }
        chain.doFilter(request, response);
    }
}
