-- The result of effects.sql.
SELECT pg_catalog.current_setting('runner.effects');
