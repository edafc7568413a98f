-- The role that reads this snapshot.
SELECT 'reader' AS object,
       pg_catalog.quote_ident(CURRENT_USER) AS role;
