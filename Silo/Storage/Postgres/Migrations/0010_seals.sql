-- MAC of an entry under a key that this database does not hold; null in entries from before there were any.
ALTER TABLE audit_log ADD COLUMN mac text;

-- From a mark on every row of orleansstorage carries a MAC, and so does every audit entry behind audit_up_to.
CREATE TABLE store_marks (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at_ticks    bigint NOT NULL,
    audit_up_to bigint NOT NULL,
    forged      text   NOT NULL,
    mac         text   NOT NULL
);

CREATE FUNCTION store_owns(relation oid) RETURNS boolean
LANGUAGE sql STABLE
AS $$ SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = relation $$;

CREATE FUNCTION store_marks_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = controlplane, pg_temp
AS $$
BEGIN
    IF store_owns(TG_RELID) THEN RETURN coalesce(NEW, OLD); END IF;
    RAISE EXCEPTION 'a mark of the store stays as it is' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER store_marks_guard BEFORE UPDATE OR DELETE ON store_marks FOR EACH ROW EXECUTE FUNCTION store_marks_guard();

-- A MAC covers its row's version. The version only grows, so that what was written under an earlier one can't come back: not with that version,
-- and with another one its MAC does not fit. A signed row does not go away, nor become another grain's: its absence would have no MAC.
CREATE FUNCTION orleansstorage_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = controlplane, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF substring(OLD.payloadbinary FROM 1 FOR 4) IS DISTINCT FROM '\xa5435001'::bytea OR store_owns(TG_RELID) THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'a signed row is not deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Nor does one statement use up what an integer has.
    IF NEW.version <= OLD.version OR NEW.version::bigint > OLD.version::bigint + 1000000 THEN
        RAISE EXCEPTION 'the version of a row only grows, and by little' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.grainidhash, NEW.graintypehash, NEW.grainidn0, NEW.grainidn1, NEW.serviceid, NEW.graintypestring, coalesce(NEW.grainidextensionstring, ''))
        <> (OLD.grainidhash, OLD.graintypehash, OLD.grainidn0, OLD.grainidn1, OLD.serviceid, OLD.graintypestring, coalesce(OLD.grainidextensionstring, '')) THEN
        RAISE EXCEPTION 'a row stays that of its grain' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.payloadbinary IS NULL AND substring(OLD.payloadbinary FROM 1 FOR 4) = '\xa5435001'::bytea THEN
        RAISE EXCEPTION 'a signed row is not cleared' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orleansstorage_guard BEFORE UPDATE OR DELETE ON orleansstorage FOR EACH ROW EXECUTE FUNCTION orleansstorage_guard();

-- One row: how many whole days of usage are kept at least. Who is not the owner may only raise it.
CREATE TABLE usage_retention (id integer PRIMARY KEY CHECK (id = 1), days integer NOT NULL CHECK (days >= 1));
INSERT INTO usage_retention (id, days) VALUES (1, 30);

CREATE FUNCTION usage_retention_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = controlplane, pg_temp
AS $$
BEGIN
    IF store_owns(TG_RELID) THEN RETURN coalesce(NEW, OLD); END IF;
    IF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NEW.days < OLD.days THEN
        RAISE EXCEPTION 'the retention of usage is lowered by the owner alone' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER usage_retention_guard BEFORE UPDATE OR DELETE ON usage_retention FOR EACH ROW EXECUTE FUNCTION usage_retention_guard();

-- Drops a day with its ids and roll-ups, and returns how many events went. Waits for writers of that day, and they for it. A day that is kept stays,
-- whoever asks.
CREATE OR REPLACE FUNCTION usage_day_drop(gone date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = controlplane, pg_temp
AS $$
DECLARE
    part text := 'integration_usage_events_' || to_char(gone, 'YYYYMMDD');
    first_s bigint := extract(epoch FROM gone::timestamp AT TIME ZONE 'UTC');
    kept_from date;
    events bigint := 0;
BEGIN
    SELECT (now() AT TIME ZONE 'UTC')::date - days INTO kept_from FROM usage_retention WHERE id = 1;
    IF kept_from IS NULL OR gone >= kept_from THEN
        RAISE EXCEPTION 'usage of % is kept: days from % on are', gone, kept_from USING ERRCODE = 'insufficient_privilege';
    END IF;
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
