-- Foreign-data wrappers. The value of an option that may be a password is not read.
SELECT 'foreign-data wrapper' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(w.fdwname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(w.fdwowner)) AS owner,
       NULLIF(w.fdwhandler, 0)::pg_catalog.regproc AS handler,
       NULLIF(w.fdwvalidator, 0)::pg_catalog.regproc AS validator,
       (SELECT pg_catalog.string_agg(
                 CASE WHEN o.option ~* '^[^=]*(pass|secret|token|key)'
                      THEN pg_catalog.split_part(o.option, '=', 1) || '=...' ELSE o.option END,
                 ', ' ORDER BY o.option)
          FROM pg_catalog.unnest(w.fdwoptions) AS o (option)) AS options,
       w.tableoid AS "?catalog", w.oid AS "?oid"
  FROM pg_catalog.pg_foreign_data_wrapper AS w;
