-- Whose eyes see this snapshot, and through which version.
SELECT 'reader' AS object,
       pg_catalog.quote_ident(CURRENT_USER) AS role,
       pg_catalog.current_setting('server_version_num') AS server_version_num;
