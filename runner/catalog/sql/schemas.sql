-- Schemas. Properties that initdb gives to public are left out: the scripts do not set them.
SELECT 'schema' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(n.nspname) AS name,
       CASE WHEN n.nspname <> 'public' OR n.nspowner NOT IN (10, 6171)
            THEN pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(n.nspowner)) END AS owner,
       CASE WHEN n.nspname <> 'public' OR d.description <> 'standard public schema'
            THEN d.description END AS comment
  FROM pg_catalog.pg_namespace AS n
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
   AND d.objoid = n.oid AND d.objsubid = 0
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out')
   AND n.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY n.nspname;
