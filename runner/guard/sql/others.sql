-- Whether another session still sees one of these relations, so that it was committed before its drop.
SELECT pg_catalog.to_json(EXISTS (
         SELECT FROM pg_catalog.pg_class AS c WHERE c.oid IN (%(oids)s)))::pg_catalog.text;
