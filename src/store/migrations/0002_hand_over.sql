-- Handing over a conversation to a person and back, and what that person writes.

ALTER TABLE escalations ADD COLUMN silences INTEGER NOT NULL DEFAULT 0 CHECK (silences IN (0, 1));  -- the assistant
ALTER TABLE escalations ADD COLUMN taken_at INTEGER;
ALTER TABLE escalations ADD COLUMN taken_by TEXT;
ALTER TABLE escalations ADD COLUMN active_at INTEGER;                                               -- the person, last

-- SQLite can not change a check: the table is made anew.
CREATE TABLE messages_with_people (
    id         INTEGER PRIMARY KEY,
    session_id TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    role       TEXT    NOT NULL CHECK (role IN ('user', 'assistant', 'person')),
    text       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    meta_json  TEXT
) STRICT;
INSERT INTO messages_with_people SELECT id, session_id, role, text, at, meta_json FROM messages;
DROP TABLE messages;
ALTER TABLE messages_with_people RENAME TO messages;
CREATE INDEX messages_by_session ON messages (session_id, id);
CREATE INDEX messages_by_time    ON messages (at);
