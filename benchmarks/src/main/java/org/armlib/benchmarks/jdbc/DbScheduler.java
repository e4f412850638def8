package org.armlib.benchmarks.jdbc;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * <a href="https://github.com/kagkarlsson/db-scheduler">db-scheduler</a>: a one-time task without data for each request,
 * whose row goes when it is completed, on the table that its documentation asks for.
 */
final class DbScheduler implements Contender {
    private static final List<String> POSTGRES_TABLE = List.of(
            """
            CREATE TABLE scheduled_tasks (
                task_name text NOT NULL, task_instance text NOT NULL, task_data bytea,
                execution_time timestamp with time zone, picked boolean NOT NULL, picked_by text,
                last_success timestamp with time zone, last_failure timestamp with time zone,
                consecutive_failures int, last_heartbeat timestamp with time zone, version bigint NOT NULL,
                priority smallint, state text,
                PRIMARY KEY (task_name, task_instance))""",
            "CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time)",
            "CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)");

    private static final List<String> H2_TABLE = POSTGRES_TABLE.stream()
            .map(sql -> sql.replace("text", "varchar(200)").replace("bytea", "varbinary(4000)"))
            .toList();

    private final Store store;
    private final UnaryOperator<SchedulerBuilder> settings;
    private final OneTimeTask<Void> task =
            Tasks.oneTime("report").execute((instance, context) -> begun(instance.getId()));
    private volatile Consumer<String> work = key -> {};

    /** Running between start and stop; a request added through it is executed at once, if so set. */
    private volatile Scheduler scheduler;

    private DbScheduler(Store store, List<String> table, UnaryOperator<SchedulerBuilder> settings) {
        this.store = store;
        this.settings = settings;
        store.execute("DROP TABLE IF EXISTS scheduled_tasks");
        table.forEach(store::execute);
        this.scheduler = scheduler();
    }

    static DbScheduler onPostgres(Store store, UnaryOperator<SchedulerBuilder> settings) {
        return new DbScheduler(store, POSTGRES_TABLE, settings);
    }

    static DbScheduler onH2(Store store, UnaryOperator<SchedulerBuilder> settings) {
        return new DbScheduler(store, H2_TABLE, settings);
    }

    private Scheduler scheduler() {
        return settings.apply(Scheduler.create(store.dataSource(), task))
                .schedulerName(new SchedulerName.Fixed("benchmark"))
                .build();
    }

    private void begun(String key) {
        work.accept(key);
    }

    @Override
    public void clear() {
        store.execute("TRUNCATE TABLE scheduled_tasks");
    }

    @Override
    public void submit(String key) {
        scheduler.scheduleIfNotExists(task.instance(key), Instant.now());
    }

    @Override
    public void submitAll(List<String> keys) {
        List<TaskInstance<?>> instances =
                keys.stream().<TaskInstance<?>>map(task::instance).toList();
        scheduler.scheduleBatch(instances, Instant.now());
    }

    @Override
    public void start(Consumer<String> newWork) {
        work = newWork;
        scheduler.start();
    }

    @Override
    public void stop() {
        scheduler.stop();
        scheduler = scheduler();
    }

    @Override
    public boolean isDrained() {
        return store.number("SELECT count(*) FROM scheduled_tasks") == 0;
    }
}
