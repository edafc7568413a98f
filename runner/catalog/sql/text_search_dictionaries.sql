-- Text search dictionaries.
SELECT 'text search dictionary' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, y.dictname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(y.dictowner)) AS owner,
       pg_catalog.format('%I.%I', tn.nspname, t.tmplname) AS template,
       y.dictinitoption AS options,
       y.tableoid AS "?catalog", y.oid AS "?oid"
  FROM pg_catalog.pg_ts_dict AS y
  JOIN pg_catalog.pg_namespace AS n ON n.oid = y.dictnamespace
  JOIN pg_catalog.pg_ts_template AS t ON t.oid = y.dicttemplate
  JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.tmplnamespace
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
