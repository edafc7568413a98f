-- Casts.
SELECT 'cast' AS object,
       NULL AS parent,
       pg_catalog.format('(%s AS %s)', pg_catalog.format_type(k.castsource, NULL),
                         pg_catalog.format_type(k.casttarget, NULL)) AS name,
       CASE k.castmethod WHEN 'b' THEN 'WITHOUT FUNCTION' WHEN 'i' THEN 'WITH INOUT'
            ELSE 'WITH FUNCTION ' || k.castfunc::pg_catalog.regprocedure END AS method,
       CASE k.castcontext WHEN 'i' THEN 'AS IMPLICIT' WHEN 'a' THEN 'AS ASSIGNMENT' END AS context,
       k.tableoid AS "?catalog", k.oid AS "?oid"
  FROM pg_catalog.pg_cast AS k
 WHERE k.oid >= 16384;
