-- Which history this is: putting back a snapshot begins another. Snapshots are files of their own.
CREATE TABLE timeline (
    number INTEGER PRIMARY KEY
) STRICT;
INSERT INTO timeline (number) VALUES (1);
