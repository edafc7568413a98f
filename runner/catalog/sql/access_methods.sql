-- Access methods.
SELECT 'access method' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(m.amname) AS name,
       CASE m.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END || ' HANDLER ' || m.amhandler AS definition,
       m.tableoid AS "?catalog", m.oid AS "?oid"
  FROM pg_catalog.pg_am AS m
 WHERE m.oid >= 16384;
