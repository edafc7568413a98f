-- Whether the session has state that another session would lack (temporary tables, prepared statements,
-- cursors, a role), and the settings it changed; the settings runner.* hold its own values of those that
-- are pinned for this query.
SELECT EXISTS (SELECT FROM pg_catalog.pg_class AS c
                WHERE c.relnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()
                  AND c.relname OPERATOR(pg_catalog.<>) 'pg_database')
       OR EXISTS (SELECT FROM pg_catalog.pg_prepared_statements)
       OR EXISTS (SELECT FROM pg_catalog.pg_cursors)
       OR CURRENT_USER OPERATOR(pg_catalog.<>) {user},
       (SELECT pg_catalog.json_object_agg(s.name, CASE s.name
                 WHEN 'search_path' THEN pg_catalog.current_setting('runner.search_path')
                 WHEN 'extra_float_digits' THEN pg_catalog.current_setting('runner.float_digits')
                 WHEN 'restrict_nonsystem_relation_kind' THEN pg_catalog.current_setting('runner.kind')
                 ELSE s.setting END)
          FROM pg_catalog.pg_settings AS s
         WHERE s.source OPERATOR(pg_catalog.=) 'session'
           AND s.context OPERATOR(pg_catalog.=) ANY (ARRAY['user', 'superuser'])
           AND s.name OPERATOR(pg_catalog.!~) '^transaction_');
