-- Is the run's lock ours? Later statements of the same message read the answer from the setting,
-- and leave all alone when it is no. A session that cannot write needs none.
SELECT f.locked, pg_catalog.current_setting('track_counts') = 'on' AS track_counts,
       pg_catalog.set_config('runner.locked', f.locked::pg_catalog.text, true)
  FROM (SELECT CASE WHEN pg_catalog.pg_is_in_recovery()
                      OR pg_catalog.current_setting('transaction_read_only') = 'on' THEN false
                    ELSE pg_catalog.pg_try_advisory_xact_lock(%(key)s) END AS locked
        OFFSET 0) AS f;
