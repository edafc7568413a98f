-- Text search parsers.
SELECT 'text search parser' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, p.prsname) AS name,
       pg_catalog.concat_ws(', ', 'START = ' || p.prsstart, 'GETTOKEN = ' || p.prstoken,
                            'END = ' || p.prsend, 'HEADLINE = ' || NULLIF(p.prsheadline, 0)::pg_catalog.regproc,
                            'LEXTYPES = ' || p.prslextype) AS definition,
       d.description AS comment
  FROM pg_catalog.pg_ts_parser AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.prsnamespace
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_ts_parser'::pg_catalog.regclass AND d.objoid = p.oid AND d.objsubid = 0
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out')
   AND p.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_ts_parser'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY n.nspname, p.prsname;
