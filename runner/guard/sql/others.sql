-- Whether one of these relations is seen by a session that has not dropped them: it is committed.
SELECT pg_catalog.to_json(EXISTS (
         SELECT FROM pg_catalog.pg_class AS c WHERE c.oid IN (%(oids)s)))::pg_catalog.text;
