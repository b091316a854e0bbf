CREATE TABLE schema_migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO schema_migrations (number, name) VALUES (1, '0001_core')
