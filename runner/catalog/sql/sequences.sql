-- Sequences, with the column that owns them and the columns whose defaults use them.
SELECT 'sequence' AS object,
       COALESCE(own.refobjid::pg_catalog.regclass::text, pg_catalog.quote_ident(n.nspname)) AS parent,
       pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)) AS owner,
       pg_catalog.format_type(s.seqtypid, NULL) AS type,
       s.seqstart::text AS start,
       s.seqincrement::text AS increment,
       s.seqmin::text AS minvalue,
       s.seqmax::text AS maxvalue,
       s.seqcache::text AS cache,
       CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END AS cycle,
       -- Since 15 a sequence owned by an unlogged table is unlogged too: not its own property.
       CASE WHEN c.relpersistence = 'u' AND own.refobjid IS NULL THEN 'UNLOGGED' END AS persistence,
       own.refobjid::pg_catalog.regclass::text || '.' || pg_catalog.quote_ident(a.attname)
         AS "owned by",
       c.tableoid AS "?catalog", c.oid AS "?oid",
       feeds.columns AS "?feeds"
  FROM pg_catalog.pg_sequence AS s
  JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend AS own
    ON own.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND own.objid = c.oid
   AND own.objsubid = 0 AND own.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND own.refobjsubid > 0 AND own.deptype IN ('a', 'i')
  LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = own.refobjid AND a.attnum = own.refobjsubid
  LEFT JOIN LATERAL (
         -- Table and column, and whether the column is unique, so that the next value must be free.
         SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
                  f.relid::pg_catalog.regclass::text, pg_catalog.quote_ident(fa.attname),
                  f.plain AND fc.relkind IN ('r', 'p')
                  AND NOT fc.oid = ANY (pg_catalog.current_setting('runner.planted')::pg_catalog.oid[])
                  AND COALESCE(NULLIF(fb.typbasetype, 0), fb.oid, ft.oid) IN (
                        'pg_catalog.int2'::pg_catalog.regtype, 'pg_catalog.int4'::pg_catalog.regtype,
                        'pg_catalog.int8'::pg_catalog.regtype, 'pg_catalog.numeric'::pg_catalog.regtype)
                  AND EXISTS (SELECT FROM pg_catalog.pg_index AS x
                               WHERE x.indrelid = f.relid AND x.indisunique AND x.indpred IS NULL
                                 AND x.indnkeyatts = 1 AND x.indkey[0] = f.attnum)
                ) ORDER BY f.relid, f.attnum) AS columns
           FROM (SELECT own.refobjid, own.refobjsubid, true WHERE own.deptype = 'i'
                  UNION
                 SELECT ad.adrelid, ad.adnum,
                        -- The default is nextval() itself, perhaps with a cast.
                        pg_catalog.pg_get_expr(ad.adbin, ad.adrelid)
                        ~ '^[(]?nextval[(]''([^'']|'''')*''::regclass[)]{1,2}(::[a-z ]+)?$'
                   FROM pg_catalog.pg_depend AS dep
                   JOIN pg_catalog.pg_attrdef AS ad ON ad.oid = dep.objid
                  WHERE dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                    AND dep.refobjid = c.oid
                    AND dep.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
                ) AS f (relid, attnum, plain)
           JOIN pg_catalog.pg_attribute AS fa
             ON fa.attrelid = f.relid AND fa.attnum = f.attnum
           JOIN pg_catalog.pg_type AS ft ON ft.oid = fa.atttypid
           LEFT JOIN pg_catalog.pg_type AS fb ON fb.oid = ft.typbasetype  -- the base type of a domain
           JOIN pg_catalog.pg_class AS fc ON fc.oid = f.relid
       ) AS feeds ON true
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
