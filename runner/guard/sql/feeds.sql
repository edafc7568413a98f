-- 1 if the sequence with this oid is in the default of the column, or is its identity, else 0.
SELECT pg_catalog.count(DISTINCT d.classid)
  FROM pg_catalog.pg_depend AS d
  LEFT JOIN pg_catalog.pg_attrdef AS a ON a.oid = d.objid
 WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND (d.refobjid = %(oid)s AND a.adrelid = %(table)s AND a.adnum = %(column)s
        OR d.objid = %(oid)s AND d.deptype = 'i' AND d.refobjid = %(table)s AND d.refobjsubid = %(column)s)
