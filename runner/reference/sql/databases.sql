-- mark: a pattern for the comment on what a run has made that goes on, such as that of this reference.
-- all: whether databases of the server are there, which a new container has not.
-- A view in place of pg_catalog.pg_database, where temporary ones come first: without such databases,
-- and with those that the scripts have made by now in the reference, which makes none.
CREATE TEMPORARY VIEW pg_database AS
SELECT d.*
  FROM pg_catalog.pg_database AS d
 WHERE pg_catalog.concat(' ', pg_catalog.shobj_description(d.oid, 'pg_database'))
       OPERATOR(pg_catalog.!~~) {mark}
   AND ({all} OR d.datname OPERATOR(pg_catalog.=) ANY ('{{postgres,template0,template1}}'))
 UNION ALL
SELECT (pg_catalog.jsonb_populate_record(d, pg_catalog.jsonb_build_object('datname', n.name))).*
  FROM pg_catalog.pg_database AS d
 CROSS JOIN LATERAL pg_catalog.jsonb_array_elements_text(COALESCE(NULLIF(
         pg_catalog.current_setting('runner.databases', true), ''), '[]')::pg_catalog.jsonb) AS n (name)
 WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
   AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_database AS o
          WHERE o.datname OPERATOR(pg_catalog.=) n.name
            AND pg_catalog.concat(' ', pg_catalog.shobj_description(o.oid, 'pg_database'))
                OPERATOR(pg_catalog.!~~) {mark}
            AND ({all} OR o.datname OPERATOR(pg_catalog.=) ANY ('{{postgres,template0,template1}}')));
