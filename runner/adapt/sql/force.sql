-- Restore FORCE ROW LEVEL SECURITY on the tables from which no_force.sql has removed it.
DO $runner$
DECLARE
  forced record;
BEGIN
  FOR forced IN
    SELECT n.nspname, c.relname
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
     WHERE c.oid::pg_catalog.text OPERATOR(pg_catalog.=) ANY (pg_catalog.string_to_array(
             pg_catalog.current_setting('runner.forced', true), ' '))
  LOOP
    EXECUTE pg_catalog.format(
      'ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', forced.nspname, forced.relname);
  END LOOP;
  PERFORM pg_catalog.set_config('runner.forced', '', true);
END
$runner$;
