INSERT INTO schema_migrations (number, name) VALUES (999, 'from the future')
