-- How many of these large objects a session that has not unlinked them sees, with the same content.
SELECT pg_catalog.count(*)::pg_catalog.text
  FROM pg_catalog.pg_largeobject_metadata AS m
  JOIN pg_catalog.json_each_text('%(made)s') AS o ON o.key = m.oid::pg_catalog.text
 WHERE pg_catalog.encode(pg_catalog.sha256(pg_catalog.lo_get(m.oid)), 'hex') = o.value;
