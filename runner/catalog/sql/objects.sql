-- The objects that the query of another file reads, with their comments, ordered by their parent.
-- Left out: objects of extensions, and objects created together with a type, such as its array type.
SELECT o.*, d.description AS comment
  FROM (
{query}
       ) AS o
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = o."?catalog" AND d.objoid = o."?oid" AND d.objsubid = 0
   AND (d.objoid, d.description) <> (2200, 'standard public schema') -- by initdb
 WHERE NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend AS e
          WHERE e.classid = o."?catalog" AND e.objid = o."?oid"
            AND e.refclassid IN ('pg_catalog.pg_extension'::pg_catalog.regclass,
                                 'pg_catalog.pg_type'::pg_catalog.regclass)
            AND e.deptype IN ('e', 'i'))
 ORDER BY o.parent COLLATE pg_catalog."C", o.name COLLATE pg_catalog."C";
