-- Languages, transforms, casts and access methods: what belongs to no schema.
SELECT 'language' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(l.lanname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(l.lanowner)) AS owner,
       pg_catalog.concat_ws(', ', CASE WHEN l.lanpltrusted THEN 'TRUSTED' END,
                            'HANDLER ' || NULLIF(l.lanplcallfoid, 0)::pg_catalog.regprocedure,
                            'INLINE ' || NULLIF(l.laninline, 0)::pg_catalog.regprocedure,
                            'VALIDATOR ' || NULLIF(l.lanvalidator, 0)::pg_catalog.regprocedure) AS definition,
       d.description AS comment
  FROM pg_catalog.pg_language AS l
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_language'::pg_catalog.regclass AND d.objoid = l.oid AND d.objsubid = 0
 WHERE l.oid >= 16384
   AND l.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_language'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY l.lanname;

SELECT 'transform' AS object,
       NULL AS parent,
       pg_catalog.format('FOR %s LANGUAGE %I', pg_catalog.format_type(f.trftype, NULL), l.lanname) AS name,
       pg_catalog.concat_ws(', ', 'FROM SQL ' || NULLIF(f.trffromsql, 0)::pg_catalog.oid::pg_catalog.regprocedure,
                            'TO SQL ' || NULLIF(f.trftosql, 0)::pg_catalog.oid::pg_catalog.regprocedure) AS definition,
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

SELECT 'cast' AS object,
       NULL AS parent,
       pg_catalog.format('(%s AS %s)', pg_catalog.format_type(k.castsource, NULL),
                         pg_catalog.format_type(k.casttarget, NULL)) AS name,
       CASE k.castmethod WHEN 'b' THEN 'WITHOUT FUNCTION' WHEN 'i' THEN 'WITH INOUT'
            ELSE 'WITH FUNCTION ' || k.castfunc::pg_catalog.regprocedure END AS method,
       CASE k.castcontext WHEN 'i' THEN 'IMPLICIT' WHEN 'a' THEN 'ASSIGNMENT'
                          ELSE 'EXPLICIT' END AS context,
       d.description AS comment
  FROM pg_catalog.pg_cast AS k
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND d.objoid = k.oid AND d.objsubid = 0
 WHERE k.oid >= 16384
   -- The cast of a range to its multirange comes with the type.
   AND k.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid IN ('pg_catalog.pg_extension'::pg_catalog.regclass,
                                             'pg_catalog.pg_type'::pg_catalog.regclass)
                        AND e.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass
                        AND e.deptype IN ('e', 'i'))
 ORDER BY k.oid;

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
