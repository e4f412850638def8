package org.armlib.http.api;

import static org.armlib.http.api.Routes.Access.ADMIN;
import static org.armlib.http.api.Routes.Access.ANYBODY;
import static org.armlib.http.api.Routes.Access.SUBMITTER;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.armlib.application.HealthCheck;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.IllegalTransitionException;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.KeyConflictException;
import org.armlib.http.api.Routes.Access;
import org.armlib.http.api.Routes.Outcome;
import org.armlib.http.api.Routes.Route;
import org.armlib.http.metrics.InstanceRegistry;
import org.armlib.ports.BackendException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueFullException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API as a servlet. Map it to {@code /*} or to a prefix such as {@code /batch-mode/*}, with asynchronous
 * processing allowed; the addresses it hands out begin with that prefix. {@code GET /openapi.json} describes the API.
 *
 * <p>Calls that wait hold no thread of the container: one thread of the servlet's own looks for all of them. Close what
 * it was given after the servlet. Thread-safe.
 */
public final class ApiServlet extends HttpServlet {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServlet.class);
    private static final long BACKEND_RETRY = 5;

    /** One part in so many of the memory may be taken by bodies and answers of clients that are slow. */
    private static final int HELD_SHARE = 8;

    private final transient Watcher watcher;
    private final transient Tokens tokens;
    private final transient Metrics metrics;
    private final transient Optional<InstanceRegistry> ownMeters;
    private final transient Routes routes;
    private final transient ApiSettings settings;
    private final transient Room held = new Room(Runtime.getRuntime().maxMemory() / HELD_SHARE);
    private volatile boolean draining;
    private volatile boolean destroyed;

    /**
     * A servlet over {@code requests}, and the queue and cache behind them, none of which it closes.
     *
     * @param registry what is measured, the queue as it stands and this servlet's calls; where it is one for Prometheus, or a
     *     composite that has one, {@code /metrics} shows it
     */
    public ApiServlet(
            RequestManager requests,
            QueueManager queue,
            CacheManager cache,
            Clock clock,
            ApiSettings settings,
            MeterRegistry registry) {
        StatusForm form = new StatusForm(clock, settings.redaction());
        Backends backends = new Backends(queue, cache);
        this.watcher = new Watcher(requests, queue, settings);
        this.ownMeters = registry instanceof InstanceRegistry
                ? Optional.empty()
                : Optional.of(new InstanceRegistry(registry, "servlet"));
        MeterRegistry meters = ownMeters.isPresent() ? ownMeters.get() : registry;
        this.metrics = new Metrics(meters, requests, backends, watcher, clock);
        ResultCalls results = new ResultCalls(requests, form, metrics, () -> draining, settings.redirectFor());
        ServerForm server = new ServerForm(watcher, () -> draining, settings.retention());
        OverviewCalls overview = new OverviewCalls(requests, queue, backends, form, server);
        this.tokens = new Tokens(settings);
        this.settings = settings;
        this.routes = routes(
                new RequestCalls(requests, queue, backends, watcher, form, results, this::resume, tokens, settings),
                results,
                overview,
                new AdminCalls(requests, queue, cache, backends, server, overview::cleared, settings.retention()),
                new CacheCalls(cache, form),
                new ServerCalls(new HealthCheck(queue, cache, requests::hold), results, metrics, settings.allMeters()),
                settings);
    }

    /**
     * Takes no further requests and lets no call wait any more, those that wait now included; everything else goes on to
     * be answered, and {@code /health/ready} says 503. Repeated, it does nothing.
     */
    public void drain() {
        if (!draining) {
            draining = true;
            watcher.close();
        }
    }

    /** {@link #drain Drains}, and removes what was measured here. Called by the container. */
    @Override
    public void destroy() {
        destroyed = true;
        drain();
        ownMeters.ifPresent(InstanceRegistry::close);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<WaitingCall> waited = WaitingCall.resumed(request);
        if (waited.isPresent()) {
            answer(waited.get().exchange(), waited.get().next());
        } else {
            Exchange exchange = new Exchange(request, response, held);
            exchange.secure();
            answer(exchange, this::route);
        }
    }

    List<Route> routes() {
        return routes.all();
    }

    private static Routes routes(
            RequestCalls requests,
            ResultCalls results,
            OverviewCalls overview,
            AdminCalls admin,
            CacheCalls cache,
            ServerCalls server,
            ApiSettings settings) {
        List<Route> all = List.of(
                new Route("POST", "/requests", SUBMITTER, true, requests::submit),
                new Route("GET", "/requests", ANYBODY, false, requests::list),
                new Route("GET", "/requests/{key}", ANYBODY, false, requests::status),
                new Route("DELETE", "/requests/{key}", SUBMITTER, true, requests::cancel),
                new Route("POST", "/requests/{key}/resubmit", SUBMITTER, true, requests::resubmit),
                new Route("GET", "/requests/{key}/events", ANYBODY, false, requests::events),
                new Route("GET", "/batch/{path}", SUBMITTER, true, requests::batch),
                new Route("POST", "/batch/{path}", SUBMITTER, true, requests::batch),
                new Route("GET", "/overview", ANYBODY, false, overview::overview),
                new Route("GET", "/results/{name}", ANYBODY, false, results::result),
                new Route("GET", "/admin/status", ADMIN, false, admin::status),
                new Route("GET", "/admin/cache", ADMIN, false, cache::cache),
                new Route("POST", "/admin/suspend", ADMIN, true, admin::suspend),
                new Route("POST", "/admin/resume", ADMIN, true, admin::resume),
                new Route("POST", "/admin/clear-cache", ADMIN, true, admin::clearCache),
                new Route("POST", "/admin/rebuilt", ADMIN, true, admin::rebuilt),
                new Route("POST", "/admin/prune", ADMIN, true, admin::prune),
                new Route("GET", "/health/live", ANYBODY, false, server::live),
                new Route("GET", "/health/ready", ANYBODY, false, server::ready),
                new Route("GET", "/metrics", ANYBODY, false, server::metrics),
                new Route("GET", "/openapi.json", ANYBODY, false, server::description),
                new Route("GET", "/console/{file}", ANYBODY, false, server::file),
                new Route("GET", "", ANYBODY, false, server::home),
                new Route("GET", "/", ANYBODY, false, server::page));
        return new Routes(all.stream()
                .filter(route -> settings.routes().contains(RouteGroup.of(route.template())))
                .filter(route -> settings.batchByGet() || !isBatchByGet(route))
                .toList());
    }

    private static boolean isBatchByGet(Route route) {
        return route.method().equals("GET") && route.template().startsWith("/batch/");
    }

    private Outcome route(Exchange exchange) throws IOException {
        if (!exchange.isPlain()) {
            throw Problem.MALFORMED.because("the path goes a roundabout way; write it without . and .. segments");
        }
        if (!settings.hosts().isEmpty() && !settings.hosts().contains(exchange.host())) {
            throw Problem.MISDIRECTED.because(
                    "this server does not answer for the host that was asked for; add it to server.hosts if it should");
        }
        List<Route> here = routes.at(exchange.path());
        if (here.isEmpty() || (here.get(0).access() == Access.ADMIN && !tokens.hasAdmin())) {
            throw Problem.NOT_FOUND.because("the API has no such path; /openapi.json describes it");
        }
        Optional<Route> route = Routes.of(exchange.method(), here);
        if (exchange.method().equals("OPTIONS")) {
            exchange.header("Allow", Routes.allowed(here));
            exchange.response().setStatus(204);
            return Outcome.ANSWERED;
        }
        if (route.isEmpty()) {
            throw Problem.METHOD_NOT_ALLOWED
                    .because("allowed: " + Routes.allowed(here))
                    .header("Allow", Routes.allowed(here));
        }
        if (route.get().changes() && exchange.isFromOtherOrigin()) {
            throw Problem.CROSS_SITE.because("call it from a program, or from this server's own page");
        }
        tokens.check(exchange, route.get().access());
        exchange.capture(route.get().match(exchange.path()).orElseThrow());
        Routes.Handler handler = route.get().handler();
        if (exchange.method().equals("POST")) {
            exchange.requireUtf8();
        }
        return exchange.method().equals("POST") && BodyReader.isNeeded(exchange, settings.maxBody())
                ? BodyReader.read(exchange, settings.maxBody(), held, handler)
                : handler.handle(exchange);
    }

    /** Goes on with a call that was put off, as long as the container leads calls here by one of its threads. */
    private void resume(WaitingCall call, Routes.Handler handler) {
        if (!destroyed) {
            call.resume(handler);
            return;
        }
        try {
            answer(call.exchange(), handler);
        } catch (IOException e) {
            LOG.debug("the client of a call that waited has gone", e);
        }
    }

    private void answer(Exchange exchange, Routes.Handler handler) throws IOException {
        Outcome outcome = Outcome.ANSWERED;
        try {
            outcome = handler.handle(exchange);
        } catch (ProblemException e) {
            send(exchange, e);
        } catch (ArmlibException e) {
            send(exchange, problem(exchange, e));
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", exchange.method(), exchange.path(), e);
            send(exchange, Problem.INTERNAL.because("the server's log says more"));
        }
        if (outcome == Outcome.ANSWERED
                && !exchange.isSendingLater()
                && exchange.request().isAsyncStarted()) {
            exchange.request().getAsyncContext().complete();
        }
    }

    private void send(Exchange exchange, ProblemException problem) throws IOException {
        metrics.problem(problem.problem());
        if (!exchange.response().isCommitted()) {
            exchange.send(problem);
        }
    }

    /** What a caller is told of an exception; what concerns only the operator is logged, not told. */
    private static ProblemException problem(Exchange exchange, ArmlibException e) {
        if (e instanceof InvalidRequestException invalid) {
            return Problem.INVALID_REQUEST.because(message(e)).with("field", invalid.field());
        }
        if (e instanceof KeyConflictException) {
            return Problem.KEY_CONFLICT.because(message(e));
        }
        if (e instanceof IllegalTransitionException) {
            return Problem.CONFLICT.because(message(e));
        }
        if (e instanceof QueueFullException) {
            return Problem.QUEUE_FULL
                    .because("the requests that wait and run take all the room there is; try again later")
                    .retryAfter(RequestCalls.FULL_RETRY);
        }
        LOG.warn("{} {} failed: {}", exchange.method(), exchange.path(), e.getMessage());
        if (e instanceof BackendException && e.retryable()) {
            return Problem.BACKEND_UNAVAILABLE
                    .because("try again a little later")
                    .retryAfter(BACKEND_RETRY);
        }
        LOG.debug("{} {} failed", exchange.method(), exchange.path(), e);
        return Problem.INTERNAL.because("the server's log says more");
    }

    private static String message(ArmlibException e) {
        return String.valueOf(e.getMessage());
    }
}
