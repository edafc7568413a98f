-- Tables, partitioned tables and foreign tables.
SELECT CASE c.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)) AS owner,
       CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' END AS persistence,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS "partition by",
       CASE WHEN c.relispartition
            THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS "partition bound",
       (SELECT pg_catalog.string_agg(i.inhparent::pg_catalog.regclass::text, ', ' ORDER BY i.inhseqno)
          FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = c.oid) AS inherits,
       CASE WHEN c.reloftype <> 0
            THEN pg_catalog.format_type(c.reloftype, NULL) END AS "of type",
       CASE WHEN c.reloptions IS NOT NULL OR toast.reloptions IS NOT NULL THEN
         (SELECT pg_catalog.string_agg(o.option, ', ' ORDER BY o.option)
            FROM (SELECT pg_catalog.unnest(c.reloptions)
                   UNION ALL
                  SELECT 'toast.' || pg_catalog.unnest(toast.reloptions)) AS o (option))
       END AS "storage options",
       CASE WHEN c.relrowsecurity OR c.relforcerowsecurity
            THEN pg_catalog.format('%s ROW LEVEL SECURITY, %s ROW LEVEL SECURITY',
                                   CASE WHEN c.relrowsecurity THEN 'ENABLE' ELSE 'DISABLE' END,
                                   CASE WHEN c.relforcerowsecurity THEN 'FORCE' ELSE 'NO FORCE' END)
       END AS "row security",
       CASE c.relreplident
            WHEN 'n' THEN 'NOTHING'
            WHEN 'f' THEN 'FULL'
            WHEN 'i' THEN (SELECT 'USING INDEX ' || pg_catalog.quote_ident(xc.relname)
                             FROM pg_catalog.pg_index AS x
                             JOIN pg_catalog.pg_class AS xc ON xc.oid = x.indexrelid
                            WHERE x.indrelid = c.oid AND x.indisreplident)
       END AS "replica identity",
       CASE WHEN am.amname <> 'heap' THEN am.amname END AS "access method",
       ts.spcname AS tablespace,
       fs.srvname AS server,
       -- The value of an option that may be a password is not read.
       (SELECT pg_catalog.string_agg(
                 CASE WHEN o.option ~* '^[^=]*(pass|secret|token|key)'
                      THEN pg_catalog.split_part(o.option, '=', 1) || '=...' ELSE o.option END,
                 ', ' ORDER BY o.option)
          FROM pg_catalog.unnest(ft.ftoptions) AS o (option)) AS options,
       c.tableoid AS "?catalog", c.oid AS "?oid",
       -- Whether the relation stores rows itself: only a plain table does.
       CASE WHEN c.relkind = 'r' THEN 'true' END AS "?rows",
       -- Whether Citus stores the rows on other nodes: each such table has this trigger.
       EXISTS (SELECT FROM pg_catalog.pg_trigger AS g WHERE g.tgrelid = c.oid
                  AND g.tgfoid = pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger')::pg_catalog.oid)
         AS "?citus",
       (SELECT pg_catalog.array_agg(pg_catalog.quote_ident(k.attname) ORDER BY u.position)
          FROM pg_catalog.pg_constraint AS p
         CROSS JOIN LATERAL pg_catalog.unnest(p.conkey) WITH ORDINALITY AS u (attnum, position)
          JOIN pg_catalog.pg_attribute AS k ON k.attrelid = c.oid AND k.attnum = u.attnum
         WHERE p.conrelid = c.oid AND p.contype = 'p') AS "?key",
       -- Whether policies hide rows from the current role, or it must not read them: see planted.sql.
       CASE WHEN c.relrowsecurity AND pg_catalog.row_security_active(c.oid)
              OR c.oid = ANY (pg_catalog.current_setting('runner.planted')::pg_catalog.oid[])
            THEN 'true' END AS "?hidden",
       -- Whether the current role can read the rows only after it grants itself the owner's role.
       CASE WHEN NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                      AND pg_catalog.has_table_privilege(c.oid, 'SELECT'))
             AND (pg_catalog.pg_has_role(c.relowner, 'USAGE WITH ADMIN OPTION')
                  OR pg_catalog.current_setting('server_version_num')::pg_catalog.int4 < 160000
                 AND (SELECT r.rolcreaterole FROM pg_catalog.pg_roles AS r WHERE r.rolname = CURRENT_USER)
                 AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.oid = c.relowner))
            THEN 'true' END AS "?withheld",
       -- A column, and the table and column that its values are from: by foreign keys, inheritance,
       -- and the expressions of generated columns.
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
                 pg_catalog.quote_ident(a.attname), f.relid::pg_catalog.regclass::text,
                 pg_catalog.quote_ident(b.attname)))
          FROM (SELECT u.attnum, con.confrelid, u.other
                  FROM pg_catalog.pg_constraint AS con
                 CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(con.conkey),
                                              pg_catalog.unnest(con.confkey)) AS u (attnum, other)
                 WHERE con.conrelid = c.oid AND con.contype = 'f'
                 UNION ALL
                SELECT k.attnum, i.inhparent, o.attnum
                  FROM pg_catalog.pg_inherits AS i
                  JOIN pg_catalog.pg_attribute AS k ON k.attrelid = i.inhrelid AND k.attnum > 0
                  JOIN pg_catalog.pg_attribute AS o
                    ON o.attrelid = i.inhparent AND o.attname = k.attname
                 WHERE i.inhrelid = c.oid
                 UNION ALL
                SELECT COALESCE(e.adnum, d.objsubid), c.oid, d.refobjsubid
                  FROM pg_catalog.pg_depend AS d
                  LEFT JOIN pg_catalog.pg_attrdef AS e
                    ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND e.oid = d.objid
                 WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                   AND d.refobjid = c.oid AND d.refobjsubid > 0
                   AND (e.adrelid = c.oid OR d.objid = c.oid AND d.classid = d.refclassid)
               ) AS f (attnum, relid, other)
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = f.attnum
          JOIN pg_catalog.pg_attribute AS b ON b.attrelid = f.relid AND b.attnum = f.other
       ) AS "?references"
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
  LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
  LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = c.reltablespace
  LEFT JOIN pg_catalog.pg_foreign_table AS ft ON ft.ftrelid = c.oid
  LEFT JOIN pg_catalog.pg_foreign_server AS fs ON fs.oid = ft.ftserver
 WHERE c.relkind IN ('r', 'p', 'f')
   AND n.nspname !~ pg_catalog.current_setting('runner.left_out');
