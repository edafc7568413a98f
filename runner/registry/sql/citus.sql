-- Make Citus create the registry on this node only, without distributing it. Returns no row.
SELECT FROM (SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true)
              WHERE pg_catalog.current_setting('citus.enable_ddl_propagation', true) IS NOT NULL
             OFFSET 0) AS s (propagation)
 WHERE s.propagation IS NULL;
