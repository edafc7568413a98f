-- Foreign servers. The value of an option that may be a password is not read.
SELECT 'server' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(s.srvname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(s.srvowner)) AS owner,
       pg_catalog.quote_ident(w.fdwname) AS "foreign-data wrapper",
       s.srvtype AS type,
       s.srvversion AS version,
       (SELECT pg_catalog.string_agg(
                 CASE WHEN o.option ~* '^[^=]*(pass|secret|token|key)'
                      THEN pg_catalog.split_part(o.option, '=', 1) || '=...' ELSE o.option END,
                 ', ' ORDER BY o.option)
          FROM pg_catalog.unnest(s.srvoptions) AS o (option)) AS options,
       s.tableoid AS "?catalog", s.oid AS "?oid"
  FROM pg_catalog.pg_foreign_server AS s
  JOIN pg_catalog.pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw;
