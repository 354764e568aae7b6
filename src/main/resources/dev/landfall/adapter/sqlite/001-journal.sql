-- The history. The triggers guard against accidents; the hash chain finds intent.
CREATE TABLE entry (
  sequence      INTEGER PRIMARY KEY,
  workload      TEXT NOT NULL,
  version       INTEGER NOT NULL,
  type          TEXT NOT NULL,
  payload       TEXT NOT NULL,
  at            TEXT NOT NULL,
  "by"          TEXT NOT NULL,
  why           TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash          TEXT NOT NULL,
  UNIQUE (workload, version)
) STRICT;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'the history is never changed'); END;

CREATE TRIGGER entry_is_never_dropped BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'the history is never dropped'); END;

-- INSERT OR REPLACE would drop rows without asking the trigger above.
CREATE TRIGGER entry_is_only_appended BEFORE INSERT ON entry
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM entry)
  OR EXISTS (SELECT 1 FROM entry WHERE workload = NEW.workload AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'the history is only appended to'); END;

-- The last entry's sequence and hash, so that a dropped tail is found.
CREATE TABLE head (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL,
  hash     TEXT NOT NULL
) STRICT;

INSERT INTO head VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TRIGGER head_only_advances BEFORE UPDATE ON head
WHEN NEW.id <> 1 OR NEW.sequence <= OLD.sequence
BEGIN SELECT RAISE(ABORT, 'the head of the history only advances'); END;

CREATE TRIGGER head_is_never_dropped BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'the head of the history is never dropped'); END;
