-- The sandbox: what the server remembers about itself, such as where its clock was put.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What people do on their own; the first script of a person that fits answers.
CREATE TABLE scripts (
    person_id INTEGER NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    is_on INTEGER NOT NULL,
    definition TEXT NOT NULL,
    refusal TEXT,
    PRIMARY KEY (person_id, name)
) STRICT, WITHOUT ROWID;

-- How often scripts could have been and were done in each conversation.
CREATE TABLE script_firings (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    script TEXT NOT NULL,
    tried INTEGER NOT NULL,
    done INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, person_id, script)
) STRICT, WITHOUT ROWID;

-- What people are going to do.
CREATE TABLE errands (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES people (id),
    script TEXT NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    due_at INTEGER NOT NULL,
    task TEXT NOT NULL
) STRICT;
CREATE INDEX errands_due ON errands (due_at, id);
