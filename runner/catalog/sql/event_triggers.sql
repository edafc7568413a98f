-- Event triggers, and whether they are enabled.
SELECT 'event trigger' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(t.evtname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(t.evtowner)) AS owner,
       t.evtevent::text AS event,
       (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(g.tag), ', ' ORDER BY g.tag)
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
