-- Columns named *_s hold whole seconds since 1970-01-01 UTC, *_ticks .NET ticks (100 ns since 0001-01-01 UTC).
-- Instants are whole microseconds, rounded down.

-- One partition a UTC day, made ahead by usage_day_create and dropped by usage_day_drop.
CREATE TABLE integration_usage_events (
    occurred_at timestamptz NOT NULL,
    id          bigint      NOT NULL,
    event_id    uuid        NOT NULL,
    http_status integer,
    latency_ms  integer,
    status      smallint    NOT NULL,
    listed      boolean     NOT NULL,
    provider    text        NOT NULL,
    operation   text        NOT NULL,
    user_id     text,
    bot_id      text,
    trace_id    text,
    error_code  text
) PARTITION BY RANGE (occurred_at);

COMMENT ON COLUMN integration_usage_events.id IS 'Order of arrival, among events of the same instant. Blocks of it come from usage_rows.';
COMMENT ON COLUMN integration_usage_events.listed IS
    'In the index of pages. Of the events that one commit brings for one provider and second, the newest 32 are: a provider that is rarely used has all of its events there, and a flood costs little.';

CREATE INDEX usage_listed ON integration_usage_events (provider, occurred_at, id) WHERE listed;
CREATE INDEX usage_by_time ON integration_usage_events USING brin (occurred_at) WITH (pages_per_range = 32, autosummarize = on);

CREATE SEQUENCE usage_rows INCREMENT BY 10000 CACHE 1;

-- The ids of the events above, no more and no fewer: no unique index can span daily partitions.
CREATE TABLE usage_event_ids (
    event_id uuid PRIMARY KEY,
    day      date NOT NULL
) PARTITION BY HASH (event_id);
CREATE INDEX usage_event_ids_by_day ON usage_event_ids USING brin (day) WITH (pages_per_range = 32, autosummarize = on);

DO $$
BEGIN
    FOR part IN 0..7 LOOP
        EXECUTE format('CREATE TABLE usage_event_ids_%s PARTITION OF usage_event_ids FOR VALUES WITH (MODULUS 8, REMAINDER %s)', part, part);
    END LOOP;
END $$;

-- Roll-ups of the events above, written in the transaction of the events.
CREATE TABLE usage_seconds (
    provider text   NOT NULL,
    second_s bigint NOT NULL,
    calls    bigint NOT NULL,
    errors   bigint NOT NULL,
    unlisted bigint NOT NULL,
    PRIMARY KEY (provider, second_s)
) WITH (fillfactor = 80);
CREATE INDEX usage_seconds_by_time ON usage_seconds USING brin (second_s);
COMMENT ON COLUMN usage_seconds.unlisted IS 'How many of the calls are not listed.';

-- Figures of the unlisted events of one commit, provider and second: what the hourly figures need of them without a look at the rows.
CREATE TABLE usage_floods (
    provider  text      NOT NULL,
    second_s  bigint    NOT NULL,
    ok        bigint    NOT NULL,
    failed    bigint    NOT NULL,
    latencies integer[] NOT NULL,
    calls     integer[] NOT NULL
);
COMMENT ON COLUMN usage_floods.latencies IS 'Distinct values of latency_ms; calls holds how many events have each.';
CREATE INDEX usage_floods_by_provider ON usage_floods (provider, second_s);
CREATE INDEX usage_floods_by_time ON usage_floods USING brin (second_s);

CREATE TABLE usage_bots (
    provider     text        NOT NULL,
    bot_id       text        NOT NULL,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (provider, bot_id)
) WITH (fillfactor = 80);

-- One row. Who commits usage takes its lock as the last thing before the commit, so that numbers are given in the order of commits:
-- a snapshot that holds number n holds every commit up to n.
CREATE TABLE usage_commits (
    id       integer PRIMARY KEY CHECK (id = 1),
    sequence bigint  NOT NULL
) WITH (fillfactor = 20);
INSERT INTO usage_commits (id, sequence) VALUES (1, 0);

-- The owner's rights for just this: whoever runs the program need not own a table.
CREATE FUNCTION usage_day_create(wanted date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = controlplane, pg_temp
AS $$
DECLARE
    part text := 'integration_usage_events_' || to_char(wanted, 'YYYYMMDD');
    first timestamptz := wanted::timestamp AT TIME ZONE 'UTC';
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('usage_day_create'), 0);
    IF to_regclass('controlplane.' || part) IS NULL THEN
        -- Attached rather than made as a partition: that waits for nobody who reads or writes.
        EXECUTE format('CREATE TABLE %I (LIKE integration_usage_events INCLUDING ALL)', part);
        EXECUTE format('ALTER TABLE integration_usage_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, first, first + interval '24 hours');
    END IF;
END $$;

-- Drops a day with its ids and roll-ups, and returns how many events went. Waits for writers of that day, and they for it.
CREATE FUNCTION usage_day_drop(gone date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = controlplane, pg_temp
AS $$
DECLARE
    part text := 'integration_usage_events_' || to_char(gone, 'YYYYMMDD');
    first_s bigint := extract(epoch FROM gone::timestamp AT TIME ZONE 'UTC');
    events bigint := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('usage_day'), gone - date '1970-01-01');
    IF to_regclass('controlplane.' || part) IS NOT NULL THEN
        EXECUTE format('SELECT count(*) FROM %I', part) INTO events;
    END IF;

    DELETE FROM usage_event_ids WHERE day = gone;
    DELETE FROM usage_seconds WHERE second_s >= first_s AND second_s < first_s + 86400;
    DELETE FROM usage_floods WHERE second_s >= first_s AND second_s < first_s + 86400;

    -- Last, because it shuts everybody out of the events until the commit.
    PERFORM set_config('lock_timeout', '1s', true);
    EXECUTE format('DROP TABLE IF EXISTS %I', part);
    RETURN events;
END $$;

REVOKE ALL ON FUNCTION usage_day_create(date), usage_day_drop(date) FROM PUBLIC;

CREATE TABLE integration_verifications (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider    text        NOT NULL,
    at          timestamptz NOT NULL,
    status      smallint    NOT NULL,
    http_status integer,
    latency_ms  integer,
    error_code  text,
    trace_id    text        NOT NULL,
    by_whom     text        NOT NULL
);
CREATE INDEX verifications_by_provider ON integration_verifications (provider, at, id);

CREATE TABLE gate_transitions (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    epoch      bigint      NOT NULL,
    version    bigint      NOT NULL,
    subject    text        NOT NULL,
    from_value text        NOT NULL,
    to_value   text        NOT NULL,
    reason     text        NOT NULL,
    message    text        NOT NULL,
    by_whom    text,
    trace_id   text,
    decision   text
);
CREATE INDEX transitions_by_time ON gate_transitions (at, id);
CREATE INDEX decisions_by_time ON gate_transitions (at, id) WHERE decision IS NOT NULL;

-- The hash of an entry covers its instant as it was given, so that it must come back to the tick.
CREATE TABLE audit_log (
    sequence      bigint PRIMARY KEY,
    at_ticks      bigint NOT NULL,
    by_name       text   NOT NULL,
    by_role       text   NOT NULL,
    trace_id      text   NOT NULL,
    action        text   NOT NULL,
    target        text   NOT NULL,
    outcome       text   NOT NULL,
    details       text   NOT NULL,
    previous_hash text   NOT NULL,
    hash          text   NOT NULL
);

CREATE TABLE bots (
    bot_id       text     PRIMARY KEY,
    name         text     NOT NULL,
    user_id      text,
    requires     text     NOT NULL,
    mode         smallint NOT NULL,
    risk_limits  text     NOT NULL,
    tier         smallint NOT NULL,
    kill_engaged boolean  NOT NULL,
    kill_reason  text,
    kill_by      text,
    kill_since   timestamptz,
    kill_durable boolean  NOT NULL
);

CREATE TABLE store_probe (id integer PRIMARY KEY CHECK (id = 1), probes bigint NOT NULL) WITH (fillfactor = 20);
INSERT INTO store_probe (id, probes) VALUES (1, 0);
