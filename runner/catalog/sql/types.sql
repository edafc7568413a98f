-- Domains, and enum, composite, range, base and shell types, without the row types of tables.
SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, t.typname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(t.typowner)) AS owner,
       CASE WHEN NOT t.typisdefined THEN 'shell'
            WHEN t.typtype = 'e' THEN 'enum' WHEN t.typtype = 'c' THEN 'composite'
            WHEN t.typtype = 'r' THEN 'range' WHEN t.typtype = 'b' THEN 'base' END AS form,
       CASE WHEN t.typtype = 'e'
            THEN (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(l.enumlabel), ', '
                                               ORDER BY l.enumsortorder)
                    FROM pg_catalog.pg_enum AS l WHERE l.enumtypid = t.oid) END AS labels,
       CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS type,
       CASE WHEN t.typnotnull THEN 'NOT NULL' END AS "not null",
       CASE WHEN t.typtype IN ('d', 'b') THEN t.typdefault END AS "default",
       CASE WHEN t.typtype = 'd' AND t.typcollation <> base.typcollation
            THEN pg_catalog.format('%I.%I', cn.nspname, co.collname) END AS collation,
       CASE WHEN t.typtype = 'r' THEN (
         SELECT pg_catalog.concat_ws(
                  ', ', 'SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL),
                  'SUBTYPE_OPCLASS = ' || pg_catalog.quote_ident(o.opcname),
                  'COLLATION = ' || pg_catalog.quote_ident(rc.collname),
                  'CANONICAL = ' || NULLIF(r.rngcanonical, 0)::pg_catalog.regproc,
                  'SUBTYPE_DIFF = ' || NULLIF(r.rngsubdiff, 0)::pg_catalog.regproc,
                  -- Exists since 14; left out if it is the default name (makeMultirangeTypeName).
                  'MULTIRANGE_TYPE_NAME = ' || NULLIF(
                    pg_catalog.format_type(m.oid, NULL), pg_catalog.format('%I.%I', n.nspname,
                    CASE WHEN t.typname ~ 'range'
                         THEN pg_catalog.regexp_replace(t.typname::pg_catalog.text, 'range', 'multirange')
                         ELSE t.typname || '_multirange' END)))
           FROM (SELECT 0::pg_catalog.oid AS rngmultitypid) AS older
          CROSS JOIN LATERAL (
                  SELECT rngtypid, rngsubtype, rngcollation, rngsubopc, rngcanonical, rngsubdiff, rngmultitypid
                    FROM pg_catalog.pg_range) AS r
           LEFT JOIN pg_catalog.pg_type AS m ON m.oid = r.rngmultitypid
           JOIN pg_catalog.pg_opclass AS o ON o.oid = r.rngsubopc
           LEFT JOIN pg_catalog.pg_collation AS rc ON rc.oid = r.rngcollation
          WHERE r.rngtypid = t.oid) END AS range,
       CASE WHEN t.typtype = 'b' THEN
         pg_catalog.concat_ws(
           ', ', 'INPUT = ' || NULLIF(t.typinput, 0)::pg_catalog.regproc, 'OUTPUT = ' || NULLIF(t.typoutput, 0)::pg_catalog.regproc,
           'RECEIVE = ' || NULLIF(t.typreceive, 0)::pg_catalog.regproc, 'SEND = ' || NULLIF(t.typsend, 0)::pg_catalog.regproc,
           'TYPMOD_IN = ' || NULLIF(t.typmodin, 0)::pg_catalog.regproc, 'TYPMOD_OUT = ' || NULLIF(t.typmodout, 0)::pg_catalog.regproc,
           'ANALYZE = ' || NULLIF(t.typanalyze, 0)::pg_catalog.regproc, 'INTERNALLENGTH = ' || t.typlen,
           CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
           'ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END,
           'STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END,
           'CATEGORY = ' || pg_catalog.quote_literal(t.typcategory::text),
           CASE WHEN t.typispreferred THEN 'PREFERRED' END,
           'ELEMENT = ' || pg_catalog.format_type(NULLIF(t.typelem, 0), NULL),
           'DELIMITER = ' || pg_catalog.quote_literal(t.typdelim::text),
           CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE' END) END AS definition,
       t.tableoid AS "?catalog", t.oid AS "?oid"
  FROM pg_catalog.pg_type AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
  LEFT JOIN pg_catalog.pg_type AS base ON base.oid = t.typbasetype
  LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = t.typcollation
  LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.collnamespace
 WHERE COALESCE(c.relkind, 'c') = 'c'
   AND n.nspname !~ pg_catalog.current_setting('runner.left_out');
