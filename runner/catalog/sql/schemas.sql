-- Schemas. The owner of public after initdb is left out, because scripts do not set it.
SELECT 'schema' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(n.nspname) AS name,
       CASE WHEN n.nspname <> 'public' OR n.nspowner NOT IN (10, 6171)
            THEN pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(n.nspowner)) END AS owner,
       n.tableoid AS "?catalog", n.oid AS "?oid"
  FROM pg_catalog.pg_namespace AS n
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
