CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE people (
    id BIGINT PRIMARY KEY,
    handle TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    phone TEXT NOT NULL UNIQUE,
    locale TEXT NOT NULL
);

CREATE TABLE apps (
    id BIGINT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    client_secret_hash BYTEA,
    redirect_uris TEXT NOT NULL,
    events_url TEXT,
    identification_key_sealed BYTEA,
    session_url TEXT,
    dynamic_action_url TEXT,
    stage TEXT NOT NULL,
    scopes TEXT NOT NULL,
    permissions TEXT NOT NULL
);

CREATE TABLE businesses (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    notification_url TEXT
);

-- credential: 'key' for an API key, 'token' for an OAuth token of a business's user.
CREATE TABLE api_keys (
    id BIGINT PRIMARY KEY,
    secret_hash BYTEA NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    name TEXT NOT NULL,
    app_id BIGINT REFERENCES apps (id),
    business_id BIGINT REFERENCES businesses (id),
    allows TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT
);
CREATE INDEX api_keys_by_app ON api_keys (app_id, id);
CREATE INDEX api_keys_by_business ON api_keys (business_id, id);

CREATE TABLE grants (
    id BIGINT PRIMARY KEY,
    app_id BIGINT NOT NULL REFERENCES apps (id),
    person_id BIGINT NOT NULL REFERENCES people (id),
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX grants_by_person ON grants (person_id, id);
CREATE INDEX grants_by_app ON grants (app_id, id);

-- kind: 'access' or 'refresh'. pair: the hash of the access token, in its row and in that of the
-- refresh token that was given with it. retired_at: when it ends because it was replaced.
CREATE TABLE tokens (
    secret_hash BYTEA PRIMARY KEY,
    kind TEXT NOT NULL,
    grant_id BIGINT NOT NULL REFERENCES grants (id),
    pair BYTEA NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT,
    retired_at BIGINT
);
CREATE INDEX tokens_by_grant ON tokens (grant_id);
CREATE INDEX tokens_by_age ON tokens (expires_at);

CREATE TABLE posts (
    token TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    seller_id BIGINT NOT NULL REFERENCES people (id),
    stage TEXT NOT NULL
);

CREATE TABLE orders (
    id BIGINT PRIMARY KEY,
    business_id BIGINT NOT NULL REFERENCES businesses (id),
    campaign_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL REFERENCES people (id)
);

CREATE TABLE returns (
    id BIGINT PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES orders (id)
);

-- identity: what makes opening a conversation twice find the first one.
-- seller: a party, 'person:1', 'app:1' or 'business:1'.
CREATE TABLE conversations (
    id BIGINT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    post_token TEXT REFERENCES posts (token),
    order_id BIGINT REFERENCES orders (id),
    return_id BIGINT REFERENCES returns (id),
    buyer_id BIGINT NOT NULL REFERENCES people (id),
    seller TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    last_id BIGINT NOT NULL
);
CREATE INDEX conversations_by_seller ON conversations (seller, updated_at, id);
CREATE INDEX conversations_by_buyer ON conversations (buyer_id, updated_at, id);

CREATE TABLE media (
    id BIGINT PRIMARY KEY,
    token TEXT UNIQUE,
    app_id BIGINT REFERENCES apps (id),
    link TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    object TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX media_by_object ON media (object);

-- body: 'text', 'media', 'location' or 'contact'; data: the JSON of the last two.
CREATE TABLE messages (
    conversation_id BIGINT NOT NULL REFERENCES conversations (id),
    id BIGINT NOT NULL UNIQUE,
    number BIGINT NOT NULL,
    author TEXT NOT NULL,
    app_id BIGINT,
    body TEXT NOT NULL,
    text TEXT,
    media_id BIGINT REFERENCES media (id),
    data TEXT,
    buttons TEXT,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, id)
);

-- blocker and blocked: parties.
CREATE TABLE blocks (
    blocker TEXT NOT NULL,
    blocked TEXT NOT NULL,
    PRIMARY KEY (blocker, blocked)
);

CREATE TABLE idempotency_keys (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    conversation_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
