-- epoch: always zero here, where one writer commits ids in their order.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL DEFAULT 0,
    fact TEXT NOT NULL,
    conversation_id INTEGER,
    message_id INTEGER,
    subject TEXT,
    detail TEXT,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_epoch ON events (epoch, id);

-- identity: owner, and the post of a webhook that was registered in the oldest way.
CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    post_token TEXT,
    url TEXT,
    state TEXT NOT NULL,
    note TEXT,
    paused INTEGER NOT NULL,
    identification_key_sealed BLOB,
    signing_secret_sealed BLOB NOT NULL,
    old_signing_secret_sealed BLOB,
    old_signing_secret_until INTEGER,
    failures INTEGER NOT NULL,
    failing_since INTEGER,
    rests_until INTEGER,
    greet_at INTEGER,
    greetings INTEGER NOT NULL
) STRICT;
CREATE INDEX webhooks_by_owner ON webhooks (owner);
CREATE INDEX webhooks_by_greeting ON webhooks (greet_at) WHERE greet_at IS NOT NULL;

CREATE TABLE subscriptions (
    app_id INTEGER NOT NULL REFERENCES apps (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    topic TEXT NOT NULL,
    post_token TEXT NOT NULL,
    metadata TEXT,
    token_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (person_id, topic, post_token, app_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
    webhook_id INTEGER NOT NULL REFERENCES webhooks (id),
    event_id INTEGER NOT NULL REFERENCES events (id),
    lane INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    first_attempt_at INTEGER,
    metadata TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    PRIMARY KEY (webhook_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_open ON deliveries (webhook_id, lane, event_id)
    WHERE state IN ('pending', 'retrying');
CREATE INDEX deliveries_by_event ON deliveries (event_id);
CREATE INDEX deliveries_by_age ON deliveries (settled_at) WHERE settled_at IS NOT NULL;

-- A lane has a row while something in it is open: the head of the lane may be tried at due_at.
-- A lane at work has the word of its worker, and falls due again when the lease is over.
CREATE TABLE lanes (
    webhook_id INTEGER NOT NULL REFERENCES webhooks (id),
    lane INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    lease TEXT,
    PRIMARY KEY (webhook_id, lane)
) STRICT, WITHOUT ROWID;
CREATE INDEX lanes_due ON lanes (webhook_id, due_at);

CREATE TABLE attempts (
    webhook_id INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    url TEXT NOT NULL,
    request_headers TEXT NOT NULL,
    request_body TEXT NOT NULL,
    status INTEGER,
    response_headers TEXT,
    response_body TEXT,
    outcome TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (webhook_id, event_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_by_age ON attempts (started_at);
