-- Requests that wait or run. Times are microseconds since 1970, by the clock of the database; estimates are nanoseconds.
-- state: P ready to be leased, W waits until not_before, R runs. lane is minus the priority: the lowest goes first.
CREATE SEQUENCE ${qualified}live_seq;

CREATE TABLE ${qualified}live (
    request_key     varchar(200) PRIMARY KEY,
    seq             bigint DEFAULT NEXT VALUE FOR ${qualified}live_seq NOT NULL,
    lane            bigint NOT NULL,
    state           char(1) NOT NULL CHECK (state IN ('P', 'W', 'R')),
    submission      varchar(28) NOT NULL,
    uri             varchar(10000) NOT NULL,
    parameters      character large object NOT NULL,
    sticky          boolean NOT NULL,
    estimate        bigint NOT NULL,
    submitted       bigint NOT NULL,
    attempts        integer NOT NULL,
    fence           bigint NOT NULL,
    not_before      bigint NOT NULL,
    token           varchar(36),
    given_up        varchar(10),
    worker          varchar(200),
    started         bigint,
    expires         bigint,
    progress        double precision,
    note            varchar(4000),
    failure_kind    varchar(20),
    failure_message varchar(32000)
);

CREATE INDEX ${qualified}live_order ON ${qualified}live (state, lane, seq);
CREATE INDEX ${qualified}live_waiting ON ${qualified}live (state, not_before);

-- Requests that have ended. state: C completed, F failed, X cancelled.
CREATE TABLE ${qualified}finished (
    request_key     varchar(200) PRIMARY KEY,
    lane            bigint NOT NULL,
    state           char(1) NOT NULL CHECK (state IN ('C', 'F', 'X')),
    submission      varchar(28) NOT NULL,
    uri             varchar(10000) NOT NULL,
    parameters      character large object NOT NULL,
    sticky          boolean NOT NULL,
    estimate        bigint NOT NULL,
    submitted       bigint NOT NULL,
    attempts        integer NOT NULL,
    fence           bigint NOT NULL,
    token           varchar(36),
    started         bigint,
    finished        bigint NOT NULL,
    failure_kind    varchar(20),
    failure_message varchar(32000)
);

CREATE INDEX ${qualified}finished_by_end ON ${qualified}finished (state, finished, request_key);

-- One row: what every server must know.
CREATE TABLE ${qualified}control (
    id             integer PRIMARY KEY CHECK (id = 1),
    suspended      boolean NOT NULL,
    schema_version integer NOT NULL
);

INSERT INTO ${qualified}control (id, suspended, schema_version) VALUES (1, FALSE, 1);

-- When each worker was last heard of.
CREATE TABLE ${qualified}worker (
    name varchar(200) PRIMARY KEY,
    seen bigint NOT NULL
);

-- For people: both tables in one, with times that can be read.
CREATE VIEW ${qualified}requests AS
SELECT request_key,
       CASE state WHEN 'P' THEN 'Pending' WHEN 'W' THEN 'Pending' ELSE 'InProgress' END AS state,
       -lane AS priority, uri, parameters, sticky, attempts, worker, progress, note,
       DATEADD(MICROSECOND, submitted, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00') AS submitted,
       DATEADD(MICROSECOND, started, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00') AS started,
       DATEADD(MICROSECOND, expires, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00') AS lease_expires,
       DATEADD(MICROSECOND, not_before, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00') AS not_before,
       CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS finished,
       failure_kind, failure_message
FROM ${qualified}live
UNION ALL
SELECT request_key,
       CASE state WHEN 'C' THEN 'Completed' WHEN 'F' THEN 'Failed' ELSE 'Cancelled' END,
       -lane, uri, parameters, sticky, attempts, NULL, NULL, NULL,
       DATEADD(MICROSECOND, submitted, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00'), DATEADD(MICROSECOND, started, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00'), NULL, NULL, DATEADD(MICROSECOND, finished, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00'),
       failure_kind, failure_message
FROM ${qualified}finished;
