-- Text search configurations.
SELECT 'text search configuration' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, c.cfgname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.cfgowner)) AS owner,
       (SELECT pg_catalog.format('%I.%I', pn.nspname, p.prsname)
          FROM pg_catalog.pg_ts_parser AS p
          JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.prsnamespace
         WHERE p.oid = c.cfgparser) AS parser,
       (SELECT pg_catalog.string_agg(t.alias || ' WITH ' || t.dictionaries, ', ' ORDER BY t.alias)
          FROM (SELECT k.alias, pg_catalog.string_agg(m.mapdict::pg_catalog.regdictionary::text, ' '
                                                      ORDER BY m.mapseqno)
                  FROM pg_catalog.pg_ts_config_map AS m
                  JOIN pg_catalog.ts_token_type(c.cfgparser) AS k ON k.tokid = m.maptokentype
                 WHERE m.mapcfg = c.oid
                 GROUP BY k.alias) AS t (alias, dictionaries)) AS mapping,
       c.tableoid AS "?catalog", c.oid AS "?oid"
  FROM pg_catalog.pg_ts_config AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.cfgnamespace
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out');
