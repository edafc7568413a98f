-- The databases whose names start with the prefix, each with the commands that drop it and then the
-- databases and roles that its scripts created.
SELECT d.datname::text, c.command
  FROM pg_database AS d
 CROSS JOIN LATERAL (SELECT shobj_description(d.oid, 'pg_database')) AS m (comment)
 CROSS JOIN LATERAL (
       SELECT '', format('DROP DATABASE %I', d.datname)
        UNION ALL
       SELECT o.made->>0, CASE o.made->>0 WHEN 'role' THEN format('DROP ROLE IF EXISTS %s', o.made->>1)
                          ELSE format('DROP DATABASE IF EXISTS %I', o.made->>1) END
         FROM json_array_elements(
                CASE WHEN starts_with(m.comment, 'made with [')
                     THEN substr(m.comment, 11)::json ELSE '[]' END) AS o (made)) AS c (kind, command)
 WHERE starts_with(d.datname, {prefix})
 ORDER BY d.datname, c.kind
