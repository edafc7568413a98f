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
       d.description AS comment
  FROM pg_catalog.pg_extension AS x
  JOIN pg_catalog.pg_namespace AS n ON n.oid = x.extnamespace
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass
   AND d.objoid = x.oid AND d.objsubid = 0
 WHERE x.oid >= 16384
 ORDER BY x.extname;
