-- Those who look after the server. password_hash: argon2id in the PHC form.
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    password_at INTEGER NOT NULL,
    signed_in_at INTEGER
) STRICT;

-- Their stays in the console; the word that opens one is known by its hash only.
CREATE TABLE account_sessions (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    word_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL
) STRICT;
CREATE INDEX account_sessions_by_account ON account_sessions (account_id, id);

-- What was done, by whom. doer: a kind; name: of the account or the stranger, which outlives it.
CREATE TABLE acts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    doer TEXT NOT NULL,
    account_id INTEGER,
    name TEXT,
    address TEXT,
    act TEXT NOT NULL,
    target TEXT NOT NULL,
    outcome TEXT NOT NULL
) STRICT;
CREATE INDEX acts_by_age ON acts (at);
CREATE INDEX acts_by_name ON acts (name, id);
CREATE INDEX acts_by_act ON acts (act, id);
CREATE INDEX acts_by_outcome ON acts (outcome, id);
