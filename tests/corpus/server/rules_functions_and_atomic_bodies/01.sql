CREATE TABLE t (id int PRIMARY KEY, txt text);
CREATE TABLE log (what text);
CREATE VIEW v AS SELECT * FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD (
  INSERT INTO t VALUES (new.id, new.txt);

  INSERT INTO log VALUES ('ins;' || new.id);
);
INSERT INTO v VALUES (1, 'one');
CREATE FUNCTION f(n int) RETURNS text LANGUAGE plpgsql AS $f$
BEGIN
  IF n > 1 THEN RETURN 'many;'; END IF;

  RETURN $$one'$$;
END;
$f$;
INSERT INTO t VALUES (2, f(1)), (3, f(2));
