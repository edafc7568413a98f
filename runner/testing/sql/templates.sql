-- The databases whose names start with the prefix, and the roles that were made for each.
SELECT d.datname::text,
       CASE WHEN starts_with(m.comment, 'made with the roles ') THEN substr(m.comment, 21)::json
            ELSE '[]' END
  FROM pg_database AS d
 CROSS JOIN LATERAL (SELECT shobj_description(d.oid, 'pg_database')) AS m (comment)
 WHERE starts_with(d.datname, {prefix})
