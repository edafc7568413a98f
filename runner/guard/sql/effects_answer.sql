-- What effects.sql has found.
SELECT pg_catalog.current_setting('runner.effects');
