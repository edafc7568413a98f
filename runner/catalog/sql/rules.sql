-- Rewrite rules, and whether they are enabled.
SELECT 'rule' AS object,
       r.ev_class::pg_catalog.regclass::text AS parent,
       pg_catalog.format('%s.%I', r.ev_class::pg_catalog.regclass, r.rulename) AS name,
       pg_catalog.pg_get_ruledef(r.oid) AS definition,
       CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                         WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END AS enabled,
       r.tableoid AS "?catalog", r.oid AS "?oid"
  FROM pg_catalog.pg_rewrite AS r
  JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE r.rulename <> '_RETURN'
   AND n.nspname !~ pg_catalog.current_setting('runner.left_out');
