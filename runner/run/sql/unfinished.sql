-- The databases and roles that unfinished runs have created, according to the end of their comment, or
-- to the name of a database that is being created. Columns: DATABASE or ROLE, name, the run (pid and
-- transaction id), whether the run is still active (its session holds the run's lock; a role that the run
-- keeps while it begins again needs only its session), and the comment of the scripts. strpos() comes
-- first, because compiling the pattern takes longer than all the rest.
SELECT m.kind, m.name, m.run, EXISTS (
         SELECT FROM pg_catalog.pg_locks AS k
          WHERE k.locktype = 'advisory' AND k.granted AND k.objsubid = 1
            AND k.classid::pg_catalog.int8 = {key}::pg_catalog.int8 >> 32
            AND k.objid::pg_catalog.int8 = {key}::pg_catalog.int8 & 4294967295
            AND k.pid <> pg_catalog.pg_backend_pid()
            AND k.pid::pg_catalog.text = pg_catalog.split_part(m.run, '_', 1))
       OR pg_catalog.strpos(m.name, 'runner_acting_') = 1 AND EXISTS (
         SELECT FROM pg_catalog.pg_stat_activity AS a
          WHERE a.pid::pg_catalog.text = pg_catalog.split_part(m.run, '_', 1)) AS goes_on,
       NULLIF(pg_catalog.regexp_replace(m.comment, {mark}, ''), '') AS comment
  FROM (SELECT s.kind, s.name, s.comment,
               CASE WHEN pg_catalog.strpos(pg_catalog.concat(s.own, ' ', s.comment), 'unfinished') > 0
                    THEN pg_catalog.substring(pg_catalog.concat(s.own, ' ', s.comment), {pattern}) END AS run
          FROM (SELECT 'DATABASE' AS kind, d.datname::pg_catalog.text AS name, d.datname AS own,
                       pg_catalog.shobj_description(d.oid, 'pg_database') AS comment
                  FROM pg_catalog.pg_database AS d
                 UNION ALL
                SELECT 'ROLE', r.rolname::pg_catalog.text, NULL,
                       pg_catalog.shobj_description(r.oid, 'pg_authid')
                  FROM pg_catalog.pg_roles AS r) AS s) AS m
 WHERE m.run IS NOT NULL
 ORDER BY m.kind, m.name;
