-- What goes wrong in the sandbox because somebody asked for it, and how often it did.
CREATE TABLE faults (
    name TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    is_on INTEGER NOT NULL,
    definition TEXT NOT NULL,
    matched INTEGER NOT NULL,
    done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
