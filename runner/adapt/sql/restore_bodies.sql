-- Create the routines that were sent with act_for.sql in their bodies again, as the scripts have them.
DO $restore$
DECLARE
  inserted CONSTANT pg_catalog.text := ({inserted}::pg_catalog.text[])[1];
  edited pg_catalog.oid;
BEGIN
  PERFORM pg_catalog.set_config('check_function_bodies', 'off', true);
  FOR edited IN
    SELECT p.oid FROM pg_catalog.pg_proc AS p
     WHERE pg_catalog.strpos(p.prosrc, inserted) OPERATOR(pg_catalog.>) 0
  LOOP
    EXECUTE pg_catalog.replace(pg_catalog.pg_get_functiondef(edited), inserted, '');
  END LOOP;
END
$restore$;
