-- Conversions.
SELECT 'conversion' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, v.conname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(v.conowner)) AS owner,
       CASE WHEN v.condefault THEN 'DEFAULT' END AS "default",
       pg_catalog.format('FOR %L TO %L FROM %s', pg_catalog.pg_encoding_to_char(v.conforencoding),
                         pg_catalog.pg_encoding_to_char(v.contoencoding), v.conproc) AS definition,
       v.tableoid AS "?catalog", v.oid AS "?oid"
  FROM pg_catalog.pg_conversion AS v
  JOIN pg_catalog.pg_namespace AS n ON n.oid = v.connamespace
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
