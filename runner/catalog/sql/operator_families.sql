-- Operator families. A member of the family whose two types are the input type of a class belongs to
-- the class. pg_depend is not read: what CREATE OPERATOR CLASS records there changed in 14.
WITH member (family, lefttype, righttype, line) AS (
  SELECT m.amopfamily, m.amoplefttype, m.amoprighttype,
         pg_catalog.concat('OPERATOR ', m.amopstrategy, ' ', m.amopopr::pg_catalog.regoperator,
                           ' FOR ORDER BY ' || pg_catalog.quote_ident(sn.nspname) || '.'
                           || pg_catalog.quote_ident(s.opfname))
    FROM pg_catalog.pg_amop AS m
    LEFT JOIN (pg_catalog.pg_opfamily AS s
               JOIN pg_catalog.pg_namespace AS sn ON sn.oid = s.opfnamespace)
      ON s.oid = m.amopsortfamily
   WHERE m.oid >= 16384
   UNION ALL
  SELECT m.amprocfamily, m.amproclefttype, m.amprocrighttype,
         pg_catalog.format('FUNCTION %s (%s, %s) %s', m.amprocnum, pg_catalog.format_type(m.amproclefttype, NULL),
                           pg_catalog.format_type(m.amprocrighttype, NULL), m.amproc::pg_catalog.regprocedure)
    FROM pg_catalog.pg_amproc AS m WHERE m.oid >= 16384
)
SELECT 'operator family' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I USING %I', n.nspname, f.opfname, am.amname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(f.opfowner)) AS owner,
       (SELECT pg_catalog.string_agg(
                 m.line, ', '
                 ORDER BY m.line, m.lefttype::pg_catalog.regtype::text, m.righttype::pg_catalog.regtype::text)
          FROM member AS m
         WHERE m.family = f.oid
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_opclass AS o
                            WHERE o.opcfamily = f.oid
                              AND o.opcintype = m.lefttype AND o.opcintype = m.righttype)) AS members,
       f.tableoid AS "?catalog", f.oid AS "?oid"
  FROM pg_catalog.pg_opfamily AS f
  JOIN pg_catalog.pg_namespace AS n ON n.oid = f.opfnamespace
  JOIN pg_catalog.pg_am AS am ON am.oid = f.opfmethod
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
