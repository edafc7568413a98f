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
       t.tableoid AS "?catalog", t.oid AS "?oid"
  FROM pg_catalog.pg_event_trigger AS t;
