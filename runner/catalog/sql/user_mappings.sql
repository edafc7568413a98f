-- User mappings; of all options but "user" only the name is read. pg_user_mapping is for superusers.
SELECT 'user mapping' AS object,
       NULL AS parent,
       pg_catalog.format('FOR %s SERVER %I',
                         CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) END,
                         m.srvname) AS name,
       (SELECT pg_catalog.string_agg(
                 CASE WHEN o.option LIKE 'user=%' THEN o.option
                      ELSE pg_catalog.split_part(o.option, '=', 1) || '=...' END,
                 ', ' ORDER BY o.option)
          FROM pg_catalog.unnest(m.umoptions) AS o (option)) AS options
  FROM pg_catalog.pg_user_mappings AS m
 ORDER BY m.srvname, m.usename;
