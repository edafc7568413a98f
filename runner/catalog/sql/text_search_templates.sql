-- Text search templates.
SELECT 'text search template' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, t.tmplname) AS name,
       pg_catalog.concat_ws(', ', 'INIT = ' || NULLIF(t.tmplinit, 0)::pg_catalog.regproc, 'LEXIZE = ' || t.tmpllexize) AS definition,
       d.description AS comment
  FROM pg_catalog.pg_ts_template AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.tmplnamespace
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass AND d.objoid = t.oid AND d.objsubid = 0
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out')
   AND t.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY n.nspname, t.tmplname;
