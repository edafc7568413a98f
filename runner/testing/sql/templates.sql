-- The databases whose names start with the prefix, and the roles that were made for each.
SELECT d.datname::text,
       ARRAY(SELECT json_array_elements_text(substr(o.option, length('runner.roles=') + 1)::json)
               FROM pg_db_role_setting AS s, unnest(s.setconfig) AS o (option)
              WHERE s.setdatabase = d.oid AND starts_with(o.option, 'runner.roles='))
  FROM pg_database AS d
 WHERE starts_with(d.datname, {prefix})
