CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  NEW.name := NEW.name || $$;'$$; -- it's
  RETURN NEW;
END;
$body$;
CREATE TRIGGER touch BEFORE UPDATE ON app.users FOR EACH ROW EXECUTE FUNCTION app.touch();
UPDATE app.users SET name = E'a\'b;\\' WHERE id = 1;
CREATE RULE instead AS ON DELETE TO app.users DO INSTEAD
  (UPDATE app.users SET score = 0 WHERE id = old.id; NOTIFY gone;);
DELETE FROM app.users WHERE id = 2;
SELECT current_setting('server_version_num')::int >= 140000 AS atomic \gset
\if :atomic
CREATE FUNCTION app.total() RETURNS numeric LANGUAGE sql
BEGIN ATOMIC
  SELECT CASE WHEN true THEN 1 ELSE 0 END;
  SELECT sum(score) FROM app.users;
END;
\endif
