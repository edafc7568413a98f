-- Triggers, and whether they are enabled. Before 15 the copy of a trigger on a partition is internal
-- (src/backend/commands/trigger.c), but unlike the triggers of a foreign key it has no constraint.
-- Left out: the trigger that Citus adds to each of its tables, with the table's oid in its name.
SELECT 'trigger' AS object,
       t.tgrelid::pg_catalog.regclass::text AS parent,
       pg_catalog.format('%s.%I', t.tgrelid::pg_catalog.regclass, t.tgname) AS name,
       pg_catalog.pg_get_triggerdef(t.oid) AS definition,
       CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                        WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END AS enabled,
       t.tableoid AS "?catalog", t.oid AS "?oid"
  FROM pg_catalog.pg_trigger AS t
  JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_constraint AS con ON con.oid = t.tgconstraint
 WHERE (NOT t.tgisinternal OR COALESCE(con.contype, 't') = 't')
   AND t.tgfoid IS DISTINCT FROM pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger')::pg_catalog.oid
   AND n.nspname !~ pg_catalog.current_setting('runner.left_out');
