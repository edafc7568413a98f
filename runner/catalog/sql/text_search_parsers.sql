-- Text search parsers.
SELECT 'text search parser' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, p.prsname) AS name,
       pg_catalog.concat_ws(', ', 'START = ' || p.prsstart, 'GETTOKEN = ' || p.prstoken,
                            'END = ' || p.prsend, 'HEADLINE = ' || NULLIF(p.prsheadline, 0)::pg_catalog.regproc,
                            'LEXTYPES = ' || p.prslextype) AS definition,
       p.tableoid AS "?catalog", p.oid AS "?oid"
  FROM pg_catalog.pg_ts_parser AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.prsnamespace
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
