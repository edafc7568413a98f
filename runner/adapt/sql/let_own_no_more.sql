-- Revoke the privileges that let_own.sql has granted, except on schemas that the role now owns.
DO $runner$
DECLARE
  given record;
BEGIN
  FOR given IN
    SELECT n.nspname, r.rolname
      FROM pg_catalog.unnest(pg_catalog.current_setting('runner.let_own', true)
                             ::pg_catalog.text[]) AS pair (oids)
      JOIN pg_catalog.pg_namespace AS n
        ON n.oid::pg_catalog.text OPERATOR(pg_catalog.=) pg_catalog.split_part(oids, ' ', 1)
      JOIN pg_catalog.pg_roles AS r
        ON r.oid::pg_catalog.text OPERATOR(pg_catalog.=) pg_catalog.split_part(oids, ' ', 2)
     WHERE n.nspowner OPERATOR(pg_catalog.<>) r.oid
  LOOP
    EXECUTE pg_catalog.format('REVOKE CREATE ON SCHEMA %I FROM %I', given.nspname, given.rolname);
  END LOOP;
END
$runner$;
