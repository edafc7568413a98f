-- Record a run. ids.sql then sets its last id, which is unknown until this row is written. The
-- advisory lock of the run keeps two runs from taking the same number.
INSERT INTO {registry}.run (id, started_at, finished_at, role, client, runner_version, git_revision,
                        system_identifier, first_xid, last_xid, other_xids, tables, contents)
SELECT COALESCE(pg_catalog.max(r.id), 0) + 1, pg_catalog.transaction_timestamp(),
       pg_catalog.clock_timestamp(), SESSION_USER, {}, {}, {}, {}, {}, {}, '{{}}', {},
       NULLIF(pg_catalog.current_setting('runner.contents', true), '')::pg_catalog.json
  FROM {registry}.run AS r;
