-- Row security policies.
SELECT 'policy' AS object,
       p.polrelid::pg_catalog.regclass::text AS parent,
       pg_catalog.format('%s.%I', p.polrelid::pg_catalog.regclass, p.polname) AS name,
       CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END AS "as",
       CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                     WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS "for",
       (SELECT pg_catalog.string_agg(
                 CASE r.oid WHEN 0 THEN 'PUBLIC'
                            ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r.oid)) END,
                 ', ' ORDER BY pg_catalog.pg_get_userbyid(r.oid))
          FROM pg_catalog.unnest(p.polroles) AS r (oid)) AS "to",
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS "using",
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS "with check",
       p.tableoid AS "?catalog", p.oid AS "?oid"
  FROM pg_catalog.pg_policy AS p
  JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
