-- Read rows of tables, to find those that no run wrote ("foreign" rows). The setting runner.asked is JSON:
-- version: the newest registry that is understood; allow: names of tables that may be lost;
-- planted: the statement catalog/planted.sql, with a place for a condition on `p`;
-- tables: [oid, cause, dropped columns or null, keep] of tables that an attempt of this run has
-- changed. keep: null, or the columns of foreign rows that kept.sql compares after the scripts: all, or
-- stable: of columns that a sequence or a volatile default fills only whether they are NULL.
-- The result is the setting runner.answer:
-- registry: its schema, if it records contents;
-- system: the identifier of the cluster, null if this role may not read it;
-- hides: whether this role may switch off the transaction's counters, or functions run as roles that
-- this role is no member of, and could do that or write to tables that it does not see;
-- safe: oids of tables all of whose rows earlier runs wrote, or [oid, cause] of the asked tables that
-- hold nothing in the dropped columns. Safe tables, and tables whose rows are compared, are locked
-- against writers until the end of the transaction, so that no script can destroy a new row;
-- own: the safe tables that runs vouch for (see below) and all of whose rows runs wrote;
-- looked: [oid, cause, rows, foreign rows, columns, values in them, whether runs vouch for it, kept]
-- of the asked tables, or `allowed` (the cause), that are not safe; kept: mask, columns [name, number, type,
-- whether it is compared by value], the condition for rows of runs, foreign rows [hash, number, key] (few keys);
-- allowed: oids of the tables that may be lost; named: for each name in `allow` its oid, or null;
-- planted: tables that must not be read (see planted.sql).
-- Columns are [number, name].
-- A block with EXCEPTION is a savepoint: if it fails, its locks are released.
DO $runner$
DECLARE
    asked    pg_catalog.json := pg_catalog.current_setting('runner.asked');
    registry pg_catalog.json := pg_catalog.current_setting('runner.registry');
    vouches  pg_catalog.bool := (registry->>'version')::pg_catalog.int4 <= (asked->>'version')::pg_catalog.int4
                                AND (registry->>'can_read')::pg_catalog.bool;
    planted  pg_catalog.oid[] := '{}';
    trusted  pg_catalog.text := 'false';
    runs     pg_catalog.text;
    system   pg_catalog.int8;
    hides    pg_catalog.bool;
    wanted   pg_catalog.text := $q$SELECT NULL::pg_catalog.oid AS oid, NULL::pg_catalog.text AS ours,
                                          NULL::pg_catalog.int8 AS rows, NULL::pg_catalog.text AS digest
                                    WHERE $1 IS NULL AND false$q$;
    contents pg_catalog.text := 'SELECT NULL::pg_catalog.text, NULL::pg_catalog.int8, NULL::pg_catalog.text WHERE false';
    one      record;
    probe    pg_catalog.text;
    strange  pg_catalog.bool;
    counted  pg_catalog.json;
    kept     pg_catalog.json;
    safe     pg_catalog.json[] := '{}';
    own      pg_catalog.int8[] := '{}';
    looked   pg_catalog.json[] := '{}';
    named    pg_catalog.oid[];
    allowed  pg_catalog.int8[];
BEGIN
    PERFORM pg_catalog.set_config('runner.answer', '{}', true);
    IF pg_catalog.current_setting('runner.locked') <> 'true' THEN
        RETURN;
    END IF;
    -- Only the names in `allow` are looked up in the session's search_path: no operator is used here.
    PERFORM pg_catalog.set_config('search_path', pg_catalog.current_setting('runner.search_path'), true);
    SELECT pg_catalog.array_agg(pg_catalog.to_regclass(a.name)::pg_catalog.oid ORDER BY a.position) INTO named
      FROM pg_catalog.json_array_elements_text(pg_catalog.json_extract_path(asked, 'allow'))
           WITH ORDINALITY AS a (name, position);
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    allowed := ARRAY(SELECT c.oid::pg_catalog.int8 FROM pg_catalog.pg_class AS c
                      WHERE c.oid = ANY (named) OR c.oid IN (
                              SELECT p.relid FROM pg_catalog.unnest(named) AS n (oid), pg_catalog.pg_partition_tree(n.oid) AS p));
    BEGIN
        SELECT c.system_identifier INTO system FROM pg_catalog.pg_control_system() AS c;
    EXCEPTION WHEN insufficient_privilege THEN
        NULL;
    END;
    BEGIN
        PERFORM pg_catalog.set_config('track_counts', pg_catalog.current_setting('track_counts'), true);
        hides := true;
    EXCEPTION WHEN insufficient_privilege THEN
        hides := EXISTS (SELECT FROM pg_catalog.pg_proc AS p
                          WHERE p.prosecdef AND NOT pg_catalog.pg_has_role(p.proowner, 'USAGE') AND p.oid >= 16384
                            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e'
                                               AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass));
    END;
    IF vouches THEN
        -- The tables that runs vouch for, and the condition for rows that these runs wrote: xmin is
        -- the id of a run, or of one of its savepoints. A run vouches for a table that it created, and
        -- for a table that held only rows of runs, or whose other rows it left as they were, and that no
        -- other session could write to. In other tables an UPDATE of the run may have given its id to a
        -- foreign row. xmin has 32 bits, so ids older than half of all ids are not compared. Rows are no
        -- older than their table, so the xmin of a frozen row is compared as well. A registry that was restored from a dump has
        -- ids of another cluster: the xmin of its own rows differs from the ids in them. Of many runs
        -- with savepoints the last hundred count.
        -- By content: the tables, by name, whose digest is still the one that their last run recorded.
        -- This is the only way for tables of Citus, whose rows have ids of other nodes, and for tables
        -- of an access method other than heap.
        IF (registry->>'version')::pg_catalog.int4 >= 2 THEN
            contents := $q$SELECT DISTINCT ON (t.held->>0) t.held->>0, (t.held->>1)::pg_catalog.int8, t.held->>2
                             FROM {registry}.run AS r
                            CROSS JOIN LATERAL pg_catalog.json_array_elements(r.contents) AS t (held)
                            ORDER BY t.held->>0, r.id DESC$q$;
        END IF;
        runs := pg_catalog.replace($q$
            WITH run AS (
                SELECT r.id, r.tables, r.first_xid % 4294967296 AS first,
                       r.last_xid % 4294967296 AS last,
                       ARRAY(SELECT x % 4294967296
                               FROM pg_catalog.unnest(r.other_xids) AS o (x)) AS others,
                       r.last_xid - r.first_xid - 1
                           > pg_catalog.cardinality(r.other_xids) AS wide
                  FROM {registry}.run AS r
                 WHERE r.system_identifier IS NOT DISTINCT FROM $1
                   AND r.xmin::pg_catalog.text::pg_catalog.int8 = r.last_xid % 4294967296
                   AND pg_catalog.txid_current() - r.first_xid BETWEEN 0 AND 2000000000)
        $q$, '{registry}', pg_catalog.quote_ident(registry->>'name'));
        wanted := runs || pg_catalog.replace(pg_catalog.replace($q$,
            vouched AS (
                SELECT t.oid, run.first, run.last, run.others, run.wide
                       AND pg_catalog.row_number() OVER (PARTITION BY t.oid, run.wide
                                                         ORDER BY run.id DESC) <= 100 AS wide
                  FROM run CROSS JOIN LATERAL pg_catalog.unnest(run.tables) AS t (oid))
            SELECT COALESCE(w.oid, k.oid) AS oid, COALESCE(w.ours, 'false') AS ours, k.rows, k.digest
              FROM (SELECT v.oid,
                           pg_catalog.format('(xmin = ANY (%L::pg_catalog.xid[])%s)',
                               pg_catalog.array_agg(v.first),
                               pg_catalog.string_agg(pg_catalog.format(
                                   ' OR pg_catalog.age(xmin) BETWEEN (SELECT pg_catalog.age(%L::pg_catalog.xid))'
                                   ' AND (SELECT pg_catalog.age(%L::pg_catalog.xid))'
                                   ' AND xmin <> ALL (%L::pg_catalog.xid[])',
                                   v.last, v.first, v.others), '') FILTER (WHERE v.wide)) AS ours
                      FROM vouched AS v
                     GROUP BY v.oid) AS w
              FULL JOIN (SELECT e.oid, c.rows, c.digest
                           FROM ({contents}) AS c (name, rows, digest)
                           -- to_regclass() raises an error for a schema without USAGE
                           JOIN (pg_catalog.pg_class AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.relnamespace)
                             ON pg_catalog.format('%I.%I', n.nspname, e.relname) = c.name) AS k
                ON k.oid = w.oid
        $q$, '{contents}', contents), '{registry}', pg_catalog.quote_ident(registry->>'name'));
    END IF;
    -- Planning planted.sql takes some milliseconds.
    IF (vouches OR pg_catalog.json_array_length(asked->'tables') > 0)
       AND EXISTS (SELECT FROM pg_catalog.pg_proc AS p
                    WHERE p.oid >= 16384
                      AND p.proowner <> (SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolname = CURRENT_USER)) THEN
        IF vouches THEN
            -- The condition for functions that these runs have written last.
            EXECUTE runs || $q$
                SELECT pg_catalog.format('p.xmin = ANY (%L::pg_catalog.xid[])%s', pg_catalog.array_agg(r.first),
                         pg_catalog.string_agg(pg_catalog.format(
                           ' OR pg_catalog.age(p.xmin) BETWEEN pg_catalog.age(%L::pg_catalog.xid) AND pg_catalog.age(%L::pg_catalog.xid)'
                           ' AND p.xmin <> ALL (%L::pg_catalog.xid[])',
                           r.last, r.first, r.others), '') FILTER (WHERE r.wide AND r.number <= 100))
                  FROM (SELECT run.*, pg_catalog.row_number() OVER (PARTITION BY run.wide ORDER BY run.id DESC) AS number
                          FROM run) AS r
            $q$
               INTO trusted USING system;
        END IF;
        EXECUTE pg_catalog.replace(asked->>'planted', '{trusted}', trusted);
        planted := pg_catalog.current_setting('runner.planted');
    END IF;
    -- The asked tables come first. The other tables are read to spare the scripts a second run, and
    -- each needs an entry in the server's lock table, which thousands would fill.
    -- If there is nothing to find, the query is not even planned.
    FOR one IN EXECUTE CASE WHEN vouches IS NOT TRUE AND pg_catalog.json_array_length(asked->'tables') = 0
                             AND pg_catalog.cardinality(allowed) = 0 THEN 'SELECT WHERE false'
                            ELSE pg_catalog.format($q$
            SELECT c.oid, pg_catalog.format('%%I.%%I', n.nspname, c.relname) AS name,
                   CASE WHEN c.oid IN (SELECT g.tgrelid FROM pg_catalog.pg_trigger AS g
                                        WHERE g.tgfoid = pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger')::pg_catalog.oid)
                             OR NOT EXISTS (SELECT FROM pg_catalog.pg_am AS h WHERE h.oid = c.relam
                                               AND h.amhandler = 'pg_catalog.heap_tableam_handler'::pg_catalog.regproc)
                        THEN 'false' ELSE COALESCE(owned.ours, 'false') END AS ours,
                   owned.oid IS NOT NULL AS owned, owned.rows, owned.digest,
                   a.oid IS NOT NULL AS asked, c.relkind = 'm' OR owned.oid IS NULL AND a.cause = 'allowed' AS unread,
                   CASE WHEN c.relkind <> 'f' THEN pg_catalog.format('LOCK TABLE ONLY %%I.%%I IN SHARE ROW EXCLUSIVE MODE',
                                                                     n.nspname, c.relname) END AS lock,
                   a.cause, a.keep,
                   k.holds, k.columns, k.counts, x.compared, x.types, COALESCE(x.key, x.shown) AS key
              FROM (%s) AS owned
              FULL JOIN (SELECT (t->>0)::pg_catalog.oid AS oid, t->>1 AS cause, t->2 AS columns,
                                t->>3 AS keep
                           FROM pg_catalog.json_array_elements($2) AS t
                          UNION ALL
                         SELECT t.oid::pg_catalog.oid, 'allowed', NULL, NULL FROM pg_catalog.unnest($3) AS t (oid)) AS a
                ON a.oid = owned.oid
              JOIN pg_catalog.pg_class AS c ON c.oid = COALESCE(a.oid, owned.oid)
              JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
             CROSS JOIN LATERAL (
                   SELECT CASE pg_catalog.json_typeof(a.columns) WHEN 'array' THEN COALESCE(
                            pg_catalog.string_agg(pg_catalog.format('%%I IS NOT NULL', k.attname), ' OR ')
                              FILTER (WHERE k.attgenerated = ''), 'false') END AS holds, -- not generated columns
                          pg_catalog.json_agg(pg_catalog.json_build_array(k.attnum, k.attname)
                                              ORDER BY k.attnum) AS columns,
                          pg_catalog.string_agg(pg_catalog.format('pg_catalog.count(%%I)', k.attname),
                                                ', ' ORDER BY k.attnum) AS counts
                     FROM pg_catalog.pg_attribute AS k
                    WHERE k.attrelid = a.oid AND CASE a.cause
                          WHEN 'allowed' THEN k.attnum > 0 AND NOT k.attisdropped
                          ELSE k.attnum::pg_catalog.text IN (
                                 SELECT pg_catalog.json_array_elements_text(
                                     CASE pg_catalog.json_typeof(a.columns)
                                          WHEN 'array' THEN a.columns ELSE '[]' END)) END) AS k
             CROSS JOIN LATERAL (
                   SELECT pg_catalog.string_agg(pg_catalog.concat(pg_catalog.quote_ident(v.attname),
                              CASE WHEN NOT v.value THEN ' IS NULL' END), ', ' ORDER BY v.attnum) AS compared,
                          pg_catalog.string_agg(pg_catalog.quote_ident(v.attname), ', ' ORDER BY v.attnum)
                              FILTER (WHERE v.value) AS shown,
                          COALESCE(pg_catalog.json_agg(pg_catalog.json_build_array(v.attname, v.attnum,
                              pg_catalog.format_type(v.atttypid, v.atttypmod), v.value) ORDER BY v.attnum), '[]') AS types,
                          (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(i.attname), ', ')
                             FROM pg_catalog.pg_index AS p
                             JOIN pg_catalog.pg_attribute AS i
                               ON i.attrelid = p.indrelid AND i.attnum = ANY (p.indkey)
                            WHERE p.indrelid = c.oid AND p.indisprimary) AS key
                     FROM (SELECT w.*, w.stable OR a.keep = 'all' OR NOT pg_catalog.bool_or(w.stable) OVER () AS value
                             FROM (SELECT b.*, b.attidentity = '' AND (d.code IS NULL OR NOT (
                                            d.code ~ 'SQLVALUEFUNCTION|COERCEVIAIO' OR EXISTS (
                                              SELECT FROM pg_catalog.regexp_matches(
                                                       d.code, 'funcid ([0-9]+)', 'g') AS m (oid)
                                                JOIN pg_catalog.pg_proc AS f
                                                  ON f.oid = m.oid[1]::pg_catalog.oid
                                                 AND f.provolatile <> 'i'))) AS stable
                                     FROM pg_catalog.pg_attribute AS b
                                     LEFT JOIN (SELECT e.adrelid, e.adnum, e.adbin::pg_catalog.text AS code
                                                  FROM pg_catalog.pg_attrdef AS e) AS d
                                       ON d.adrelid = b.attrelid AND d.adnum = b.attnum
                                    WHERE b.attrelid = c.oid AND a.keep IS NOT NULL AND b.attnum > 0
                                      AND NOT b.attisdropped AND b.attgenerated = '') AS w) AS v) AS x
             WHERE c.relkind IN ('r', 'm', 'f')
             ORDER BY asked DESC, c.oid LIMIT pg_catalog.json_array_length($2) + pg_catalog.cardinality($3) + 1000
        $q$, wanted) END USING system, asked->'tables', allowed
    LOOP
        -- No EXISTS: for EXISTS, the nodes of Citus send all their rows.
        probe := pg_catalog.format('SELECT true FROM ONLY %s WHERE NOT %s AND (%s) LIMIT 1',
                                   one.name, one.ours, COALESCE(one.holds, 'true'));
        BEGIN
            IF pg_catalog.row_security_active(one.oid) OR one.oid = ANY (planted) THEN
                RAISE insufficient_privilege; -- policies may hide rows from this role; see planted.sql
            END IF;
            FOR attempt IN 1..2 LOOP
                strange := NOT one.owned; -- a materialized view stores no data of its own; rows of other tables are counted
                IF NOT one.unread THEN
                    EXECUTE probe INTO strange;
                END IF;
                IF strange AND one.digest IS NOT NULL AND one.holds IS NULL THEN
                    -- The nodes of Citus count the rows themselves, but would send the rows of a query with LIMIT.
                    EXECUTE pg_catalog.format(
                        CASE WHEN one.ours = 'false' THEN 'SELECT pg_catalog.count(*) <> %s FROM ONLY %s'
                             ELSE 'SELECT pg_catalog.count(*) <> %s FROM (SELECT 1 FROM ONLY %s LIMIT %s) AS l' END,
                        one.rows, one.name, one.rows + 1) INTO strange;
                    IF NOT strange THEN
                        EXECUTE pg_catalog.format(
                            'SELECT pg_catalog.sum(pg_catalog.hashtextextended('
                            'ROW(t.*)::pg_catalog.text COLLATE pg_catalog."C", 0))::pg_catalog.text <> %L'
                            ' FROM ONLY %s AS t', one.digest, one.name) INTO strange;
                    END IF;
                END IF;
                IF strange THEN
                    RAISE no_data_found;
                END IF;
                EXIT WHEN one.unread OR one.lock IS NULL;
                EXECUTE one.lock;
            END LOOP;
            safe := safe || CASE WHEN one.holds IS NULL THEN pg_catalog.to_json(one.oid::pg_catalog.int8)
                                 ELSE pg_catalog.json_build_array(one.oid::pg_catalog.int8, one.cause) END;
            IF one.owned AND one.holds IS NULL THEN
                own := own || one.oid::pg_catalog.int8;
            END IF;
        EXCEPTION
            WHEN no_data_found OR insufficient_privilege OR undefined_table THEN
                CONTINUE WHEN NOT one.asked;
                counted := NULL;
                kept := NULL;
                BEGIN
                    IF NOT (pg_catalog.row_security_active(one.oid) OR one.oid = ANY (planted)) THEN
                        IF one.keep IS NOT NULL AND NOT one.unread AND one.lock IS NOT NULL THEN
                            EXECUTE one.lock;
                        END IF;
                        EXECUTE pg_catalog.format(
                            'SELECT pg_catalog.json_build_array(pg_catalog.count(*),'
                            ' pg_catalog.count(*) FILTER (WHERE NOT %s), %L::pg_catalog.json,'
                            ' ARRAY[%s]::pg_catalog.int8[]) FROM ONLY %s',
                            one.ours, one.columns, one.counts, one.name) INTO counted;
                        IF one.keep IS NOT NULL THEN
                            -- Of many rows only 20 bits of the hash are kept, and no keys.
                            EXECUTE pg_catalog.format($q$
                                SELECT pg_catalog.json_build_object('mask', $1, 'columns', $2, 'ours', $4, 'rows',
                                           COALESCE(pg_catalog.json_agg(pg_catalog.json_build_array(
                                             h.hash, h.rows, h.key)), '[]'::pg_catalog.json))
                                  FROM (SELECT r.hash & $1 AS hash, pg_catalog.count(*) AS rows,
                                               pg_catalog.min(r.key) AS key
                                          FROM (SELECT pg_catalog.hashtextextended(
                                                         ROW(%1$s)::pg_catalog.text COLLATE pg_catalog."C", 0),
                                                       CASE WHEN $3 THEN pg_catalog."left"(
                                                         ROW(%2$s)::pg_catalog.text, 200) END
                                                  FROM ONLY %3$s WHERE NOT %4$s) AS r (hash, key)
                                         GROUP BY 1) AS h $q$,
                                one.compared, one.key, one.name, one.ours)
                               INTO kept
                              USING CASE WHEN (counted->>0)::pg_catalog.int8 > 1000000
                                         THEN 1048575 ELSE -1 END::pg_catalog.int8,
                                    one.types, (counted->>0)::pg_catalog.int8 <= 1000, one.ours;
                        END IF;
                    END IF;
                EXCEPTION WHEN insufficient_privilege OR undefined_table OR object_not_in_prerequisite_state THEN
                    counted := NULL;
                END;
                looked := looked || pg_catalog.json_build_array(
                    one.oid::pg_catalog.int8, one.cause, counted->0, counted->1, one.columns,
                    counted->3, one.owned, kept);
            WHEN lock_not_available OR deadlock_detected OR out_of_memory THEN
                IF one.asked THEN
                    RAISE;
                END IF;
                EXIT; -- a table that may not be safe is read only when the run loses rows of it
        END;
    END LOOP;
    PERFORM pg_catalog.set_config('runner.answer', pg_catalog.json_build_object(
        'registry', CASE WHEN vouches AND (registry->>'version')::pg_catalog.int4 >= 2 THEN registry->>'name' END,
        'system', system, 'hides', hides, 'safe', safe, 'own', own, 'looked', looked, 'allowed', allowed, 'named', named, 'planted', pg_catalog.to_json(planted::pg_catalog.int8[]))::pg_catalog.text, true);
END
$runner$;
