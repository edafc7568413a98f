-- Grant roles CREATE on the schemas of the session's role while they become owners of objects there:
-- ALTER ... OWNER TO requires that of the new owner, unless a superuser runs it.
DO $runner$
DECLARE
  given record;
BEGIN
  PERFORM pg_catalog.set_config('runner.let_own', '{{}}', true);
  FOR given IN
    SELECT n.oid AS nspoid, n.nspname, r.oid AS roleoid, r.rolname
      FROM pg_catalog.pg_namespace AS n
     CROSS JOIN pg_catalog.pg_roles AS r
     WHERE r.rolname OPERATOR(pg_catalog.=) ANY ({names}::pg_catalog.name[])
       AND n.nspname OPERATOR(pg_catalog.!~) '^(pg_|information_schema$)'
       AND NOT pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE')
       AND pg_catalog.pg_has_role(n.nspowner, 'USAGE')
  LOOP
    EXECUTE pg_catalog.format('GRANT CREATE ON SCHEMA %I TO %I', given.nspname, given.rolname);
    PERFORM pg_catalog.set_config('runner.let_own', pg_catalog.array_append(
      pg_catalog.current_setting('runner.let_own')::pg_catalog.text[],
      pg_catalog.concat(given.nspoid, ' ', given.roleoid))::pg_catalog.text, true);
  END LOOP;
END
$runner$;
