-- Ends the sessions of a database.
SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity AS a WHERE a.datname = {name}
