package org.armlib.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.armlib.domain.Completed;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;

/** What is wrong after the workers have done their worst; nothing, if the queue keeps its promise. */
final class BatteryAudit {
    private BatteryAudit() {}

    /**
     * Violations, in words.
     *
     * @param submitted how many requests, {@code r-0} and on, were accepted
     * @param reports the lines of all workers, dead ones included
     */
    static List<String> violations(QueueManager queue, int submitted, Collection<String> reports) {
        List<String> wrong = new ArrayList<>();
        QueueOverview overview = queue.overview();
        for (Phase phase : List.of(Phase.PENDING, Phase.IN_PROGRESS, Phase.FAILED, Phase.CANCELLED)) {
            if (overview.count(phase) != 0) {
                wrong.add(overview.count(phase) + " requests are " + phase.label());
            }
        }
        if (overview.count(Phase.COMPLETED) != submitted) {
            wrong.add(submitted + " were submitted, " + overview.count(Phase.COMPLETED) + " are completed");
        }
        Map<String, Set<String>> tokens = new TreeMap<>();
        for (String line : reports) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("completed")) {
                tokens.computeIfAbsent(words[1] + " " + words[2], key -> new HashSet<>())
                        .add(words[3]);
            }
        }
        for (int i = 0; i < submitted; i++) {
            RequestKey key = BatteryWorker.request(i).key();
            Optional<Submission> found = queue.find(key);
            if (found.isEmpty()) {
                wrong.add(key + " is lost");
            } else if (found.get().state() instanceof Completed done) {
                // The worker that did it may have died before it could report so.
                tokens.computeIfAbsent(key + " " + found.get().id(), k -> new HashSet<>())
                        .add(done.token().toString());
            }
        }
        tokens.forEach((submission, by) -> {
            if (by.size() != 1) {
                wrong.add(submission + " was completed under " + by.size() + " leases");
            }
        });
        if (tokens.size() != submitted) {
            wrong.add(tokens.size() + " submissions were completed, of " + submitted);
        }
        return wrong;
    }
}
