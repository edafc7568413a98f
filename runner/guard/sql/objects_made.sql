-- The large objects that the transaction of this id has made, with a digest of each: a JSON object.
SELECT pg_catalog.json_object_agg(m.oid, pg_catalog.encode(pg_catalog.sha256(pg_catalog.lo_get(m.oid)),
                                                           'hex'))::pg_catalog.text
  FROM pg_catalog.pg_largeobject_metadata AS m
 WHERE pg_catalog.age(m.xmin) <= pg_catalog.age('%(xid)s'::pg_catalog.xid);
