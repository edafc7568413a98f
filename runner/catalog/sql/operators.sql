-- Operators.
SELECT 'operator' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       o.oid::pg_catalog.regoperator::text AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o.oprowner)) AS owner,
       pg_catalog.concat_ws(
         ', ', 'FUNCTION = ' || o.oprcode, 'LEFTARG = ' || pg_catalog.format_type(NULLIF(o.oprleft, 0), NULL),
         'RIGHTARG = ' || pg_catalog.format_type(NULLIF(o.oprright, 0), NULL),
         'COMMUTATOR = OPERATOR(' || pg_catalog.split_part(NULLIF(o.oprcom, 0)::pg_catalog.regoperator::text, '(', 1) || ')',
         'NEGATOR = OPERATOR(' || pg_catalog.split_part(NULLIF(o.oprnegate, 0)::pg_catalog.regoperator::text, '(', 1) || ')',
         'RESTRICT = ' || NULLIF(o.oprrest, 0)::pg_catalog.regproc, 'JOIN = ' || NULLIF(o.oprjoin, 0)::pg_catalog.regproc,
         CASE WHEN o.oprcanhash THEN 'HASHES' END,
         CASE WHEN o.oprcanmerge THEN 'MERGES' END) AS definition,
       o.tableoid AS "?catalog", o.oid AS "?oid"
  FROM pg_catalog.pg_operator AS o
  JOIN pg_catalog.pg_namespace AS n ON n.oid = o.oprnamespace
 WHERE o.oprcode <> 0
   AND n.nspname !~ pg_catalog.current_setting('runner.left_out');
