-- Conversions.
SELECT 'conversion' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, v.conname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(v.conowner)) AS owner,
       CASE WHEN v.condefault THEN 'DEFAULT' END AS "default",
       pg_catalog.format('FOR %L TO %L FROM %s', pg_catalog.pg_encoding_to_char(v.conforencoding),
                         pg_catalog.pg_encoding_to_char(v.contoencoding), v.conproc) AS definition,
       d.description AS comment
  FROM pg_catalog.pg_conversion AS v
  JOIN pg_catalog.pg_namespace AS n ON n.oid = v.connamespace
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_conversion'::pg_catalog.regclass AND d.objoid = v.oid AND d.objsubid = 0
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out')
   AND v.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_conversion'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY n.nspname, v.conname;
