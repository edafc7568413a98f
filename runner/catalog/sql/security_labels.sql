-- Security labels, without those of roles, databases and tablespaces.
SELECT 'security label' AS object,
       CASE WHEN i.type ~ '^(table|view|materialized view|foreign table)( column)?$'
            THEN l.objoid::pg_catalog.regclass::text END AS parent,
       pg_catalog.format('FOR %I ON %s %s', l.provider, i.type, i.identity) AS name,
       l.label
  FROM pg_catalog.pg_seclabel AS l
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) AS i
 WHERE COALESCE(i.schema, '') !~ pg_catalog.current_setting('runner.left_out')
 ORDER BY l.provider, i.type, i.identity;
