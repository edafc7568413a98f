-- Foreign-data wrappers, servers and user mappings. A password may stand in an option: its value
-- is not read, and of a user mapping only the name of the user is.
SELECT 'foreign-data wrapper' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(w.fdwname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(w.fdwowner)) AS owner,
       pg_catalog.concat_ws(', ', 'HANDLER ' || NULLIF(w.fdwhandler, 0)::pg_catalog.regprocedure,
                            'VALIDATOR ' || NULLIF(w.fdwvalidator, 0)::pg_catalog.regprocedure) AS definition,
       (SELECT pg_catalog.string_agg(
                 CASE WHEN o.option ~* '^[^=]*(pass|secret|token|key)'
                      THEN pg_catalog.split_part(o.option, '=', 1) || '=...' ELSE o.option END,
                 ', ' ORDER BY o.option)
          FROM pg_catalog.unnest(w.fdwoptions) AS o (option)) AS options,
       d.description AS comment
  FROM pg_catalog.pg_foreign_data_wrapper AS w
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
   AND d.objoid = w.oid AND d.objsubid = 0
 WHERE w.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY w.fdwname;

SELECT 'server' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(s.srvname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(s.srvowner)) AS owner,
       pg_catalog.quote_ident(w.fdwname) AS "foreign-data wrapper",
       s.srvtype AS type,
       s.srvversion AS version,
       (SELECT pg_catalog.string_agg(
                 CASE WHEN o.option ~* '^[^=]*(pass|secret|token|key)'
                      THEN pg_catalog.split_part(o.option, '=', 1) || '=...' ELSE o.option END,
                 ', ' ORDER BY o.option)
          FROM pg_catalog.unnest(s.srvoptions) AS o (option)) AS options,
       d.description AS comment
  FROM pg_catalog.pg_foreign_server AS s
  JOIN pg_catalog.pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass
   AND d.objoid = s.oid AND d.objsubid = 0
 WHERE s.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY s.srvname;

-- The view, not the catalog: that one is for superusers.
SELECT 'user mapping' AS object,
       NULL AS parent,
       pg_catalog.format('FOR %s SERVER %I',
                         CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) END,
                         m.srvname) AS name,
       (SELECT pg_catalog.string_agg(
                 CASE WHEN o.option LIKE 'user=%' THEN o.option
                      ELSE pg_catalog.split_part(o.option, '=', 1) || '=...' END,
                 ', ' ORDER BY o.option)
          FROM pg_catalog.unnest(m.umoptions) AS o (option)) AS options
  FROM pg_catalog.pg_user_mappings AS m
 ORDER BY m.srvname, m.usename;
