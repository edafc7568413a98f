-- Grant roles that the scripts create to a member, an identifier: roles with the given names, with names that
-- a DO block concatenates from them, and roles that are new since note_roles.sql. Before 16, ADMIN OPTION
-- distinguishes these grants from the scripts' own.
DO $runner$
DECLARE
  made pg_catalog.name;
BEGIN
  FOR made IN
    SELECT r.rolname
      FROM pg_catalog.pg_roles AS r
     CROSS JOIN LATERAL (SELECT pg_catalog.lower(r.rolname::pg_catalog.text),
                                {names}::pg_catalog.text[]) AS l (name, words)
     WHERE r.rolname OPERATOR(pg_catalog.!~) '^pg_'
       AND NOT pg_catalog.pg_has_role(r.oid, 'USAGE')
       AND (l.name OPERATOR(pg_catalog.=) ANY (l.words)
            OR CASE WHEN pg_catalog.current_setting('runner.roles', true) OPERATOR(pg_catalog.<>) ''
                    THEN r.oid OPERATOR(pg_catalog.<>) ALL (
                           pg_catalog.current_setting('runner.roles')::pg_catalog.oid[]) END
            OR EXISTS (
                 SELECT FROM pg_catalog.unnest(l.words) AS w (word)
                  WHERE pg_catalog.starts_with(l.name, w.word)
                    AND pg_catalog.ltrim(pg_catalog.substr(l.name, pg_catalog.length(w.word)
                          OPERATOR(pg_catalog.+) 1), '_0123456789') OPERATOR(pg_catalog.=) ANY (l.words)))
  LOOP
    BEGIN
      EXECUTE pg_catalog.format(
        'GRANT %I TO %s WITH %s', made, {member},
        CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4
                  OPERATOR(pg_catalog.<) 160000
             THEN 'ADMIN OPTION' ELSE 'INHERIT TRUE, SET TRUE' END);
    EXCEPTION WHEN insufficient_privilege OR invalid_grant_operation THEN NULL;
    END;
  END LOOP;
END
$runner$;
