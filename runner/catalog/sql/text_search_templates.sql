-- Text search templates.
SELECT 'text search template' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, t.tmplname) AS name,
       pg_catalog.concat_ws(', ', 'INIT = ' || NULLIF(t.tmplinit, 0)::pg_catalog.regproc, 'LEXIZE = ' || t.tmpllexize) AS definition,
       t.tableoid AS "?catalog", t.oid AS "?oid"
  FROM pg_catalog.pg_ts_template AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.tmplnamespace
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
