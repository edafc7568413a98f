-- The large objects of the database, with a digest of each that this role may read, but for those that
-- are as a recorded run has made them (`recorded`): a JSON object.
SELECT pg_catalog.json_object_agg(o.oid, o.digest)::pg_catalog.text
  FROM (SELECT m.oid, CASE
         WHEN pg_catalog.pg_has_role(m.lomowner, 'USAGE') OR EXISTS (
                SELECT FROM pg_catalog.aclexplode(m.lomacl) AS a
                 WHERE a.privilege_type = 'SELECT'
                   AND (a.grantee = 0::pg_catalog.oid OR pg_catalog.pg_has_role(a.grantee, 'USAGE')))
         THEN pg_catalog.encode(pg_catalog.sha256(pg_catalog.lo_get(m.oid)), 'hex') END
          FROM pg_catalog.pg_largeobject_metadata AS m) AS o (oid, digest)
 WHERE NOT EXISTS (
         SELECT FROM (%(recorded)s) AS r (name, digest)
          WHERE r.name = pg_catalog.concat('large object ', o.oid) AND r.digest = o.digest);
