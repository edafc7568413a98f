-- Casts.
SELECT 'cast' AS object,
       NULL AS parent,
       pg_catalog.format('(%s AS %s)', pg_catalog.format_type(k.castsource, NULL),
                         pg_catalog.format_type(k.casttarget, NULL)) AS name,
       CASE k.castmethod WHEN 'b' THEN 'WITHOUT FUNCTION' WHEN 'i' THEN 'WITH INOUT'
            ELSE 'WITH FUNCTION ' || k.castfunc::pg_catalog.regprocedure END AS method,
       CASE k.castcontext WHEN 'i' THEN 'AS IMPLICIT' WHEN 'a' THEN 'AS ASSIGNMENT' END AS context,
       d.description AS comment
  FROM pg_catalog.pg_cast AS k
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND d.objoid = k.oid AND d.objsubid = 0
 WHERE k.oid >= 16384
   -- The cast of a range to its multirange is created with the type.
   AND k.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid IN ('pg_catalog.pg_extension'::pg_catalog.regclass,
                                             'pg_catalog.pg_type'::pg_catalog.regclass)
                        AND e.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass
                        AND e.deptype IN ('e', 'i'))
 ORDER BY k.oid;
