-- Publications. pubviaroot exists since 13; column lists, row filters and schemas since 15: "older"
-- supplies missing columns. The schemas are read from pg_depend, which all versions have.
SELECT 'publication' AS object,
       NULL AS parent,
       pg_catalog.quote_ident(p.pubname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(p.pubowner)) AS owner,
       pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END,
                            CASE WHEN p.pubupdate THEN 'update' END,
                            CASE WHEN p.pubdelete THEN 'delete' END,
                            CASE WHEN p.pubtruncate THEN 'truncate' END) AS publish,
       CASE WHEN p.pubviaroot THEN 'true' END AS "publish via partition root",
       CASE p.pubgencols WHEN 's' THEN 'stored' END AS "publish generated columns",
       NULLIF(pg_catalog.concat_ws(', ', CASE WHEN p.puballtables THEN 'ALL TABLES' END,
       (SELECT 'TABLE ' || pg_catalog.string_agg(
                 pg_catalog.concat(
                   r.prrelid::pg_catalog.regclass,
                   ' (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', '
                                                         ORDER BY a.attnum)
                              FROM pg_catalog.pg_attribute AS a
                             WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')',
                   ' WHERE ' || pg_catalog.pg_get_expr(r.prqual, r.prrelid)),
                 ', ' ORDER BY r.prrelid::pg_catalog.regclass::text)
          FROM (SELECT NULL::pg_catalog.int2vector AS prattrs, NULL::pg_catalog.pg_node_tree AS prqual) AS older
         CROSS JOIN LATERAL (SELECT prpubid, prrelid, prattrs, prqual
                               FROM pg_catalog.pg_publication_rel) AS r
         WHERE r.prpubid = p.oid),
       (SELECT 'TABLES IN SCHEMA ' || pg_catalog.string_agg(pg_catalog.quote_ident(n.nspname), ', ' ORDER BY n.nspname)
          FROM pg_catalog.pg_depend AS part
          JOIN pg_catalog.pg_depend AS whole
            ON whole.classid = part.classid AND whole.objid = part.objid
           AND whole.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
          JOIN pg_catalog.pg_namespace AS n ON n.oid = whole.refobjid
         WHERE part.refclassid = 'pg_catalog.pg_publication'::pg_catalog.regclass
           AND part.refobjid = p.oid
           AND part.classid = pg_catalog.to_regclass('pg_catalog.pg_publication_namespace'))), '') AS "for",
       p.tableoid AS "?catalog", p.oid AS "?oid"
  FROM (SELECT false AS pubviaroot, 'n'::"char" AS pubgencols) AS older
 CROSS JOIN LATERAL (
         SELECT tableoid, oid, pubname, pubowner, puballtables, pubinsert, pubupdate, pubdelete, pubtruncate,
                pubviaroot, pubgencols
           FROM pg_catalog.pg_publication) AS p;
