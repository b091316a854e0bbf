-- epoch: the transaction that wrote the row. Ids commit out of order; feeds read by (epoch, id) and
-- only epochs below every transaction that is still open, so that nothing appears behind a reader.
CREATE TABLE events (
    id BIGINT PRIMARY KEY,
    epoch BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    fact TEXT NOT NULL,
    conversation_id BIGINT,
    message_id BIGINT,
    subject TEXT,
    detail TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX events_by_epoch ON events (epoch, id);

-- identity: owner, and the post of a webhook that was registered in the oldest way.
CREATE TABLE webhooks (
    id BIGINT PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    post_token TEXT,
    url TEXT,
    state TEXT NOT NULL,
    note TEXT,
    paused BIGINT NOT NULL,
    identification_key_sealed BYTEA,
    signing_secret_sealed BYTEA NOT NULL,
    old_signing_secret_sealed BYTEA,
    old_signing_secret_until BIGINT,
    failures BIGINT NOT NULL,
    failing_since BIGINT,
    rests_until BIGINT,
    greet_at BIGINT,
    greetings BIGINT NOT NULL
);
CREATE INDEX webhooks_by_owner ON webhooks (owner);
CREATE INDEX webhooks_by_greeting ON webhooks (greet_at) WHERE greet_at IS NOT NULL;

CREATE TABLE subscriptions (
    app_id BIGINT NOT NULL REFERENCES apps (id),
    person_id BIGINT NOT NULL REFERENCES people (id),
    topic TEXT NOT NULL,
    post_token TEXT NOT NULL,
    metadata TEXT,
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, topic, post_token, app_id)
);

CREATE TABLE deliveries (
    webhook_id BIGINT NOT NULL REFERENCES webhooks (id),
    event_id BIGINT NOT NULL REFERENCES events (id),
    lane BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    first_attempt_at BIGINT,
    metadata TEXT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (webhook_id, event_id)
);
CREATE INDEX deliveries_open ON deliveries (webhook_id, lane, event_id)
    WHERE state IN ('pending', 'retrying');
CREATE INDEX deliveries_by_event ON deliveries (event_id);
CREATE INDEX deliveries_by_age ON deliveries (settled_at) WHERE settled_at IS NOT NULL;

-- A lane has a row while something in it is open: the head of the lane may be tried at due_at.
-- A lane at work has the word of its worker, and falls due again when the lease is over.
CREATE TABLE lanes (
    webhook_id BIGINT NOT NULL REFERENCES webhooks (id),
    lane BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease TEXT,
    PRIMARY KEY (webhook_id, lane)
);
CREATE INDEX lanes_due ON lanes (webhook_id, due_at);

CREATE TABLE attempts (
    webhook_id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    duration_us BIGINT NOT NULL,
    url TEXT NOT NULL,
    request_headers TEXT NOT NULL,
    request_body TEXT NOT NULL,
    status BIGINT,
    response_headers TEXT,
    response_body TEXT,
    outcome TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (webhook_id, event_id, number)
);
CREATE INDEX attempts_by_age ON attempts (started_at);
