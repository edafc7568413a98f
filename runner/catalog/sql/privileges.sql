-- Privileges that GRANT and REVOKE have changed: one line for each role whose privileges differ from
-- the initial privileges, without the grantor. ALL: the owner's default privileges in this version.
WITH granted (object, name, acl, kind, owner, born) AS (
  SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
                        WHEN 'f' THEN 'foreign table' ELSE 'table' END,
         pg_catalog.format('%I.%I', n.nspname, c.relname), c.relacl,
         (CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner, NULL::pg_catalog.aclitem[]
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
   WHERE c.relacl IS NOT NULL AND n.nspname !~ pg_catalog.current_setting('runner.left_out')
   UNION ALL
  SELECT CASE c.relkind WHEN 'c' THEN 'attribute' ELSE 'column' END,
         pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname), a.attacl, 'c', c.relowner, NULL
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
   WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
     AND n.nspname !~ pg_catalog.current_setting('runner.left_out')
   UNION ALL
  SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
         pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes)),
         p.proacl, 'f', p.proowner, NULL
    FROM pg_catalog.pg_proc AS p
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
   WHERE p.proacl IS NOT NULL AND n.nspname !~ pg_catalog.current_setting('runner.left_out')
   UNION ALL
  SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END,
         pg_catalog.format('%I.%I', n.nspname, t.typname), t.typacl, 'T', t.typowner, NULL
    FROM pg_catalog.pg_type AS t
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
   WHERE t.typacl IS NOT NULL AND n.nspname !~ pg_catalog.current_setting('runner.left_out')
   UNION ALL
  SELECT 'schema', pg_catalog.quote_ident(n.nspname), n.nspacl, 'n', n.nspowner,
         -- The initial privileges of public, for its present owner: pg_init_privs names the owner after
         -- initdb, and has no entry once public was dropped and created again.
         CASE n.nspname WHEN 'public' THEN
           pg_catalog.acldefault('n', n.nspowner)
           || pg_catalog.makeaclitem(0, n.nspowner, 'USAGE', FALSE)
           || CASE WHEN pg_catalog.current_setting('server_version_num')::integer < 150000
                   THEN ARRAY[pg_catalog.makeaclitem(0, n.nspowner, 'CREATE', FALSE)] END END
    FROM pg_catalog.pg_namespace AS n
   WHERE n.nspacl IS NOT NULL AND n.nspname !~ pg_catalog.current_setting('runner.left_out')
   UNION ALL
  SELECT 'language', pg_catalog.quote_ident(l.lanname), l.lanacl, 'l', l.lanowner, NULL
    FROM pg_catalog.pg_language AS l WHERE l.lanacl IS NOT NULL
   UNION ALL
  SELECT 'foreign-data wrapper', pg_catalog.quote_ident(w.fdwname), w.fdwacl, 'F', w.fdwowner, NULL
    FROM pg_catalog.pg_foreign_data_wrapper AS w WHERE w.fdwacl IS NOT NULL
   UNION ALL
  SELECT 'server', pg_catalog.quote_ident(s.srvname), s.srvacl, 'S', s.srvowner, NULL
    FROM pg_catalog.pg_foreign_server AS s WHERE s.srvacl IS NOT NULL
   UNION ALL
  -- The default privileges of a schema are added to those of the database.
  SELECT 'default privileges',
         pg_catalog.concat(
           'FOR ROLE ', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.defaclrole)),
           ' IN SCHEMA ' || pg_catalog.quote_ident(n.nspname), ' ON ',
           CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                                WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END),
         a.defaclacl, CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END, a.defaclrole,
         -- Schema-wide default privileges start from none, as the privileges of a column do.
         CASE WHEN a.defaclnamespace <> 0 THEN pg_catalog.acldefault('c', a.defaclrole) END
    FROM pg_catalog.pg_default_acl AS a
    LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = a.defaclnamespace
   WHERE COALESCE(n.nspname, '') !~ pg_catalog.current_setting('runner.left_out')
     AND pg_catalog.pg_get_userbyid(a.defaclrole) !~ '^rds(_|admin|repladmin|topmgr|writeforward)'
), item (object, name, grantee, owner, source, privileges) AS (
  SELECT g.object, g.name, a.grantee, g.owner, a.source,
         pg_catalog.string_agg(DISTINCT a.privilege_type || CASE WHEN a.is_grantable
                                                                 THEN ' WITH GRANT OPTION' ELSE '' END,
                               ', ' ORDER BY a.privilege_type || CASE WHEN a.is_grantable
                                                                 THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM granted AS g
   CROSS JOIN LATERAL (
           SELECT 'now' AS source, x.* FROM pg_catalog.aclexplode(g.acl) AS x
            UNION ALL
           SELECT 'born', x.*
             FROM pg_catalog.aclexplode(COALESCE(g.born, pg_catalog.acldefault(g.kind, g.owner))) AS x
            UNION ALL
           SELECT 'all', x.* FROM pg_catalog.aclexplode(pg_catalog.acldefault(g.kind, g.owner)) AS x
            WHERE x.grantee = g.owner) AS a
   GROUP BY g.object, g.name, a.grantee, g.owner, a.source
)
SELECT i.object,
       NULL AS parent,
       i.name,
       pg_catalog.string_agg(i.line, E'\n' ORDER BY i.line) AS privileges
  FROM (SELECT object, name,
               CASE grantee WHEN 0 THEN 'PUBLIC'
                            ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(grantee)) END || ': '
               || CASE COALESCE(now.privileges, 'none')
                       WHEN whole.privileges THEN 'ALL' ELSE COALESCE(now.privileges, 'none') END AS line
          FROM (SELECT * FROM item WHERE source = 'now') AS now
          FULL JOIN (SELECT * FROM item WHERE source = 'born') AS born USING (object, name, grantee)
          LEFT JOIN (SELECT object, name, privileges FROM item WHERE source = 'all') AS whole
              USING (object, name)
         WHERE now.privileges IS DISTINCT FROM born.privileges
           AND (grantee = 0 OR pg_catalog.pg_get_userbyid(grantee) !~ '^rds(_|admin|repladmin|topmgr|writeforward)')) AS i
 GROUP BY i.object, i.name
 ORDER BY i.object, i.name;
