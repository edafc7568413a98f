-- After this, DDL may follow what Citus has done on several connections of one server. No row.
SELECT FROM (SELECT pg_catalog.set_config('citus.multi_shard_modify_mode', 'sequential', true)
              WHERE pg_catalog.current_setting('citus.multi_shard_modify_mode', true) IS NOT NULL
             OFFSET 0) AS s (mode)
 WHERE s.mode IS NULL;
