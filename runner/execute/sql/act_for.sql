-- Lets the session's role act for roles that scripts make or have made. Before 16 the ADMIN option
-- tells these grants from those of the scripts.
DO $runner$
DECLARE
  made pg_catalog.name;
BEGIN
  FOR made IN
    SELECT r.rolname
      FROM pg_catalog.pg_roles AS r
     WHERE pg_catalog.lower(r.rolname::pg_catalog.text) OPERATOR(pg_catalog.=) ANY ({names}::pg_catalog.text[])
       AND r.rolname OPERATOR(pg_catalog.!~) '^pg_'
       AND NOT pg_catalog.pg_has_role(r.oid, 'USAGE')
  LOOP
    BEGIN
      EXECUTE pg_catalog.format(
        'GRANT %I TO CURRENT_USER WITH %s', made,
        CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4
                  OPERATOR(pg_catalog.<) 160000
             THEN 'ADMIN OPTION' ELSE 'INHERIT TRUE, SET TRUE' END);
    EXCEPTION WHEN insufficient_privilege OR invalid_grant_operation THEN NULL;
    END;
  END LOOP;
END
$runner$;
