-- Remember the existing roles before a statement that may create roles.
SELECT FROM (SELECT pg_catalog.set_config('runner.roles', pg_catalog.array_agg(r.oid)::pg_catalog.text, true)
               FROM pg_catalog.pg_roles AS r OFFSET 0) AS s (roles)
 WHERE s.roles IS NULL;
