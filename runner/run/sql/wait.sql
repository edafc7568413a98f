-- Wait for the lock of the run. It returns no row.
SELECT FROM (SELECT pg_catalog.pg_advisory_xact_lock(%(key)s) OFFSET 0) AS w (done) WHERE w.done IS NULL;
