-- Aggregates. The definition is what CREATE AGGREGATE has after the name.
SELECT 'aggregate' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I(%s)', n.nspname, p.proname,
                         pg_catalog.oidvectortypes(p.proargtypes)) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(p.proowner)) AS owner,
       '(' || COALESCE(NULLIF(pg_catalog.pg_get_function_arguments(p.oid), ''), '*') || ') ('
       || pg_catalog.concat_ws(
         ', ', 'SFUNC = ' || a.aggtransfn, 'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
         'SSPACE = ' || NULLIF(a.aggtransspace, 0),
         'FINALFUNC = ' || NULLIF(a.aggfinalfn, 0)::pg_catalog.regproc,
         CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
         'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END,
         'COMBINEFUNC = ' || NULLIF(a.aggcombinefn, 0)::pg_catalog.regproc, 'SERIALFUNC = ' || NULLIF(a.aggserialfn, 0)::pg_catalog.regproc,
         'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn, 0)::pg_catalog.regproc,
         'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
         'MSFUNC = ' || NULLIF(a.aggmtransfn, 0)::pg_catalog.regproc, 'MINVFUNC = ' || NULLIF(a.aggminvtransfn, 0)::pg_catalog.regproc,
         'MSTYPE = ' || pg_catalog.format_type(NULLIF(a.aggmtranstype, 0), NULL),
         'MSSPACE = ' || NULLIF(a.aggmtransspace, 0),
         'MFINALFUNC = ' || NULLIF(a.aggmfinalfn, 0)::pg_catalog.regproc,
         CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
         CASE WHEN a.aggmtransfn <> 0 THEN 'MFINALFUNC_MODIFY = ' ||
           CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
         'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
         'SORTOP = OPERATOR(' || pg_catalog.split_part(NULLIF(a.aggsortop, 0)::pg_catalog.regoperator::text, '(', 1) || ')',
         CASE a.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END,
         'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' ELSE 'UNSAFE' END)
       || ')' AS definition,
       p.tableoid AS "?catalog", p.oid AS "?oid"
  FROM pg_catalog.pg_aggregate AS a
  JOIN pg_catalog.pg_proc AS p ON p.oid = a.aggfnoid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
