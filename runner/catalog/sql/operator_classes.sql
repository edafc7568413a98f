-- Operator classes. A member of the family whose two types are the input type of a class belongs to
-- the class. pg_depend is not read: what CREATE OPERATOR CLASS records there changed in 14.
WITH member (family, lefttype, righttype, line) AS (
  SELECT m.amopfamily, m.amoplefttype, m.amoprighttype,
         pg_catalog.concat('OPERATOR ', m.amopstrategy, ' ', m.amopopr::pg_catalog.regoperator)
    FROM pg_catalog.pg_amop AS m WHERE m.oid >= 16384
   UNION ALL
  SELECT m.amprocfamily, m.amproclefttype, m.amprocrighttype,
         pg_catalog.concat('FUNCTION ', m.amprocnum, ' ', m.amproc::pg_catalog.regprocedure)
    FROM pg_catalog.pg_amproc AS m WHERE m.oid >= 16384
)
SELECT 'operator class' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I USING %I', n.nspname, o.opcname, am.amname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o.opcowner)) AS owner,
       pg_catalog.format('%sFOR TYPE %s USING %I FAMILY %I.%I', CASE WHEN o.opcdefault THEN 'DEFAULT ' END,
                         pg_catalog.format_type(o.opcintype, NULL), am.amname, fn.nspname, f.opfname)
         AS definition,
       pg_catalog.concat_ws(
         ', ', (SELECT pg_catalog.string_agg(m.line, ', ' ORDER BY m.line)
                  FROM member AS m
                 WHERE m.family = f.oid AND m.lefttype = o.opcintype AND m.righttype = o.opcintype),
         'STORAGE ' || pg_catalog.format_type(NULLIF(o.opckeytype, 0), NULL)) AS members,
       o.tableoid AS "?catalog", o.oid AS "?oid"
  FROM pg_catalog.pg_opclass AS o
  JOIN pg_catalog.pg_opfamily AS f ON f.oid = o.opcfamily
  JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.opfnamespace
  JOIN pg_catalog.pg_namespace AS n ON n.oid = o.opcnamespace
  JOIN pg_catalog.pg_am AS am ON am.oid = o.opcmethod
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
