-- Functions and procedures, without those that are created with a range type.
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I(%s)', n.nspname, p.proname,
                         pg_catalog.oidvectortypes(p.proargtypes)) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(p.proowner)) AS owner,
       -- pg_get_functiondef fails for an aggregate, and may be called before WHERE is applied.
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END AS definition,
       d.description AS comment
  FROM pg_catalog.pg_proc AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objoid = p.oid AND d.objsubid = 0
 WHERE p.prokind <> 'a'
   AND n.nspname !~ pg_catalog.current_setting('runner.left_out')
   AND p.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid IN ('pg_catalog.pg_extension'::pg_catalog.regclass,
                                             'pg_catalog.pg_type'::pg_catalog.regclass)
                        AND e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                        AND e.deptype IN ('e', 'i'))
 ORDER BY n.nspname, p.proname, p.oid;
