-- Languages.
SELECT 'language' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(l.lanname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(l.lanowner)) AS owner,
       CASE WHEN l.lanpltrusted THEN 'TRUSTED' END AS trusted,
       pg_catalog.concat_ws(' ', 'HANDLER ' || NULLIF(l.lanplcallfoid, 0)::pg_catalog.regproc,
                            'INLINE ' || NULLIF(l.laninline, 0)::pg_catalog.regproc,
                            'VALIDATOR ' || NULLIF(l.lanvalidator, 0)::pg_catalog.regproc) AS definition,
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
