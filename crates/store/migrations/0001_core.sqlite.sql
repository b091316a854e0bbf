-- One server works on a SQLite file, and its mint gives each message id once: no index on the id alone.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;

CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    handle TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    phone TEXT NOT NULL UNIQUE,
    locale TEXT NOT NULL
) STRICT;

CREATE TABLE apps (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    client_secret_hash BLOB,
    redirect_uris TEXT NOT NULL,
    events_url TEXT,
    identification_key_sealed BLOB,
    session_url TEXT,
    dynamic_action_url TEXT,
    stage TEXT NOT NULL,
    scopes TEXT NOT NULL,
    permissions TEXT NOT NULL
) STRICT;

CREATE TABLE businesses (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    notification_url TEXT
) STRICT;

-- credential: 'key' for an API key, 'token' for an OAuth token of a business's user.
CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY,
    secret_hash BLOB NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    name TEXT NOT NULL,
    app_id INTEGER REFERENCES apps (id),
    business_id INTEGER REFERENCES businesses (id),
    allows TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER
) STRICT;
CREATE INDEX api_keys_by_app ON api_keys (app_id, id);
CREATE INDEX api_keys_by_business ON api_keys (business_id, id);

CREATE TABLE grants (
    id INTEGER PRIMARY KEY,
    app_id INTEGER NOT NULL REFERENCES apps (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX grants_by_person ON grants (person_id, id);
CREATE INDEX grants_by_app ON grants (app_id, id);

-- kind: 'access' or 'refresh'. pair: the hash of the access token, in its row and in that of the
-- refresh token that was given with it. retired_at: when it ends because it was replaced.
CREATE TABLE tokens (
    secret_hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    grant_id INTEGER NOT NULL REFERENCES grants (id),
    pair BLOB NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER,
    retired_at INTEGER
) STRICT;
CREATE INDEX tokens_by_grant ON tokens (grant_id);
CREATE INDEX tokens_by_age ON tokens (expires_at);

CREATE TABLE posts (
    token TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    seller_id INTEGER NOT NULL REFERENCES people (id),
    stage TEXT NOT NULL
) STRICT;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    business_id INTEGER NOT NULL REFERENCES businesses (id),
    campaign_id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES people (id)
) STRICT;

CREATE TABLE returns (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id)
) STRICT;

-- identity: what makes opening a conversation twice find the first one.
-- seller: a party, 'person:1', 'app:1' or 'business:1'.
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    post_token TEXT REFERENCES posts (token),
    order_id INTEGER REFERENCES orders (id),
    return_id INTEGER REFERENCES returns (id),
    buyer_id INTEGER NOT NULL REFERENCES people (id),
    seller TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_number INTEGER NOT NULL,
    last_id INTEGER NOT NULL
) STRICT;
CREATE INDEX conversations_by_seller ON conversations (seller, updated_at, id);
CREATE INDEX conversations_by_buyer ON conversations (buyer_id, updated_at, id);

CREATE TABLE media (
    id INTEGER PRIMARY KEY,
    token TEXT UNIQUE,
    app_id INTEGER REFERENCES apps (id),
    link TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    object TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX media_by_object ON media (object);

-- body: 'text', 'media', 'location' or 'contact'; data: the JSON of the last two.
CREATE TABLE messages (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    author TEXT NOT NULL,
    app_id INTEGER,
    body TEXT NOT NULL,
    text TEXT,
    media_id INTEGER REFERENCES media (id),
    data TEXT,
    buttons TEXT,
    sent_at INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, id)
) STRICT, WITHOUT ROWID;

-- blocker and blocked: parties.
CREATE TABLE blocks (
    blocker TEXT NOT NULL,
    blocked TEXT NOT NULL,
    PRIMARY KEY (blocker, blocked)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    conversation_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
