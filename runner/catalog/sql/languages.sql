-- Languages.
SELECT 'language' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(l.lanname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(l.lanowner)) AS owner,
       CASE WHEN l.lanpltrusted THEN 'TRUSTED' END AS trusted,
       pg_catalog.concat_ws(' ', 'HANDLER ' || NULLIF(l.lanplcallfoid, 0)::pg_catalog.regproc,
                            'INLINE ' || NULLIF(l.laninline, 0)::pg_catalog.regproc,
                            'VALIDATOR ' || NULLIF(l.lanvalidator, 0)::pg_catalog.regproc) AS definition,
       l.tableoid AS "?catalog", l.oid AS "?oid"
  FROM pg_catalog.pg_language AS l
 WHERE l.oid >= 16384;
