package org.armlib.bootstrap;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.armlib.application.WorkerOptions;
import org.armlib.domain.Backoff;
import org.armlib.domain.Redaction;
import org.armlib.domain.RetryPolicy;
import org.armlib.spi.Setting;

/** The settings of app.conf that no adapter declares. */
final class CoreSettings {
    private static final Duration DAY = Duration.ofDays(1);

    final Setting<Integer> maxAttempts = Setting.integer(
                    "max-attempts", "attempts before a request ends Failed", 1, 1000)
            .withDefault(RetryPolicy.DEFAULT.maxAttempts());
    final Setting<Duration> backoffInitial = Setting.duration(
                    "backoff-initial", "wait after the first failed attempt", Duration.ZERO, DAY)
            .withDefault(Backoff.DEFAULT.initial());
    final Setting<Double> backoffFactor = Setting.number(
                    "backoff-factor", "how much longer each further wait is", 1, 100)
            .withDefault(Backoff.DEFAULT.factor());
    final Setting<Duration> backoffMax = Setting.duration(
                    "backoff-max", "longest wait between attempts", Duration.ZERO, DAY.multipliedBy(7))
            .withDefault(Backoff.DEFAULT.max());
    final Setting<Double> backoffJitter = Setting.number(
                    "backoff-jitter", "share of the wait that is left to chance", 0, 1)
            .withDefault(Backoff.DEFAULT.jitter());
    final Setting<Duration> visibilityTimeout = Setting.duration(
                    "visibility-timeout",
                    "how long a worker that is not heard of keeps its request",
                    Duration.ofSeconds(1),
                    DAY)
            .withDefault(RetryPolicy.DEFAULT.visibilityTimeout());
    final Setting<Duration> retention = Setting.duration(
                    "retention",
                    "how long a finished request is remembered",
                    Duration.ofMinutes(1),
                    DAY.multipliedBy(3650))
            .withDefault(DAY.multipliedBy(7));

    final Setting<List<String>> secretParameters = Setting.texts(
                    "secret-parameters",
                    "names of parameters whose values are never shown, without regard to case, - _ and .; *x means all that"
                            + " end in x")
            .withDefault(Redaction.DEFAULT_NAMES);

    final Setting<LocalTime> temporaryClear = Setting.timeOfDay(
                    "temporary-clear", "when the temporary results are cleared, every day")
            .withDefault(LocalTime.of(2, 0));
    final Setting<ZoneId> zone;
    final Setting<Duration> temporaryMinAge = Setting.duration(
                    "temporary-min-age",
                    "how old a temporary result must be for the daily clearing to remove it",
                    Duration.ZERO,
                    DAY.multipliedBy(365))
            .withDefault(Duration.ofHours(1));
    final Setting<Duration> orphansAfter = Setting.duration(
                    "orphans-after",
                    "age at which the remains of unpublished results are swept; longer than any result takes to write",
                    Duration.ofMinutes(1),
                    DAY.multipliedBy(365))
            .withDefault(DAY);

    final Setting<Integer> threads = Setting.integer("threads", "requests run at a time; 0 runs none here", 0, 1000)
            .withDefault(4);
    final Setting<Duration> grace = Setting.duration(
                    "grace", "how long running requests may go on at shutdown", Duration.ZERO, DAY)
            .withDefault(Duration.ofSeconds(30));
    final Setting<Duration> maxHold = Setting.duration(
                    "max-hold",
                    "the longest a request is held because its upstream or the cache does not work, before it ends Failed",
                    Duration.ofSeconds(1),
                    DAY.multipliedBy(3650))
            .withDefault(WorkerOptions.DEFAULT_MAX_HOLD);

    CoreSettings(ZoneId here) {
        this.zone = Setting.zone("zone", "the time zone of temporary-clear").withDefault(here);
    }

    List<Setting<?>> of(Section section) {
        return switch (section) {
            case QUEUE ->
                List.of(
                        maxAttempts,
                        backoffInitial,
                        backoffFactor,
                        backoffMax,
                        backoffJitter,
                        visibilityTimeout,
                        retention,
                        secretParameters);
            case CACHE -> List.of(temporaryClear, zone, temporaryMinAge, orphansAfter);
            case PROCESSOR, SERVER -> List.of();
            case WORKER -> List.of(threads, grace, maxHold);
        };
    }
}
