-- Text search configurations, dictionaries, parsers and templates.
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
       d.description AS comment
  FROM pg_catalog.pg_ts_config AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.cfgnamespace
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass AND d.objoid = c.oid AND d.objsubid = 0
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out')
   AND c.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY n.nspname, c.cfgname;

SELECT 'text search dictionary' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, y.dictname) AS name,
       pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(y.dictowner)) AS owner,
       pg_catalog.format('%I.%I', tn.nspname, t.tmplname) AS template,
       y.dictinitoption AS options,
       d.description AS comment
  FROM pg_catalog.pg_ts_dict AS y
  JOIN pg_catalog.pg_namespace AS n ON n.oid = y.dictnamespace
  JOIN pg_catalog.pg_ts_template AS t ON t.oid = y.dicttemplate
  JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.tmplnamespace
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass AND d.objoid = y.oid AND d.objsubid = 0
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out')
   AND y.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY n.nspname, y.dictname;

SELECT 'text search parser' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, p.prsname) AS name,
       pg_catalog.concat_ws(', ', 'START = ' || p.prsstart, 'GETTOKEN = ' || p.prstoken,
                            'END = ' || p.prsend, 'HEADLINE = ' || NULLIF(p.prsheadline, 0)::pg_catalog.regproc,
                            'LEXTYPES = ' || p.prslextype) AS definition,
       d.description AS comment
  FROM pg_catalog.pg_ts_parser AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.prsnamespace
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_ts_parser'::pg_catalog.regclass AND d.objoid = p.oid AND d.objsubid = 0
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out')
   AND p.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_ts_parser'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY n.nspname, p.prsname;

SELECT 'text search template' AS object,
       pg_catalog.quote_ident(n.nspname) AS parent,
       pg_catalog.format('%I.%I', n.nspname, t.tmplname) AS name,
       pg_catalog.concat_ws(', ', 'INIT = ' || NULLIF(t.tmplinit, 0)::pg_catalog.regproc, 'LEXIZE = ' || t.tmpllexize) AS definition,
       d.description AS comment
  FROM pg_catalog.pg_ts_template AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.tmplnamespace
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass AND d.objoid = t.oid AND d.objsubid = 0
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out')
   AND t.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend AS e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND e.classid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass
                        AND e.deptype = 'e')
 ORDER BY n.nspname, t.tmplname;
