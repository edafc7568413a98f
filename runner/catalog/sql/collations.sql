-- Collations. The locale is in colliculocale since 15 and in colllocale since 17: "older" supplies
-- the columns that the server lacks. Not read: the version, which the operating system determines.
SELECT 'collation' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, co.collname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(co.collowner)) AS owner,
       pg_catalog.concat_ws(
         ', ', 'PROVIDER = ' || CASE co.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin'
                                                     WHEN 'c' THEN 'libc' ELSE 'default' END,
         'LOCALE = ' || pg_catalog.quote_literal(
           COALESCE(co.colllocale, co.colliculocale,
                    CASE WHEN co.collprovider = 'i' THEN co.collcollate::text END)),
         CASE WHEN co.collprovider <> 'i' THEN 'LC_COLLATE = ' || pg_catalog.quote_literal(co.collcollate::text) END,
         CASE WHEN co.collprovider <> 'i' THEN 'LC_CTYPE = ' || pg_catalog.quote_literal(co.collctype::text) END,
         CASE WHEN NOT co.collisdeterministic THEN 'DETERMINISTIC = false' END,
         'RULES = ' || pg_catalog.quote_literal(co.collicurules)) AS definition,
       co.tableoid AS "?catalog", co.oid AS "?oid"
  FROM (SELECT NULL::text AS colliculocale, NULL::text AS colllocale, NULL::text AS collicurules) AS older
 CROSS JOIN LATERAL (
         SELECT tableoid, oid, collname, collnamespace, collowner, collprovider, collisdeterministic,
                collcollate, collctype, colliculocale, colllocale, collicurules
           FROM pg_catalog.pg_collation) AS co
  JOIN pg_catalog.pg_namespace AS n ON n.oid = co.collnamespace
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
