-- Answers that the operator wrote, given word for word to whoever asks one of their questions.
CREATE TABLE curated_answers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    questions  TEXT    NOT NULL CHECK (json_type(questions) = 'array'),
    answer     TEXT    NOT NULL CHECK (answer <> ''),
    until      TEXT             CHECK (until GLOB '????-??-??'),   -- the last day; NULL: no end
    written_by TEXT    NOT NULL,
    written_at INTEGER NOT NULL
) STRICT;
