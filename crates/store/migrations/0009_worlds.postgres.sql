-- Which history this is: putting back a snapshot begins another. Whoever writes holds this table
-- lightly, so that whoever puts back everything can wait until nobody else writes.
CREATE TABLE timeline (
    number BIGINT PRIMARY KEY
);
INSERT INTO timeline (number) VALUES (1);

-- The rows of a snapshot are in tables called snapshot_NUMBER_TABLE.
CREATE TABLE snapshots (
    name TEXT PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    schema_number BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL
);
