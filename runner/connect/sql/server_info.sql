-- A call of aurora_version() is an error where it does not exist. Without another round trip only a
-- function that takes SQL as text can call it, and ts_stat is the one in all servers. Only AWS adds
-- functions to pg_catalog.
SELECT pg_catalog.pg_is_in_recovery(),
       pg_catalog.current_setting('transaction_read_only') OPERATOR(pg_catalog.=) 'on',
       pg_catalog.pg_backend_pid(),
       CASE WHEN pg_catalog.to_regprocedure('pg_catalog.aurora_version()') IS NOT NULL
         THEN (SELECT s.word FROM pg_catalog.ts_stat(
           'SELECT pg_catalog.array_to_tsvector(ARRAY[pg_catalog.aurora_version()])') AS s)
       END;
