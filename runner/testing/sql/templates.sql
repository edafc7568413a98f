-- The databases whose names start with the prefix, and the commands that drop each, and then the roles
-- that were made for it.
SELECT d.datname::text, c.command
  FROM pg_database AS d
 CROSS JOIN LATERAL (SELECT shobj_description(d.oid, 'pg_database')) AS m (comment)
 CROSS JOIN LATERAL (
       SELECT 0, format('DROP DATABASE %I', d.datname)
        UNION ALL
       SELECT 1, format('DROP ROLE IF EXISTS %s', r.name)
         FROM json_array_elements_text(
                CASE WHEN starts_with(m.comment, 'made with the roles ')
                     THEN substr(m.comment, 21)::json ELSE '[]' END) AS r (name)) AS c (step, command)
 WHERE starts_with(d.datname, {prefix})
 ORDER BY d.datname, c.step
