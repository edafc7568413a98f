-- Objects that all databases share, and properties of this database: roles, memberships, settings,
-- comments, privileges on the database. Not read: passwords, VALID UNTIL, and values of settings
-- that may be secrets. Scripts that run in a reference database may name the target: "?here" is
-- false for a row about the target. "?roles": the roles that a row is about.
WITH named (oid, here, datacl, datdba) AS (
  SELECT d.oid, d.datname = pg_catalog.current_database(), d.datacl, d.datdba
    FROM pg_catalog.pg_database AS d
   WHERE d.datname IN ({database}, pg_catalog.current_database())
), granted (here, grantee, privilege_type, is_grantable) AS (
  SELECT n.here, a.grantee, a.privilege_type, pg_catalog.bool_or(a.is_grantable)
    FROM named AS n
   CROSS JOIN LATERAL pg_catalog.aclexplode(
           COALESCE(n.datacl, pg_catalog.acldefault('d', n.datdba))) AS a
   GROUP BY n.here, a.grantee, a.privilege_type
)
SELECT 'role' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(r.rolname) AS name,
       pg_catalog.concat_ws(
         ' ', CASE WHEN r.rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
         CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
         CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
         CASE WHEN NOT r.rolinherit THEN 'NOINHERIT' END,
         CASE WHEN r.rolreplication THEN 'REPLICATION' END,
         CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
         'CONNECTION LIMIT ' || NULLIF(r.rolconnlimit, -1)) AS definition,
       NULL::pg_catalog.bool AS "?here",
       ARRAY[r.rolname]::pg_catalog.text[] AS "?roles"
  FROM pg_catalog.pg_roles AS r
 WHERE r.rolname !~ '^(pg|runner_acting)_' -- roles that runs make for themselves
 UNION ALL
-- Left out: memberships with ADMIN OPTION only, which CREATE ROLE grants to the creator since 16.
SELECT 'role membership', NULL,
       pg_catalog.format('%I TO %I', pg_catalog.pg_get_userbyid(m.roleid),
                         pg_catalog.pg_get_userbyid(m.member)),
       pg_catalog.concat_ws(', ', CASE WHEN pg_catalog.bool_or(m.admin_option) THEN 'ADMIN' END,
                            CASE WHEN NOT pg_catalog.bool_or(m.inherit_option) THEN 'INHERIT FALSE' END,
                            CASE WHEN NOT pg_catalog.bool_or(m.set_option) THEN 'SET FALSE' END),
       NULL,
       ARRAY[pg_catalog.pg_get_userbyid(m.roleid), pg_catalog.pg_get_userbyid(m.member)]
  FROM (SELECT true AS inherit_option, true AS set_option) AS older
 CROSS JOIN LATERAL (SELECT roleid, member, admin_option, inherit_option, set_option
                       FROM pg_catalog.pg_auth_members) AS m
 WHERE (m.inherit_option OR m.set_option)
   AND pg_catalog.concat(pg_catalog.pg_get_userbyid(m.roleid), ' ',
                         pg_catalog.pg_get_userbyid(m.member)) !~ '(^| )runner_acting_'
 GROUP BY m.roleid, m.member
 UNION ALL
SELECT 'setting', NULL,
       pg_catalog.concat_ws(' ', 'ROLE ' || pg_catalog.quote_ident(r.rolname),
                            CASE WHEN s.setrole = 0 THEN 'DATABASE'
                                 WHEN s.setdatabase <> 0 THEN 'IN DATABASE' END,
                            'SET', c.name),
       CASE WHEN c.name ~* '(pass|secret|token|key)' THEN '...' ELSE c.value END,
       n.here,
       ARRAY[r.rolname]
  FROM pg_catalog.pg_db_role_setting AS s
 CROSS JOIN LATERAL (
         SELECT pg_catalog.split_part(u.line, '=', 1),
                pg_catalog.substr(u.line, pg_catalog.strpos(u.line, '=') + 1)
           FROM pg_catalog.unnest(s.setconfig) AS u (line)) AS c (name, value)
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
  LEFT JOIN named AS n ON n.oid = s.setdatabase
 WHERE s.setdatabase = 0 OR n.oid IS NOT NULL
 UNION ALL
SELECT 'database privilege', NULL,
       pg_catalog.format('%s TO %s', g.privilege_type,
                         CASE g.grantee WHEN 0 THEN 'PUBLIC'
                              ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END),
       CASE WHEN g.is_grantable THEN 'WITH GRANT OPTION' END,
       g.here,
       CASE WHEN g.grantee <> 0 THEN ARRAY[pg_catalog.pg_get_userbyid(g.grantee)] END
  FROM granted AS g
 UNION ALL
SELECT 'database privilege', NULL, p.name || ' REVOKED FROM PUBLIC', NULL, n.here, NULL
  FROM named AS n
 CROSS JOIN (VALUES ('CONNECT'), ('TEMPORARY')) AS p (name)
 WHERE NOT EXISTS (SELECT FROM granted AS g
                    WHERE g.here = n.here AND g.grantee = 0 AND g.privilege_type = p.name)
 UNION ALL
SELECT 'comment', NULL, c.name, m.comment, c.here, c.roles
  FROM (SELECT 'ON ROLE ' || pg_catalog.quote_ident(r.rolname), NULL::pg_catalog.bool,
               ARRAY[r.rolname]::pg_catalog.text[], pg_catalog.shobj_description(r.oid, 'pg_authid')
          FROM pg_catalog.pg_roles AS r
         UNION ALL
        SELECT 'ON DATABASE', n.here, NULL, pg_catalog.shobj_description(n.oid, 'pg_database')
          FROM named AS n) AS c (name, here, roles, comment)
 CROSS JOIN LATERAL pg_catalog.regexp_replace(
         c.comment, ' ?raw-sql-runner: made by the unfinished run [0-9_]+$', '') AS m (comment)
 WHERE m.comment <> '';
