-- Remove FORCE ROW LEVEL SECURITY from the named tables, and from those that this transaction changed, until the
-- end of the script: the session's role then sees all rows of its tables, as a superuser does in the container.
DO $runner$
DECLARE
  forced record;
BEGIN
  FOR forced IN
    SELECT c.oid, n.nspname, c.relname
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
     WHERE c.relforcerowsecurity
       AND CURRENT_USER OPERATOR(pg_catalog.=) SESSION_USER
       AND pg_catalog.pg_has_role(c.relowner, 'USAGE')
       AND (c.relname OPERATOR(pg_catalog.=) ANY ({names}::pg_catalog.name[])
            OR pg_catalog.age(c.xmin) OPERATOR(pg_catalog.<=) pg_catalog.age(
                 (pg_catalog.txid_current() OPERATOR(pg_catalog.%) 4294967296)
                 ::pg_catalog.text::pg_catalog.xid))
  LOOP
    EXECUTE pg_catalog.format(
      'ALTER TABLE %I.%I NO FORCE ROW LEVEL SECURITY', forced.nspname, forced.relname);
    PERFORM pg_catalog.set_config('runner.forced', pg_catalog.concat_ws(' ',
      pg_catalog.current_setting('runner.forced', true), forced.oid), true);
  END LOOP;
END
$runner$;
