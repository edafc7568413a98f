-- Try to take the lock of the run. Later statements of the same message read the result in the setting
-- runner.locked, and do nothing if it is false. A session that cannot write needs no lock.
SELECT f.locked, pg_catalog.current_setting('track_counts') = 'on' AS track_counts,
       pg_catalog.set_config('runner.locked', f.locked::pg_catalog.text, true)
  FROM (SELECT CASE WHEN pg_catalog.pg_is_in_recovery()
                      OR pg_catalog.current_setting('transaction_read_only') = 'on' THEN false
                    ELSE pg_catalog.pg_try_advisory_xact_lock(%(key)s) END AS locked
        OFFSET 0) AS f;
