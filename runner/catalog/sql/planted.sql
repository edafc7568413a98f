-- Set runner.planted to the oids of the tables that the runner must not read: the planner evaluates
-- constant parts of the expressions and predicates of indexes, statistics, partition keys and (of children,
-- or with constraint_exclusion = on) CHECK constraints, which may call functions of a role that is neither this role, nor one that it is a member of, nor
-- a superuser. Functions that this transaction has written count as the scripts'.
DO $runner$
DECLARE
    them   pg_catalog.oid[] := ARRAY(
             SELECT p.oid
               FROM pg_catalog.pg_proc AS p
               JOIN pg_catalog.pg_roles AS o ON o.oid = p.proowner AND NOT o.rolsuper
               JOIN pg_catalog.pg_roles AS me ON me.rolname = CURRENT_USER
                AND me.oid <> o.oid
              WHERE p.oid >= 16384
                AND pg_catalog.age(p.xmin) > 0
                AND (me.rolsuper OR NOT pg_catalog.pg_has_role(o.oid, 'USAGE')));
    tables pg_catalog.text;
BEGIN
    IF pg_catalog.cardinality(them) > 0 THEN
        WITH used AS (
          SELECT d.classid, d.objid
            FROM pg_catalog.pg_depend AS d
           WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.refobjid = ANY (them)
              OR d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND d.refobjid IN (
                   SELECT q.oid FROM pg_catalog.pg_operator AS q WHERE q.oprcode = ANY (them))),
        planted (oid) AS (
          SELECT COALESCE(x.indrelid, u.objid)
            FROM used AS u
            LEFT JOIN pg_catalog.pg_index AS x ON x.indexrelid = u.objid
           WHERE u.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
           UNION ALL
          SELECT s.stxrelid
            FROM used AS u
            JOIN pg_catalog.pg_statistic_ext AS s ON s.oid = u.objid
           WHERE u.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass
           UNION ALL
          SELECT k.conrelid
            FROM used AS u
            JOIN pg_catalog.pg_constraint AS k ON k.oid = u.objid
           WHERE u.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
             AND (pg_catalog.current_setting('constraint_exclusion') = 'on'
                  OR k.conrelid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i)))
        SELECT pg_catalog.array_agg(p.oid)::pg_catalog.text INTO tables
          FROM (SELECT p.oid FROM planted AS p
                 UNION ALL
                SELECT i.inhparent FROM planted AS p JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = p.oid) AS p;
    END IF;
    PERFORM pg_catalog.set_config('runner.planted', COALESCE(tables, '{}'), true);
END
$runner$;
