-- Views and materialized views.
SELECT CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)) AS owner,
       pg_catalog.pg_get_viewdef(c.oid) AS definition,
       (SELECT pg_catalog.string_agg(o.option, ', ' ORDER BY o.option)
          FROM (SELECT pg_catalog.unnest(c.reloptions)
                 UNION ALL
                SELECT 'toast.' || pg_catalog.unnest(toast.reloptions)) AS o (option)) AS options,
       CASE WHEN NOT c.relispopulated THEN 'WITH NO DATA' END AS populated,
       CASE WHEN am.amname <> 'heap' THEN am.amname END AS "access method",
       ts.spcname AS tablespace,
       c.tableoid AS "?catalog", c.oid AS "?oid"
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
  LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
  LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = c.reltablespace
 WHERE c.relkind IN ('v', 'm')
   AND n.nspname !~ pg_catalog.current_setting('runner.left_out');
