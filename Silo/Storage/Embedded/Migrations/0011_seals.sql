-- MAC of an entry under a key that this file does not hold; null in entries from before there were any.
ALTER TABLE audit_log ADD COLUMN mac TEXT;

-- From a mark on every row of orleans_storage carries a MAC, and so does every audit entry behind audit_up_to.
CREATE TABLE store_marks (
    id          INTEGER PRIMARY KEY,
    at_ticks    INTEGER NOT NULL,
    audit_up_to INTEGER NOT NULL,
    forged      TEXT    NOT NULL,
    mac         TEXT    NOT NULL
);

-- A MAC covers its row's version. The version only grows, so that what was written under an earlier one can't come back: not with that version,
-- and with another one its MAC does not fit. A signed row does not go away: its absence would have no MAC.
CREATE TRIGGER orleans_storage_versions BEFORE UPDATE ON orleans_storage
WHEN NEW.version <= OLD.version OR NEW.state_name <> OLD.state_name OR NEW.grain_id <> OLD.grain_id
    OR (NEW.payload IS NULL AND substr(OLD.payload, 1, 4) = x'a5435001')
BEGIN
    SELECT RAISE(ABORT, 'a row keeps its grain and its content, and its version only grows');
END;
CREATE TRIGGER orleans_storage_stays BEFORE DELETE ON orleans_storage
WHEN substr(OLD.payload, 1, 4) = x'a5435001'
BEGIN
    SELECT RAISE(ABORT, 'a signed row is not deleted');
END;
CREATE TRIGGER store_marks_stay BEFORE DELETE ON store_marks
BEGIN
    SELECT RAISE(ABORT, 'a mark of the store stays');
END;
CREATE TRIGGER store_marks_unchanged BEFORE UPDATE ON store_marks
BEGIN
    SELECT RAISE(ABORT, 'a mark of the store stays as it is');
END;
