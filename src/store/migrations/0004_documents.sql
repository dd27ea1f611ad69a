-- Delivery orders and invoices as they were issued. All that a document shows is kept with it, so that no later
-- change of settings, prices or outlets reaches it.

-- Logos, each once however many documents show it.
CREATE TABLE document_logos (
    sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    bytes  BLOB NOT NULL
) STRICT;
CREATE TRIGGER document_logos_keep   BEFORE UPDATE ON document_logos BEGIN SELECT RAISE(ABORT, 'document_logos is append-only'); END;
CREATE TRIGGER document_logos_remain BEFORE DELETE ON document_logos BEGIN SELECT RAISE(ABORT, 'document_logos is append-only'); END;

CREATE TABLE documents (
    id         INTEGER PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (kind IN ('delivery_order', 'invoice')),
    count      INTEGER NOT NULL CHECK (count >= 1),            -- of its kind, from 1 without gaps, over all days
    day        TEXT    NOT NULL CHECK (day GLOB '????-??-??'), -- of issue, in the company's time zone
    order_id   INTEGER NOT NULL REFERENCES orders (id),
    issued_at  INTEGER NOT NULL,
    issued_by  TEXT    NOT NULL,
    facts_json TEXT    NOT NULL CHECK (json_type(facts_json) = 'object'),
    logo       BLOB             REFERENCES document_logos (sha256),
    UNIQUE (kind, count),
    UNIQUE (order_id, kind)
) STRICT;
CREATE TRIGGER documents_in_a_row BEFORE INSERT ON documents
WHEN new.count <> (SELECT coalesce(max(count), 0) + 1 FROM documents WHERE kind = new.kind)
BEGIN SELECT RAISE(ABORT, 'the numbers of documents have no gaps'); END;
CREATE TRIGGER documents_keep   BEFORE UPDATE ON documents BEGIN SELECT RAISE(ABORT, 'documents is append-only'); END;
CREATE TRIGGER documents_remain BEFORE DELETE ON documents BEGIN SELECT RAISE(ABORT, 'documents is append-only'); END;
