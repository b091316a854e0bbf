-- What goes wrong in the sandbox because somebody asked for it, and how often it did.
CREATE TABLE faults (
    name TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    is_on BIGINT NOT NULL,
    definition TEXT NOT NULL,
    matched BIGINT NOT NULL,
    done BIGINT NOT NULL
);
