-- What a reference database has to have in common with the target, and who may make it.
-- to_jsonb reads the columns that only some versions have: datlocprovider, datlocale and the like.
SELECT pg_catalog.pg_backend_pid() AS pid,
       pg_catalog.floor(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()))::pg_catalog.int8
         AS clock,
       pg_catalog.current_setting('default_transaction_read_only') = 'on' AS read_only,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       r.rolcreatedb OR r.rolsuper AS may_create,
       pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
       pg_catalog.to_jsonb(d) AS database,
       ARRAY(SELECT n.nspname::pg_catalog.text
               FROM pg_catalog.pg_namespace AS n
              WHERE n.nspname !~ '^(pg_.*|information_schema|runner|public)$') AS schemas,
       -- What ALTER DATABASE and ALTER ROLE IN DATABASE have set; the rest comes by itself.
       ARRAY(SELECT s.name || '=' || s.setting
               FROM pg_catalog.pg_settings AS s
              WHERE s.source IN ('database', 'database user')
                AND (s.context = 'user' OR r.rolsuper)) AS settings
  FROM pg_catalog.pg_database AS d
  JOIN pg_catalog.pg_roles AS r ON r.rolname = CURRENT_USER
 WHERE d.datname = pg_catalog.current_database();
