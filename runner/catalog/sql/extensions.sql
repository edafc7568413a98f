-- Extensions, without those that initdb creates (plpgsql).
SELECT 'extension' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(x.extname) AS name,
       x.extversion AS version,
       pg_catalog.quote_ident(n.nspname) AS schema,
       -- ALTER FUNCTION ... DEPENDS ON EXTENSION
       (SELECT pg_catalog.string_agg(i.type || ' ' || i.identity, ', ' ORDER BY i.type, i.identity)
          FROM pg_catalog.pg_depend AS e
         CROSS JOIN LATERAL pg_catalog.pg_identify_object(e.classid, e.objid, e.objsubid) AS i
         WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
           AND e.refobjid = x.oid AND e.deptype = 'x') AS dependents,
       x.tableoid AS "?catalog", x.oid AS "?oid"
  FROM pg_catalog.pg_extension AS x
  JOIN pg_catalog.pg_namespace AS n ON n.oid = x.extnamespace
 WHERE x.oid >= 16384;
