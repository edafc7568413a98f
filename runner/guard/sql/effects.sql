-- Set runner.effects to the effects of this transaction on tables and sequences so far: one JSON
-- object, in ASCII except for names. The transaction still holds an ACCESS EXCLUSIVE lock on each
-- relation that it created, dropped, truncated or rewrote, or from which it dropped a column, and a
-- ROW EXCLUSIVE lock on each from which it deleted rows. Not included: effects of other sessions, and
-- effects that a rollback to a savepoint undid, which released the locks.
-- xid: the id of the transaction; null if it has none, so that it cannot be the one that was begun.
-- relations: oid, whether the lock is ACCESS EXCLUSIVE, relkind (null: dropped), relfilenode, rows
-- deleted, inserted and updated, dropped columns, name, whether it is temporary, whether this transaction
-- created it (the row of a system column is written once, and of the visible rows only the transaction's
-- own are in progress), whether rows may have been written, last value of a sequence, and its
-- direction if it does not cycle, whether it is a table of Citus, the root of a partition, number of
-- columns with the dropped ones.
-- catalogs: system catalogs that the scripts have written to, or altered. DDL releases its locks on most
-- catalogs at once; on the others only UPDATE, DELETE and MERGE keep a lock on an index
-- (get_relation_info in plancat.c). The script of a new extension may write to pg_depend and to the
-- catalogs of its objects.
-- outside: the number of calls that made Citus send commands to its nodes, in other transactions.
-- retyped: tables with a column of a composite type that has lost an attribute.
-- PL/pgSQL plans only the statements that it runs: usually not those for catalogs and retyped.
DO $effects$
DECLARE
    id       pg_catalog.int8 := pg_catalog.txid_current_if_assigned();
    catalogs pg_catalog.json;
    retyped  pg_catalog.json;
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_locks AS k
                WHERE k.pid = pg_catalog.pg_backend_pid() AND k.locktype = 'relation'
                  AND k.mode IN ('AccessExclusiveLock', 'RowExclusiveLock') AND k.relation < 16384) THEN
        SELECT pg_catalog.json_agg(DISTINCT pg_catalog.concat('pg_catalog.', c.relname)) INTO catalogs
          FROM pg_catalog.pg_locks AS k
          LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = k.relation
          JOIN pg_catalog.pg_class AS c ON c.oid = COALESCE(i.indrelid, k.relation) AND c.oid < 16384
           AND c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
         WHERE k.pid = pg_catalog.pg_backend_pid() AND k.locktype = 'relation'
           AND CASE k.mode
                 WHEN 'AccessExclusiveLock' THEN i.indrelid IS NULL
                 WHEN 'RowExclusiveLock' THEN
                   c.relname NOT LIKE 'pg_largeobject%'
                   AND (i.indrelid IS NOT NULL OR c.relname NOT IN (
                         'pg_auth_members', 'pg_authid', 'pg_collation', 'pg_database', 'pg_db_role_setting',
                         'pg_depend', 'pg_description', 'pg_namespace', 'pg_operator', 'pg_proc',
                         'pg_replication_origin', 'pg_shdescription', 'pg_subscription', 'pg_tablespace'))
                   AND NOT EXISTS (
                         SELECT FROM pg_catalog.pg_extension AS e
                           JOIN pg_catalog.pg_depend AS m ON m.refobjid = e.oid AND m.deptype = 'e'
                            AND m.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                            AND (m.classid = c.oid OR c.relname = 'pg_depend')
                          WHERE pg_catalog.age(e.xmin) <= pg_catalog.age(
                                  (id % 4294967296)::pg_catalog.text::pg_catalog.xid))
                 ELSE false END;
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_locks AS k
                 JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.relation AND a.attisdropped
                WHERE k.pid = pg_catalog.pg_backend_pid() AND k.locktype = 'relation'
                  AND k.mode = 'AccessExclusiveLock') THEN
        WITH RECURSIVE altered (type) AS (
          SELECT t.reltype
            FROM pg_catalog.pg_locks AS k
            JOIN pg_catalog.pg_class AS t ON t.oid = k.relation AND t.reltype <> 0::pg_catalog.oid
            JOIN pg_catalog.pg_attribute AS a
              ON a.attrelid = t.oid AND a.attisdropped AND a.attnum > 0
             AND pg_catalog.age(a.xmin) <= pg_catalog.age(
                   (id % 4294967296)::pg_catalog.text::pg_catalog.xid)
           WHERE k.pid = pg_catalog.pg_backend_pid() AND k.locktype = 'relation'
             AND k.mode = 'AccessExclusiveLock'
           UNION
          SELECT o.type
            FROM altered AS b
           CROSS JOIN LATERAL (
                 SELECT y.oid FROM pg_catalog.pg_type AS y
                  WHERE y.typbasetype = b.type OR y.typelem = b.type
                  UNION ALL
                 SELECT r.type::pg_catalog.oid
                   FROM pg_catalog.pg_range AS g
                  CROSS JOIN LATERAL (VALUES (g.rngtypid::pg_catalog.text),
                                             (pg_catalog.to_json(g)->>'rngmultitypid')) AS r (type)
                  WHERE g.rngsubtype = b.type
                  UNION ALL
                 SELECT t.reltype
                   FROM pg_catalog.pg_attribute AS a
                   JOIN pg_catalog.pg_class AS t ON t.oid = a.attrelid AND t.relkind = 'c'
                  WHERE a.atttypid = b.type AND NOT a.attisdropped) AS o (type))
        SELECT pg_catalog.json_agg(DISTINCT t.oid::pg_catalog.text) INTO retyped
          FROM altered AS b
          JOIN pg_catalog.pg_attribute AS a ON a.atttypid = b.type AND NOT a.attisdropped
          JOIN pg_catalog.pg_class AS t ON t.oid = a.attrelid AND t.relkind = 'r';
    END IF;
    PERFORM pg_catalog.set_config('runner.effects', pg_catalog.json_build_object(
        'xid', id, 'catalogs', catalogs, 'retyped', retyped,
        'outside', pg_catalog.pg_stat_get_xact_function_calls(
            pg_catalog.to_regproc('pg_catalog.master_run_on_worker')::pg_catalog.oid),
        'large_objects', pg_catalog.pg_stat_get_xact_tuples_deleted('pg_catalog.pg_largeobject_metadata'::pg_catalog.regclass)
            + pg_catalog.pg_stat_get_xact_tuples_deleted('pg_catalog.pg_largeobject'::pg_catalog.regclass)
            + pg_catalog.pg_stat_get_xact_tuples_updated('pg_catalog.pg_largeobject'::pg_catalog.regclass),
        'relations', (
            SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
                     l.oid::pg_catalog.int8, l.exclusive, c.relkind, c.relfilenode::pg_catalog.int8,
                     pg_catalog.pg_stat_get_xact_tuples_deleted(l.oid),
                     pg_catalog.pg_stat_get_xact_tuples_inserted(l.oid),
                     pg_catalog.pg_stat_get_xact_tuples_updated(l.oid),
                     CASE WHEN l.exclusive THEN
                       (SELECT pg_catalog.json_agg(a.attnum) FROM pg_catalog.pg_attribute AS a
                         WHERE a.attrelid = l.oid AND a.attisdropped AND a.attnum > 0) END,
                     CASE WHEN n.oid IS NOT NULL
                          THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END,
                     c.relpersistence = 't',
                     (SELECT pg_catalog.age(a.xmin) = 0
                          OR pg_catalog.age(a.xmin) < id - 3 -- the first ids are no transaction's
                         AND pg_catalog.txid_status(id - pg_catalog.age(a.xmin)) = 'in progress'
                        FROM pg_catalog.pg_attribute AS a
                       WHERE a.attrelid = l.oid AND a.attnum = -6),
                     l.writing,
                     CASE WHEN c.relkind = 'S' AND pg_catalog.has_sequence_privilege(l.oid, 'USAGE, SELECT')
                          THEN pg_catalog.pg_sequence_last_value(l.oid) END,
                     (SELECT s.seqincrement > 0 FROM pg_catalog.pg_sequence AS s
                       WHERE s.seqrelid = l.oid AND NOT s.seqcycle),
                     EXISTS (SELECT FROM pg_catalog.pg_trigger AS g WHERE g.tgrelid = l.oid
                                AND g.tgfoid = pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger')::pg_catalog.oid),
                     CASE WHEN c.relispartition THEN pg_catalog.pg_partition_root(l.oid)::pg_catalog.oid::pg_catalog.int8 END,
                     c.relnatts)
                     ORDER BY l.oid)
              FROM (WITH RECURSIVE locked (oid, exclusive, writing) AS (
                      SELECT k.relation, k.mode = 'AccessExclusiveLock', k.mode = 'RowExclusiveLock'
                        FROM pg_catalog.pg_locks AS k
                       WHERE k.pid = pg_catalog.pg_backend_pid() AND k.locktype = 'relation'
                         AND k.mode NOT IN ('AccessShareLock', 'RowShareLock')
                         AND k.database = (SELECT b.oid FROM pg_catalog.pg_database AS b
                                            WHERE b.datname = pg_catalog.current_database())),
                    -- On the nodes of Citus foreign keys write to tables that are not locked here.
                    referring (oid, exclusive, writing) AS (
                      SELECT w.oid, false, true
                        FROM locked AS w
                        JOIN pg_catalog.pg_trigger AS g ON g.tgrelid = w.oid
                         AND g.tgfoid = pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger')::pg_catalog.oid
                       WHERE w.writing
                       UNION
                      SELECT f.conrelid, false, true
                        FROM referring AS r
                        JOIN pg_catalog.pg_constraint AS f ON f.confrelid = r.oid AND f.contype = 'f'
                         AND (f.confdeltype IN ('c', 'n', 'd') OR f.confupdtype IN ('c', 'n', 'd')))
                    SELECT a.oid, pg_catalog.bool_or(a.exclusive) AS exclusive,
                           pg_catalog.bool_or(a.writing) AS writing
                      FROM (TABLE locked UNION ALL TABLE referring) AS a
                     GROUP BY a.oid) AS l
              LEFT JOIN pg_catalog.pg_class AS c ON c.oid = l.oid
              LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
             WHERE c.oid IS NULL OR c.relkind IN ('r', 'p', 'S', 'm', 'f'))
        )::pg_catalog.text, true);
END
$effects$;
