-- Remove "$user" from search_path, because the container has no schema named like the role.
SELECT FROM (SELECT pg_catalog.set_config('search_path', pg_catalog.regexp_replace(
                      pg_catalog.current_setting('search_path'), '"[$]user"(, *)?', ''), false)
             OFFSET 0) AS s (path)
 WHERE s.path IS NULL;
