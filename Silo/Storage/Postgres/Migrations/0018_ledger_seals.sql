-- MACs of what limits are judged by: orders, trades, positions, and fills that the gateway saw.
-- version 0: a row from before there were MACs, which the first start signs; nobody can make another one. From 1 on a row carries a MAC over its
-- version and its content. gone: a row that counts no more, in place of its deletion. close_id tells the closes of one pair of orders apart.
ALTER TABLE position_ledger ADD COLUMN gone boolean NOT NULL DEFAULT false;
ALTER TABLE seen_lots ADD COLUMN gone boolean NOT NULL DEFAULT false;
ALTER TABLE seen_closes ADD COLUMN close_id text;
UPDATE seen_closes SET close_id = id::text;
ALTER TABLE seen_closes ALTER COLUMN close_id SET NOT NULL;
CREATE UNIQUE INDEX seen_closes_by_id ON seen_closes (bot_id, close_id);

-- One row: how many whole days a row stays after its last change. Only the owner changes it.
CREATE TABLE ledger_retention (id integer PRIMARY KEY CHECK (id = 1), days integer NOT NULL CHECK (days >= 0));
INSERT INTO ledger_retention (id, days) VALUES (1, 90);
CREATE FUNCTION ledger_retention_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = controlplane, pg_temp
AS $$
BEGIN
    IF store_owns(TG_RELID) THEN RETURN coalesce(NEW, OLD); END IF;
    RAISE EXCEPTION 'the retention of the ledger is the owner''s' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER ledger_retention_guard BEFORE INSERT OR UPDATE OR DELETE ON ledger_retention FOR EACH ROW EXECUTE FUNCTION ledger_retention_guard();

CREATE FUNCTION ledger_kept(changed_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = controlplane, pg_temp
AS $$ SELECT coalesce((SELECT changed_at >= now() - make_interval(days => days) FROM ledger_retention WHERE id = 1), true) $$;

-- The version goes up by one at a time, so that an earlier content can't come back: not with its version, and with another one its MAC does not fit.
-- changed_in and changed_at are the database's own word, whoever writes: what was changed since somebody looked is found by them.
CREATE FUNCTION ledger_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = controlplane, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.version <> 1 THEN RAISE EXCEPTION 'the first version of a row is 1' USING ERRCODE = 'insufficient_privilege'; END IF;
    ELSIF NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'the version of a row goes up by one' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.changed_in := pg_current_xact_id()::text::bigint;
    NEW.changed_at := now();
    RETURN NEW;
END $$;

-- A row does not go away while it counts, nor before its time: its absence would have no MAC.
CREATE FUNCTION ledger_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = controlplane, pg_temp
AS $$
BEGIN
    IF store_owns(TG_RELID) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'a row of the ledger stays' USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['checked_orders', 'trade_log', 'position_ledger', 'seen_lots', 'seen_closes'] LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN version bigint NOT NULL DEFAULT 0, ADD COLUMN mac text, '
            'ADD COLUMN changed_in bigint NOT NULL DEFAULT 0, ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now()', part);
        EXECUTE format('CREATE INDEX %I ON %I (changed_in)', part || '_changed', part);
        EXECUTE format('CREATE TRIGGER ledger_guard BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION ledger_guard()', part);
    END LOOP;
END $$;
CREATE TRIGGER ledger_stays BEFORE DELETE ON checked_orders FOR EACH ROW WHEN (NOT OLD.settled OR ledger_kept(OLD.changed_at)) EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER ledger_stays BEFORE DELETE ON trade_log FOR EACH ROW WHEN (OLD.closed_at IS NULL OR ledger_kept(OLD.changed_at)) EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER ledger_stays BEFORE DELETE ON position_ledger FOR EACH ROW EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER ledger_stays BEFORE DELETE ON seen_lots FOR EACH ROW WHEN ((OLD.opens AND NOT OLD.gone) OR ledger_kept(OLD.changed_at)) EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER ledger_stays BEFORE DELETE ON seen_closes FOR EACH ROW WHEN (ledger_kept(OLD.changed_at)) EXECUTE FUNCTION ledger_stays();
