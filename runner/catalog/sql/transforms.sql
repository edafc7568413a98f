-- Transforms.
SELECT 'transform' AS object,
       NULL AS parent,
       pg_catalog.format('FOR %s LANGUAGE %I', pg_catalog.format_type(f.trftype, NULL), l.lanname) AS name,
       pg_catalog.concat_ws(', ', 'FROM SQL WITH FUNCTION ' || NULLIF(f.trffromsql, 0)::pg_catalog.oid::pg_catalog.regprocedure,
                            'TO SQL WITH FUNCTION ' || NULLIF(f.trftosql, 0)::pg_catalog.oid::pg_catalog.regprocedure) AS definition,
       f.tableoid AS "?catalog", f.oid AS "?oid"
  FROM pg_catalog.pg_transform AS f
  JOIN pg_catalog.pg_language AS l ON l.oid = f.trflang;
