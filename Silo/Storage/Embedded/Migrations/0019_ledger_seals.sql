-- MACs of what limits are judged by: orders, trades, positions, and fills that the gateway saw.
-- version 0: a row from before there were MACs, which the first start signs; nobody can make another one. From 1 on a row carries a MAC over its
-- version and its content. gone: a row that counts no more, in place of its deletion. close_id tells the closes of one pair of orders apart.
ALTER TABLE position_ledger ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seen_lots ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seen_closes ADD COLUMN close_id TEXT NOT NULL DEFAULT '';
UPDATE seen_closes SET close_id = CAST(id AS TEXT);
CREATE UNIQUE INDEX seen_closes_by_id ON seen_closes (bot_id, close_id);
ALTER TABLE checked_orders ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE checked_orders ADD COLUMN mac TEXT;
ALTER TABLE trade_log ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trade_log ADD COLUMN mac TEXT;
ALTER TABLE position_ledger ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE position_ledger ADD COLUMN mac TEXT;
ALTER TABLE seen_lots ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seen_lots ADD COLUMN mac TEXT;
ALTER TABLE seen_closes ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seen_closes ADD COLUMN mac TEXT;

-- The version goes up by one at a time, so that an earlier content can't come back: not with its version, and with another one its MAC does not fit.
-- A row does not go away while it counts: its absence would have no MAC.
CREATE TRIGGER checked_orders_first BEFORE INSERT ON checked_orders WHEN NEW.version <> 1 BEGIN SELECT RAISE(ABORT, 'the first version of a row is 1'); END;
CREATE TRIGGER checked_orders_versions BEFORE UPDATE ON checked_orders WHEN NEW.version <> OLD.version + 1 BEGIN SELECT RAISE(ABORT, 'the version of a row goes up by one'); END;
CREATE TRIGGER checked_orders_stays BEFORE DELETE ON checked_orders WHEN OLD.settled = 0 BEGIN SELECT RAISE(ABORT, 'a row of the ledger stays'); END;
CREATE TRIGGER trade_log_first BEFORE INSERT ON trade_log WHEN NEW.version <> 1 BEGIN SELECT RAISE(ABORT, 'the first version of a row is 1'); END;
CREATE TRIGGER trade_log_versions BEFORE UPDATE ON trade_log WHEN NEW.version <> OLD.version + 1 BEGIN SELECT RAISE(ABORT, 'the version of a row goes up by one'); END;
CREATE TRIGGER trade_log_stays BEFORE DELETE ON trade_log WHEN OLD.closed_at IS NULL BEGIN SELECT RAISE(ABORT, 'a row of the ledger stays'); END;
CREATE TRIGGER position_ledger_first BEFORE INSERT ON position_ledger WHEN NEW.version <> 1 BEGIN SELECT RAISE(ABORT, 'the first version of a row is 1'); END;
CREATE TRIGGER position_ledger_versions BEFORE UPDATE ON position_ledger WHEN NEW.version <> OLD.version + 1 BEGIN SELECT RAISE(ABORT, 'the version of a row goes up by one'); END;
CREATE TRIGGER position_ledger_stays BEFORE DELETE ON position_ledger WHEN 1 BEGIN SELECT RAISE(ABORT, 'a row of the ledger stays'); END;
CREATE TRIGGER seen_lots_first BEFORE INSERT ON seen_lots WHEN NEW.version <> 1 BEGIN SELECT RAISE(ABORT, 'the first version of a row is 1'); END;
CREATE TRIGGER seen_lots_versions BEFORE UPDATE ON seen_lots WHEN NEW.version <> OLD.version + 1 BEGIN SELECT RAISE(ABORT, 'the version of a row goes up by one'); END;
CREATE TRIGGER seen_lots_stays BEFORE DELETE ON seen_lots WHEN OLD.opens = 1 AND OLD.gone = 0 BEGIN SELECT RAISE(ABORT, 'a row of the ledger stays'); END;
CREATE TRIGGER seen_closes_first BEFORE INSERT ON seen_closes WHEN NEW.version <> 1 BEGIN SELECT RAISE(ABORT, 'the first version of a row is 1'); END;
CREATE TRIGGER seen_closes_versions BEFORE UPDATE ON seen_closes WHEN NEW.version <> OLD.version + 1 BEGIN SELECT RAISE(ABORT, 'the version of a row goes up by one'); END;
