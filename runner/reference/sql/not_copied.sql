-- The commands that copy to a new database what CREATE DATABASE … TEMPLATE does not copy: settings,
-- privileges and the comment. Only the server knows how to split the value of a list setting.
SELECT format('BEGIN; SELECT pg_catalog.set_config(%L, %L, true); ALTER %s SET %s FROM CURRENT; COMMIT',
              split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1),
              CASE s.setrole WHEN 0 THEN format('DATABASE %I', {name})
                             ELSE format('ROLE %I IN DATABASE %I', r.rolname, {name}) END,
              (SELECT string_agg(quote_ident(n.word), '.')
                 FROM regexp_split_to_table(split_part(o.option, '=', 1), '[.]') AS n (word)))
  FROM pg_database AS d
  JOIN pg_db_role_setting AS s ON s.setdatabase = d.oid
 CROSS JOIN unnest(s.setconfig) AS o (option)
  LEFT JOIN pg_roles AS r ON r.oid = s.setrole
 WHERE d.datname = {template}
UNION ALL
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', {name})
  FROM pg_database AS d
 WHERE d.datname = {template} AND d.datacl IS NOT NULL
UNION ALL
SELECT format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, {name},
              COALESCE(quote_ident(r.rolname), 'PUBLIC'),
              CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)
  FROM pg_database AS d
 CROSS JOIN aclexplode(d.datacl) AS a
  LEFT JOIN pg_roles AS r ON r.oid = a.grantee
 WHERE d.datname = {template}
UNION ALL
SELECT format('COMMENT ON DATABASE %I IS %L', {name}, m.comment)
  FROM pg_database AS d
 CROSS JOIN LATERAL (SELECT shobj_description(d.oid, 'pg_database')) AS m (comment)
 WHERE d.datname = {template} AND NOT starts_with(m.comment, 'made with the roles ')
