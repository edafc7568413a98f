-- The commands that drop databases and roles that scripts have committed, on the runner's own cluster.
-- The databases of other rehearsals stay.
SELECT pg_catalog.format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_catalog.pg_database
 WHERE NOT datistemplate AND datname !~ '^(postgres$|runner_reference_)'
UNION ALL
SELECT pg_catalog.format('DROP ROLE %I', rolname) FROM pg_catalog.pg_roles
 WHERE oid >= 16384::oid AND rolname <> ALL (ARRAY['postgres', 'rdsadmin']::name[])
