-- REASSIGN OWNED BY the role of the run: the objects in this database, without the database itself,
-- which the run needs, and without the schema of the registry.
DO $runner$
DECLARE
  owned record;
BEGIN
  FOR owned IN
    SELECT role.name
      FROM pg_catalog.unnest({old}::pg_catalog.name[] OPERATOR(pg_catalog.||) {new}::pg_catalog.name[])
           AS role (name)
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS r
                        WHERE r.rolname OPERATOR(pg_catalog.=) role.name)
  LOOP
    RAISE undefined_object USING MESSAGE = pg_catalog.format('role "%s" does not exist', owned.name);
  END LOOP;
  FOR owned IN
    SELECT CASE i.type WHEN 'statistics object' THEN 'statistics' ELSE i.type END AS kind, i.identity
      FROM pg_catalog.pg_shdepend AS d
      JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) d.refobjid
      JOIN pg_catalog.pg_database AS b ON b.oid OPERATOR(pg_catalog.=) d.dbid
     CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) AS i
     CROSS JOIN pg_catalog.unnest({kept}::pg_catalog.name[]) AS k (name)
     WHERE d.deptype OPERATOR(pg_catalog.=) 'o'
       AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_authid'::pg_catalog.regclass
       AND r.rolname OPERATOR(pg_catalog.=) ANY ({old}::pg_catalog.name[])
       AND b.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
       AND i.type OPERATOR(pg_catalog.<>) ALL ('{{default acl,user mapping,extension}}')
       AND pg_catalog.quote_ident(k.name) OPERATOR(pg_catalog.<>) ALL (
             ARRAY[i.identity, COALESCE(i.schema, '')])
     -- A sequence that a column owns changes its owner together with the table.
     ORDER BY i.type OPERATOR(pg_catalog.=) 'sequence'
  LOOP
    EXECUTE pg_catalog.format('ALTER %s %s OWNER TO %I', owned.kind, owned.identity,
      ({new}::pg_catalog.name[])[1]);
  END LOOP;
  RAISE NOTICE 'the database stays with its owner';
END
$runner$;
