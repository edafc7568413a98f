-- Access methods.
SELECT 'access method' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(m.amname) AS name,
       CASE m.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END || ' HANDLER ' || m.amhandler AS definition,
       d.description AS comment
  FROM pg_catalog.pg_am AS m
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_am'::pg_catalog.regclass AND d.objoid = m.oid AND d.objsubid = 0
 WHERE m.oid >= 16384
   AND m.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_am'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY m.amname;
