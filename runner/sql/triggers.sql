-- Triggers, event triggers and rewrite rules, and whether they fire.
-- A partition's copy of a trigger is internal up to 14 (PostgreSQL's trigger.c): told by its
-- constraint from a foreign key's.
SELECT 'trigger' AS object,
       t.tgrelid::pg_catalog.regclass::text AS parent,
       pg_catalog.format('%s.%I', t.tgrelid::pg_catalog.regclass, t.tgname) AS name,
       pg_catalog.pg_get_triggerdef(t.oid) AS definition,
       CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                        WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END AS enabled,
       d.description AS comment
  FROM pg_catalog.pg_trigger AS t
  JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_constraint AS con ON con.oid = t.tgconstraint
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND d.objoid = t.oid AND d.objsubid = 0
 WHERE (NOT t.tgisinternal OR COALESCE(con.contype, 't') = 't')
   AND n.nspname !~ pg_catalog.current_setting('runner.left_out')
 ORDER BY n.nspname, c.relname, t.tgname;

SELECT 'event trigger' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(t.evtname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(t.evtowner)) AS owner,
       t.evtevent::text AS event,
       (SELECT pg_catalog.string_agg(g.tag, ', ' ORDER BY g.tag)
          FROM pg_catalog.unnest(t.evttags) AS g (tag)) AS tags,
       t.evtfoid::pg_catalog.regprocedure::text AS function,
       CASE t.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                         WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END AS enabled,
       d.description AS comment
  FROM pg_catalog.pg_event_trigger AS t
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass
   AND d.objoid = t.oid AND d.objsubid = 0
 WHERE t.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY t.evtname;

SELECT 'rule' AS object,
       r.ev_class::pg_catalog.regclass::text AS parent,
       pg_catalog.format('%s.%I', r.ev_class::pg_catalog.regclass, r.rulename) AS name,
       pg_catalog.pg_get_ruledef(r.oid) AS definition,
       CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                         WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END AS enabled,
       d.description AS comment
  FROM pg_catalog.pg_rewrite AS r
  JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objoid = r.oid AND d.objsubid = 0
 WHERE r.rulename <> '_RETURN'
   AND n.nspname !~ pg_catalog.current_setting('runner.left_out')
 ORDER BY n.nspname, c.relname, r.rulename;
