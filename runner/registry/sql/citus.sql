-- After this, Citus creates a schema on this server alone, and distributes none of its tables. No row.
SELECT FROM (SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true)
              WHERE pg_catalog.current_setting('citus.enable_ddl_propagation', true) IS NOT NULL
             OFFSET 0) AS s (propagation)
 WHERE s.propagation IS NULL;
