package org.armlib.tck;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.armlib.domain.Completed;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RequestState;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.Page;
import org.armlib.ports.QueueManager;

/**
 * The verdict on a queue whose workers, server or network failed: what it says at the end, against what submitters and
 * workers were told.
 *
 * <p>A completion is effective if {@code complete} returned normally, or if the queue says so at the end: the worker may
 * have been killed before it heard. Repetitions under one lease are one completion. Safe for use by many threads.
 */
public final class CrashAudit {
    private static final int PAGE = 1_000;

    private final Set<RequestKey> submitted = ConcurrentHashMap.newKeySet();
    private final Map<RequestKey, SubmissionId> accepted = new ConcurrentHashMap<>();
    private final Set<UUID> superseded = ConcurrentHashMap.newKeySet();
    private final Set<String> found = ConcurrentHashMap.newKeySet();

    /** Nothing has been submitted yet. */
    public CrashAudit() {}

    /** A request is about to be submitted. */
    public void submitting(RequestKey key) {
        submitted.add(key);
    }

    /** A submit returned normally. */
    public void accepted(Submission submission) {
        accepted.put(submission.key(), submission.id());
    }

    /** Whatever is reported under this lease from now on must be refused. */
    public void superseded(UUID token) {
        superseded.add(token);
    }

    /** A worker met an error that says that no retry helps. */
    public void fault(String said) {
        found.add("a process was told not to try again: " + said);
    }

    /** What the queue says of all requests that were submitted. */
    public static Map<RequestKey, Submission> contents(QueueManager queue) {
        Map<RequestKey, Submission> contents = new HashMap<>();
        for (Phase phase : Phase.values()) {
            Optional<String> cursor = Optional.empty();
            do {
                Page<Submission> page = queue.list(phase, cursor, PAGE);
                page.items().forEach(submission -> contents.put(submission.key(), submission));
                cursor = page.next();
            } while (cursor.isPresent());
        }
        return contents;
    }

    /** Processes that had lost their leases have reported in between. */
    public void unchanged(Map<RequestKey, Submission> before, Map<RequestKey, Submission> after) {
        Set<RequestKey> keys = new HashSet<>(before.keySet());
        keys.addAll(after.keySet());
        for (RequestKey key : keys) {
            if (!Optional.ofNullable(before.get(key)).equals(Optional.ofNullable(after.get(key)))) {
                found.add("changed under a lost lease: " + key + " from " + before.get(key) + " to " + after.get(key));
            }
        }
    }

    /** All that is wrong, in words; the queue is at its end, nobody works with it any more. */
    public List<String> violations(QueueManager queue, Collection<WorkerReport> reports) {
        List<String> violations = new ArrayList<>(found);
        Map<RequestKey, Submission> contents = contents(queue);
        accepted.forEach((key, id) -> {
            Submission submission = contents.get(key);
            if (submission == null) {
                violations.add("lost: " + key);
            } else if (!submission.id().equals(id)) {
                violations.add("submitted twice: " + key + " as " + id + " and " + submission.id());
            }
        });
        Map<RequestKey, Set<UUID>> completions = new HashMap<>();
        Map<WorkerReport.What, Set<UUID>> tokens = new EnumMap<>(WorkerReport.What.class);
        for (WorkerReport report : reports) {
            tokens.computeIfAbsent(report.what(), what -> new HashSet<>()).add(report.token());
            if (report.what() == WorkerReport.What.COMPLETED) {
                completions
                        .computeIfAbsent(report.key(), key -> new HashSet<>())
                        .add(report.token());
            }
            if (superseded.contains(report.token()) && isAnAcceptance(report.what())) {
                violations.add("not refused under a lost lease: " + report);
            }
        }
        // Under whichever lease: a worker that finds what an earlier one published completes the request unrun (R04).
        Set<SubmissionId> executed = reports.stream()
                .filter(report -> report.what() == WorkerReport.What.EXECUTED)
                .map(WorkerReport::submission)
                .collect(Collectors.toSet());
        contents.forEach((key, submission) -> {
            if (!submitted.contains(key)) {
                violations.add("unexpected, nobody submitted it: " + key);
            } else if (submission.state() instanceof Completed done) {
                completions.computeIfAbsent(key, absent -> new HashSet<>()).add(done.token());
                if (!executed.contains(submission.id())) {
                    violations.add("completed, but not run: " + key);
                }
            } else {
                violations.add(
                        (submission.state() instanceof RequestState.Live ? "stuck: " : "unexpected: ") + submission);
            }
        });
        completions.forEach((key, by) -> {
            if (by.size() > 1) {
                violations.add("completed by " + by.size() + " leases: " + key);
            }
        });
        Set<UUID> refused = tokens.getOrDefault(WorkerReport.What.REFUSED, Set.of());
        violations.addAll(superseded.stream()
                .filter(token -> !refused.contains(token))
                .map(token -> "never refused under a lost lease: " + token)
                .collect(Collectors.toSet()));
        return violations;
    }

    private static boolean isAnAcceptance(WorkerReport.What what) {
        return what == WorkerReport.What.COMPLETED || what == WorkerReport.What.HEARD;
    }
}
