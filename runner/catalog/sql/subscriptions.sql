-- Subscriptions: only the columns that every role may read; the conninfo is not one of them.
SELECT 'subscription' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(s.subname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(s.subowner)) AS owner,
       CASE WHEN s.subenabled THEN 'ENABLE' ELSE 'DISABLE' END AS enabled,
       pg_catalog.quote_ident(s.subslotname) AS slot,
       (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(p.name), ', ' ORDER BY p.name)
          FROM pg_catalog.unnest(s.subpublications) AS p (name)) AS publications
  FROM pg_catalog.pg_subscription AS s
 WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database AS d
                     WHERE d.datname = pg_catalog.current_database())
 ORDER BY s.subname;
