-- Requests that wait or run. Times are microseconds since 1970, by the clock of the database; estimates are nanoseconds.
-- state: P ready to be leased, W waits until not_before, R runs. lane is minus the priority: the lowest goes first.
-- Rows change often and live shortly: room on each page keeps heartbeats off the indexes, and vacuum comes early.
CREATE TABLE ${qualified}live (
    request_key     varchar(200) COLLATE "C" PRIMARY KEY,
    seq             bigint GENERATED ALWAYS AS IDENTITY,
    lane            bigint NOT NULL,
    state           "char" NOT NULL CHECK (state IN ('P', 'W', 'R')),
    submission      varchar(28) COLLATE "C" NOT NULL,
    uri             text NOT NULL,
    parameters      text NOT NULL,
    sticky          boolean NOT NULL,
    estimate        bigint NOT NULL,
    submitted       bigint NOT NULL,
    attempts        integer NOT NULL,
    fence           bigint NOT NULL,
    not_before      bigint NOT NULL,
    token           varchar(36) COLLATE "C",
    given_up        varchar(10),
    worker          varchar(200),
    started         bigint,
    expires         bigint,
    progress        double precision,
    note            text,
    failure_kind    varchar(20),
    failure_message text
) WITH (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 1000
);

-- Nothing here is on expires, progress or note: what a heartbeat changes is in no index.
CREATE INDEX ${prefix}live_ready ON ${qualified}live (lane, seq) WHERE state = 'P';
CREATE INDEX ${prefix}live_waiting ON ${qualified}live (not_before) WHERE state = 'W';
CREATE INDEX ${prefix}live_running ON ${qualified}live (seq) WHERE state = 'R';

-- Requests that have ended. state: C completed, F failed, X cancelled.
CREATE TABLE ${qualified}finished (
    request_key     varchar(200) COLLATE "C" PRIMARY KEY,
    lane            bigint NOT NULL,
    state           "char" NOT NULL CHECK (state IN ('C', 'F', 'X')),
    submission      varchar(28) COLLATE "C" NOT NULL,
    uri             text NOT NULL,
    parameters      text NOT NULL,
    sticky          boolean NOT NULL,
    estimate        bigint NOT NULL,
    submitted       bigint NOT NULL,
    attempts        integer NOT NULL,
    fence           bigint NOT NULL,
    token           varchar(36) COLLATE "C",
    started         bigint,
    finished        bigint NOT NULL,
    failure_kind    varchar(20),
    failure_message text
);

CREATE INDEX ${prefix}finished_by_end ON ${qualified}finished (state, finished, request_key);

-- One row: what every server must know.
CREATE TABLE ${qualified}control (
    id             integer PRIMARY KEY CHECK (id = 1),
    suspended      boolean NOT NULL,
    schema_version integer NOT NULL
);

INSERT INTO ${qualified}control (id, suspended, schema_version) VALUES (1, FALSE, 1);

-- When each worker was last heard of.
CREATE TABLE ${qualified}worker (
    name varchar(200) COLLATE "C" PRIMARY KEY,
    seen bigint NOT NULL
) WITH (fillfactor = 70);

-- For people: both tables in one, with times that can be read.
CREATE VIEW ${qualified}requests AS
SELECT request_key,
       CASE state WHEN 'P' THEN 'Pending' WHEN 'W' THEN 'Pending' ELSE 'InProgress' END AS state,
       -lane AS priority, uri, parameters, sticky, attempts, worker, progress, note,
       to_timestamp(submitted / 1e6) AS submitted,
       to_timestamp(started / 1e6) AS started,
       to_timestamp(expires / 1e6) AS lease_expires,
       to_timestamp(not_before / 1e6) AS not_before,
       NULL::timestamptz AS finished,
       failure_kind, failure_message
FROM ${qualified}live
UNION ALL
SELECT request_key,
       CASE state WHEN 'C' THEN 'Completed' WHEN 'F' THEN 'Failed' ELSE 'Cancelled' END,
       -lane, uri, parameters, sticky, attempts, NULL, NULL, NULL,
       to_timestamp(submitted / 1e6), to_timestamp(started / 1e6), NULL, NULL, to_timestamp(finished / 1e6),
       failure_kind, failure_message
FROM ${qualified}finished;
