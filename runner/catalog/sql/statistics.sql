-- Extended statistics. stxstattarget exists since 13; its default is NULL since 17, -1 before.
SELECT 'statistics' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, s.stxname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(s.stxowner)) AS owner,
       pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,
       NULLIF(s.stxstattarget, -1)::text AS statistics,
       s.tableoid AS "?catalog", s.oid AS "?oid"
  FROM (SELECT -1 AS stxstattarget) AS older
 CROSS JOIN LATERAL (
         SELECT tableoid, oid, stxname, stxnamespace, stxowner, stxstattarget, stxrelid
           FROM pg_catalog.pg_statistic_ext) AS s
  JOIN pg_catalog.pg_class AS c ON c.oid = s.stxrelid -- Citus hides its shards in pg_class
  JOIN pg_catalog.pg_namespace AS n ON n.oid = s.stxnamespace
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
