-- Set runner.planted to the oids of the tables that the runner must not read: the planner evaluates
-- constant parts of the expressions and predicates of indexes, statistics, partition keys and (of children,
-- or with constraint_exclusion = on) CHECK constraints, which may call functions of a role that is neither
-- this role, nor one that it is a member of, nor a superuser. Functions that this transaction has written
-- count as the scripts', and so do the others if the condition `trusted` holds for all of them: one may
-- call another.
-- age() must not be called before the transaction has an id, because it would count from another one
-- until its end (GetStableLatestTransactionId in varsup.c). Returns no row, in the form that ts_stat() asks for.
WITH RECURSIVE used (classid, objid) AS MATERIALIZED (
  SELECT d.classid, d.objid
    FROM (SELECT f.oid
            FROM (SELECT p.oid, pg_catalog.bool_and({trusted}) OVER () AS are_trusted
                    FROM pg_catalog.pg_proc AS p
                    JOIN pg_catalog.pg_roles AS o ON o.oid = p.proowner AND NOT o.rolsuper
                    JOIN pg_catalog.pg_roles AS me ON me.rolname = CURRENT_USER AND me.oid <> o.oid
                   WHERE p.oid >= 16384 AND (me.rolsuper OR NOT pg_catalog.pg_has_role(o.oid, 'USAGE'))
                     AND CASE WHEN pg_catalog.txid_current_if_assigned() IS NULL THEN true
                              ELSE pg_catalog.age(p.xmin) > 0 END) AS f
           WHERE f.are_trusted IS NOT TRUE) AS them
    LEFT JOIN pg_catalog.pg_operator AS q ON q.oprcode = them.oid
    JOIN pg_catalog.pg_depend AS d
      ON d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.refobjid = them.oid
      OR d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND d.refobjid = q.oid),
planted (oid) AS (
  SELECT COALESCE(x.indrelid, s.stxrelid, k.conrelid, u.objid)
    FROM used AS u
    LEFT JOIN pg_catalog.pg_index AS x
      ON x.indexrelid = u.objid AND u.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    LEFT JOIN pg_catalog.pg_statistic_ext AS s
      ON s.oid = u.objid AND u.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass
    LEFT JOIN pg_catalog.pg_constraint AS k
      ON k.oid = u.objid AND u.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
     AND (pg_catalog.current_setting('constraint_exclusion') = 'on'
          OR k.conrelid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i))
   WHERE u.classid = 'pg_catalog.pg_class'::pg_catalog.regclass OR s.oid IS NOT NULL OR k.oid IS NOT NULL
   UNION
  SELECT i.inhparent FROM planted AS p JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = p.oid)
SELECT ''::pg_catalog.tsvector FROM (
  SELECT pg_catalog.set_config('runner.planted', ARRAY(SELECT p.oid FROM planted AS p)::pg_catalog.text, true)
  OFFSET 0) AS s (planted)
 WHERE s.planted IS NULL;
