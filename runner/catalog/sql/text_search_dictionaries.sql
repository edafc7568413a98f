-- Text search dictionaries.
SELECT 'text search dictionary' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, y.dictname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(y.dictowner)) AS owner,
       pg_catalog.format('%I.%I', tn.nspname, t.tmplname) AS template,
       y.dictinitoption AS options,
       d.description AS comment
  FROM pg_catalog.pg_ts_dict AS y
  JOIN pg_catalog.pg_namespace AS n ON n.oid = y.dictnamespace
  JOIN pg_catalog.pg_ts_template AS t ON t.oid = y.dicttemplate
  JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.tmplnamespace
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass AND d.objoid = y.oid AND d.objsubid = 0
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out')
   AND y.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY n.nspname, y.dictname;
