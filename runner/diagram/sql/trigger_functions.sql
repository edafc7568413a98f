-- The function of each trigger.
SELECT format('%s.%I', t.tgrelid::regclass, t.tgname),
       format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes))
  FROM pg_trigger AS t
  JOIN pg_proc AS p ON p.oid = t.tgfoid
  JOIN pg_namespace AS n ON n.oid = p.pronamespace
 WHERE NOT t.tgisinternal
