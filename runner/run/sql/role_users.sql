-- The server processes whose transactions have locked roles, so that a statement about the roles waits.
SELECT l.pid
  FROM pg_catalog.pg_locks AS l
  JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) l.objid
 WHERE l.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_authid'::pg_catalog.regclass
   AND l.database OPERATOR(pg_catalog.=) 0
   AND (l.mode OPERATOR(pg_catalog.<>) 'AccessShareLock' OR {drops})
   AND r.rolname OPERATOR(pg_catalog.=) ANY ({roles});
