-- The comment on a database or a role.
SELECT pg_catalog.shobj_description(d.oid, 'pg_database')
  FROM pg_catalog.pg_database AS d
 WHERE {kind} OPERATOR(pg_catalog.=) 'DATABASE' AND d.datname OPERATOR(pg_catalog.=) {name}
 UNION ALL
SELECT pg_catalog.shobj_description(r.oid, 'pg_authid')
  FROM pg_catalog.pg_roles AS r
 WHERE {kind} OPERATOR(pg_catalog.=) 'ROLE' AND r.rolname OPERATOR(pg_catalog.=) {name};
