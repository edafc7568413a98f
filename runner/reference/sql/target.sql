-- The properties of the target that its reference database needs, and whether the role may create it.
-- to_jsonb reads columns of pg_database that only some versions have, such as datlocprovider.
-- This runs with the search_path of the session, because it reads the source of that setting: all
-- operators are qualified, and no SQL function is called, which would look names up in search_path.
SELECT pg_catalog.pg_backend_pid() AS pid,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       r.rolcreatedb OR r.rolsuper AS may_create,
       pg_catalog.quote_ident(r.rolname) AS role,
       CASE WHEN d.datdba OPERATOR(pg_catalog.<>) r.oid
            THEN pg_catalog.pg_get_userbyid(d.datdba)::pg_catalog.text END AS owner,
       pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
       pg_catalog.to_jsonb(d) AS database,
       -- Name, version and schema of extensions in the order of creation, without those of initdb.
       ARRAY(SELECT ARRAY[x.extname::pg_catalog.text, x.extversion, n.nspname::pg_catalog.text]
               FROM pg_catalog.pg_extension AS x
               JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) x.extnamespace
              WHERE x.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
              ORDER BY x.oid) AS extensions,
       ARRAY(SELECT n.nspname::pg_catalog.text
               FROM pg_catalog.pg_namespace AS n
               LEFT JOIN pg_catalog.pg_description AS c
                 ON c.objoid OPERATOR(pg_catalog.=) n.oid AND c.objsubid OPERATOR(pg_catalog.=) 0
                AND c.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass::pg_catalog.oid
              WHERE n.nspname OPERATOR(pg_catalog.!~) '^(pg_.*|information_schema|public)$'
                AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_depend AS e
                     WHERE e.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass::pg_catalog.oid
                       AND e.objid OPERATOR(pg_catalog.=) n.oid
                       AND e.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char")
                AND COALESCE(c.description, '') OPERATOR(pg_catalog.!~) '^Registry of raw-sql-runner, version ')
         AS schemas,
       -- Settings of ALTER DATABASE and ALTER ROLE IN DATABASE; other sources apply by themselves.
       -- The reference has no second node of Citus for the replicas of a shard.
       ARRAY(SELECT pg_catalog.concat(s.name, '=', CASE WHEN c.replicas THEN '1' ELSE s.setting END)
               FROM pg_catalog.pg_settings AS s
              CROSS JOIN LATERAL (
                    SELECT s.name OPERATOR(pg_catalog.=) 'citus.shard_replication_factor') AS c (replicas)
              WHERE (s.source OPERATOR(pg_catalog.=) ANY (ARRAY['database', 'database user'])
                     OR c.replicas AND s.setting OPERATOR(pg_catalog.<>) '1')
                AND (s.context OPERATOR(pg_catalog.=) 'user' OR r.rolsuper)) AS settings
  FROM pg_catalog.pg_database AS d
  JOIN pg_catalog.pg_roles AS r ON r.rolname OPERATOR(pg_catalog.=) CURRENT_USER
 WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database();
