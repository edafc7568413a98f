CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$
DECLARE q text := $q$ SELECT ';' $q$;
BEGIN

  EXECUTE $x$ DO $y$ BEGIN NULL; END; $y$; $x$;
  RETURN q; -- $body
END;
$body$;
SELECT 2;
