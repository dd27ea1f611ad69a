-- The first schema.
--
-- Moments are whole microseconds since 1970 in UTC: they sort and compare as numbers, have one spelling only,
-- and take half the room of a text. For people: datetime(placed_at / 1000000, 'unixepoch').
-- Days (delivery_date) are YYYY-MM-DD: they belong to no time zone.
-- Money is whole cents; unit prices are ten-thousandths of the currency unit.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('catalogue_version', '1');

CREATE TABLE products (
    id            INTEGER PRIMARY KEY,
    sku           TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    description   TEXT    NOT NULL,
    category      TEXT    NOT NULL,
    unit_price    INTEGER NOT NULL CHECK (unit_price > 0),
    unit          TEXT    NOT NULL,
    bundle_size   INTEGER NOT NULL CHECK (bundle_size >= 1),
    stock         INTEGER          CHECK (stock >= 0),       -- NULL: not tracked
    min_order_qty INTEGER NOT NULL CHECK (min_order_qty >= 0),
    active        INTEGER NOT NULL CHECK (active IN (0, 1)),
    aliases       TEXT    NOT NULL CHECK (json_type(aliases) = 'array')
) STRICT;

CREATE TABLE outlets (
    id               INTEGER PRIMARY KEY,
    name             TEXT    NOT NULL UNIQUE,
    address          TEXT    NOT NULL,
    contact_person   TEXT    NOT NULL,
    contact_number   TEXT    NOT NULL,
    whatsapp         TEXT    NOT NULL,
    usual_order_days TEXT    NOT NULL CHECK (json_type(usual_order_days) = 'array'),  -- 1 Monday … 7 Sunday
    terms            TEXT    NOT NULL CHECK (terms IN ('prepaid', 'credit')),
    credit_limit     INTEGER          CHECK (credit_limit >= 0),
    aliases          TEXT    NOT NULL CHECK (json_type(aliases) = 'array')
) STRICT;

-- AUTOINCREMENT: a customer's order number is never given to another order.
CREATE TABLE orders (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    order_ref     TEXT    UNIQUE,                            -- name of an imported one
    outlet_id     INTEGER NOT NULL REFERENCES outlets (id),
    outlet_name   TEXT    NOT NULL,                          -- at the time
    subtotal      INTEGER NOT NULL CHECK (subtotal >= 0),
    tax           INTEGER NOT NULL CHECK (tax >= 0),
    total         INTEGER NOT NULL CHECK (total = subtotal + tax),
    delivery_date TEXT    NOT NULL CHECK (delivery_date GLOB '????-??-??'),
    is_urgent     INTEGER NOT NULL CHECK (is_urgent IN (0, 1)),
    notes         TEXT    NOT NULL,
    status        TEXT    NOT NULL CHECK (status IN ('held', 'pending_review', 'confirmed', 'picked',
                                                     'out_for_delivery', 'delivered', 'cancelled', 'rejected')),
    holds         TEXT    NOT NULL CHECK (json_type(holds) = 'array'),
    session_id    TEXT,                                      -- no reference: an order outlives its conversation
    placed_by     TEXT    NOT NULL,
    placed_at     INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX orders_by_status  ON orders (status, id);
CREATE INDEX orders_by_outlet  ON orders (outlet_id, placed_at);
CREATE INDEX orders_by_session ON orders (session_id) WHERE session_id IS NOT NULL;

CREATE TABLE order_lines (
    order_id     INTEGER NOT NULL REFERENCES orders (id),
    line         INTEGER NOT NULL CHECK (line >= 1),
    product_id   INTEGER NOT NULL REFERENCES products (id),
    sku          TEXT    NOT NULL,                           -- what it was called and cost at the time
    product_name TEXT    NOT NULL,
    quantity     INTEGER NOT NULL CHECK (quantity >= 1),
    unit_price   INTEGER NOT NULL CHECK (unit_price > 0),
    line_total   INTEGER NOT NULL CHECK (line_total >= 0),
    reserved     INTEGER NOT NULL DEFAULT 0 CHECK (reserved IN (0, quantity)),  -- units taken from the stock
    PRIMARY KEY (order_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_lines_by_product ON order_lines (product_id);

-- Append-only: what happened is not rewritten.
CREATE TABLE order_events (
    id        INTEGER PRIMARY KEY,
    order_id  INTEGER NOT NULL REFERENCES orders (id),
    at        INTEGER NOT NULL,
    status    TEXT    NOT NULL CHECK (status IN ('held', 'pending_review', 'confirmed', 'picked',
                                                 'out_for_delivery', 'delivered', 'cancelled', 'rejected')),
    by_scope  TEXT    NOT NULL,
    note      TEXT    NOT NULL
) STRICT;
CREATE INDEX order_events_by_order ON order_events (order_id, id);
CREATE TRIGGER order_events_keep   BEFORE UPDATE ON order_events BEGIN SELECT RAISE(ABORT, 'order_events is append-only'); END;
CREATE TRIGGER order_events_remain BEFORE DELETE ON order_events BEGIN SELECT RAISE(ABORT, 'order_events is append-only'); END;

CREATE TABLE sessions (
    id         TEXT    PRIMARY KEY,
    owner      TEXT    NOT NULL,
    language   TEXT    NOT NULL,
    state_json TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_update ON sessions (updated_at);

CREATE TABLE messages (
    id         INTEGER PRIMARY KEY,
    session_id TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    role       TEXT    NOT NULL CHECK (role IN ('user', 'assistant')),
    text       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    meta_json  TEXT
) STRICT;
CREATE INDEX messages_by_session ON messages (session_id, id);
CREATE INDEX messages_by_time    ON messages (at);

CREATE TABLE escalations (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id  TEXT,
    tier        INTEGER NOT NULL CHECK (tier BETWEEN 1 AND 4),
    reason      TEXT    NOT NULL CHECK (reason IN ('customer_request', 'complaint', 'repeated_anger',
                                                   'not_understood', 'urgent', 'safety', 'legal', 'media',
                                                   'order_review', 'beyond_authority')),
    summary     TEXT    NOT NULL,
    order_id    INTEGER          REFERENCES orders (id),
    due_at      INTEGER NOT NULL,
    status      TEXT    NOT NULL CHECK (status IN ('open', 'resolved')),
    created_at  INTEGER NOT NULL,
    resolved_at INTEGER,
    resolved_by TEXT,
    resolution  TEXT,
    CHECK ((status = 'resolved') = (resolved_at IS NOT NULL AND resolution IS NOT NULL))
) STRICT;
CREATE INDEX escalations_by_status  ON escalations (status, id);
CREATE INDEX escalations_by_order   ON escalations (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX escalations_by_session ON escalations (session_id) WHERE session_id IS NOT NULL;

CREATE TABLE idempotency (
    scope      TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    body_hash  BLOB    NOT NULL CHECK (length(body_hash) = 32),
    reply_json TEXT    NOT NULL,
    session_id TEXT,                                         -- so that an erasure reaches the reply
    created_at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_time    ON idempotency (created_at);
CREATE INDEX idempotency_by_session ON idempotency (session_id) WHERE session_id IS NOT NULL;

CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    topic        TEXT    NOT NULL,
    payload_json TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at      INTEGER NOT NULL,
    lease_until  INTEGER,                                    -- claimed until then
    parked_at    INTEGER,                                    -- refused for good: waits for a person
    last_error   TEXT
) STRICT;
CREATE INDEX outbox_due    ON outbox (next_at) WHERE parked_at IS NULL;
CREATE INDEX outbox_parked ON outbox (parked_at) WHERE parked_at IS NOT NULL;

CREATE TABLE tokens (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT    NOT NULL CHECK (name <> ''),
    secret_hash BLOB    NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    role        TEXT    NOT NULL CHECK (role IN ('admin', 'staff', 'channel', 'outlet')),
    outlet_id   INTEGER          REFERENCES outlets (id),
    created_at  INTEGER NOT NULL,
    revoked_at  INTEGER,
    CHECK ((role = 'outlet') = (outlet_id IS NOT NULL))
) STRICT;
-- A name may be used again once its token is revoked.
CREATE UNIQUE INDEX tokens_by_name ON tokens (name) WHERE revoked_at IS NULL;
