-- The properties of the target that its reference database needs, and whether the role may create it.
-- This runs with the search_path of the session, because it reads the source of that setting: all
-- operators are qualified, and no SQL function is called, which would look names up in search_path.
SELECT pg_catalog.pg_backend_pid() AS pid,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       r.rolcreatedb OR r.rolsuper AS may_create,
       pg_catalog.quote_ident(r.rolname) AS role,
       CASE WHEN d.datdba OPERATOR(pg_catalog.<>) r.oid
            THEN pg_catalog.pg_get_userbyid(d.datdba)::pg_catalog.text END AS owner,
       -- The options of CREATE DATABASE. datlocprovider exists since 15, daticurules since 16;
       -- daticulocale was renamed to datlocale in 17.
       pg_catalog.concat(
         pg_catalog.format('ENCODING %L LC_COLLATE %L LC_CTYPE %L',
                           pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype),
         CASE WHEN l.provider OPERATOR(pg_catalog.=) 'c' THEN ' LOCALE_PROVIDER libc'
              WHEN l.provider OPERATOR(pg_catalog.=) 'i'
              THEN pg_catalog.format(' LOCALE_PROVIDER icu ICU_LOCALE %L', l.locale)
              WHEN l.provider OPERATOR(pg_catalog.=) 'b'
              THEN pg_catalog.format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', l.locale) END,
         CASE WHEN l.rules IS NOT NULL THEN pg_catalog.format(' ICU_RULES %L', l.rules) END)
         AS options,
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
 CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(d)) AS j (d)
 CROSS JOIN LATERAL (
       SELECT j.d OPERATOR(pg_catalog.->>) 'datlocprovider',
              COALESCE(j.d OPERATOR(pg_catalog.->>) 'datlocale',
                       j.d OPERATOR(pg_catalog.->>) 'daticulocale'),
              j.d OPERATOR(pg_catalog.->>) 'daticurules') AS l (provider, locale, rules)
 WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database();
