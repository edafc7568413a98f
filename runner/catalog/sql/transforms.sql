-- Transforms.
SELECT 'transform' AS object,
       NULL AS parent,
       pg_catalog.format('FOR %s LANGUAGE %I', pg_catalog.format_type(f.trftype, NULL), l.lanname) AS name,
       pg_catalog.concat_ws(', ', 'FROM SQL WITH FUNCTION ' || NULLIF(f.trffromsql, 0)::pg_catalog.oid::pg_catalog.regprocedure,
                            'TO SQL WITH FUNCTION ' || NULLIF(f.trftosql, 0)::pg_catalog.oid::pg_catalog.regprocedure) AS definition,
       d.description AS comment
  FROM pg_catalog.pg_transform AS f
  JOIN pg_catalog.pg_language AS l ON l.oid = f.trflang
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_transform'::pg_catalog.regclass AND d.objoid = f.oid AND d.objsubid = 0
 WHERE f.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_transform'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY l.lanname, f.oid;
