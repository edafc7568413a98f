-- Databases and roles that unfinished runs have made: their comment says so, or the name of a
-- database that is just being made. DATABASE or ROLE, the name, the run, and whether it goes on:
-- then its session holds the run's lock. A run is: pid, transaction.
SELECT m.kind, m.name, m.run, EXISTS (
         SELECT FROM pg_catalog.pg_locks AS k
          WHERE k.locktype = 'advisory' AND k.granted AND k.objsubid = 1
            AND k.classid::pg_catalog.int8 = {key}::pg_catalog.int8 >> 32
            AND k.objid::pg_catalog.int8 = {key}::pg_catalog.int8 & 4294967295
            AND k.pid <> pg_catalog.pg_backend_pid()
            AND k.pid::pg_catalog.text = pg_catalog.split_part(m.run, '_', 1)) AS goes_on
  FROM (SELECT 'DATABASE' AS kind, d.datname::pg_catalog.text AS name,
               pg_catalog.substring(
                 pg_catalog.concat(d.datname, ' ', pg_catalog.shobj_description(d.oid, 'pg_database')),
                 {pattern}) AS run
          FROM pg_catalog.pg_database AS d
         UNION ALL
        SELECT 'ROLE', r.rolname::pg_catalog.text,
               pg_catalog.substring(
                 pg_catalog.concat(' ', pg_catalog.shobj_description(r.oid, 'pg_authid')), {pattern})
          FROM pg_catalog.pg_roles AS r) AS m
 WHERE m.run IS NOT NULL
 ORDER BY m.kind, m.name;
