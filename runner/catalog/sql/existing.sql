-- The answers of the queries of other files for the kinds of objects that exist: most databases have
-- few kinds, and planning a query takes longer than running it. ts_stat() plans and runs a text where
-- it is called. The text returns no tsvector; its result is the setting runner.answer. What initdb
-- makes has an oid below 16384. An object comes before its parts (PARTS in snapshot.py), and all
-- objects before their privileges.
SELECT pg_catalog.current_setting('runner.answer')
  FROM (VALUES
    (NOT {is_trusted} AND EXISTS (SELECT FROM pg_catalog.pg_proc AS p
                                   WHERE p.oid >= 16384
                                     AND pg_catalog.pg_get_userbyid(p.proowner) <> CURRENT_USER),
     $query${planted}$query$),
    (true, $query${reader}$query$),
    (true, $query${schemas}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_extension AS x WHERE x.oid >= 16384), $query${extensions}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_type AS t
              WHERE t.oid >= 16384 AND t.typtype <> 'c'
                AND t.typinput <> 'pg_catalog.array_in'::pg_catalog.regproc)
     OR EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid >= 16384 AND c.relkind = 'c'),
     $query${types}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f')),
     $query${tables}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid >= 16384 AND c.relkind IN ('v', 'm')),
     $query${views}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_sequence), $query${sequences}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid >= 16384), $query${columns}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_constraint AS con WHERE con.oid >= 16384), $query${constraints}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_index AS x WHERE x.indexrelid >= 16384), $query${indexes}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_trigger), $query${triggers}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_event_trigger), $query${event_triggers}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_rewrite AS r WHERE r.oid >= 16384 AND r.rulename <> '_RETURN'),
     $query${rules}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_policy), $query${policies}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_statistic_ext), $query${statistics}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_proc AS p WHERE p.oid >= 16384), $query${functions}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_aggregate AS a WHERE a.aggfnoid >= 16384), $query${aggregates}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_operator AS o WHERE o.oid >= 16384), $query${operators}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_opfamily AS f WHERE f.oid >= 16384), $query${operator_families}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_opclass AS o WHERE o.oid >= 16384), $query${operator_classes}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_language AS l WHERE l.oid >= 16384), $query${languages}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_transform), $query${transforms}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_cast AS k WHERE k.oid >= 16384), $query${casts}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_am AS m WHERE m.oid >= 16384), $query${access_methods}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_collation AS co WHERE co.oid >= 16384), $query${collations}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_conversion AS v WHERE v.oid >= 16384), $query${conversions}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_ts_config AS c WHERE c.oid >= 16384),
     $query${text_search_configurations}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_ts_dict AS y WHERE y.oid >= 16384),
     $query${text_search_dictionaries}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_ts_parser AS p WHERE p.oid >= 16384), $query${text_search_parsers}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_ts_template AS t WHERE t.oid >= 16384),
     $query${text_search_templates}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_foreign_data_wrapper), $query${foreign_data_wrappers}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_foreign_server), $query${foreign_servers}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_foreign_server), $query${user_mappings}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_publication), $query${publications}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_subscription), $query${subscriptions}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_seclabel), $query${security_labels}$query$),
    (EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid >= 16384 AND c.relacl IS NOT NULL)
     OR EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid >= 16384 AND a.attacl IS NOT NULL)
     OR EXISTS (SELECT FROM pg_catalog.pg_proc AS p WHERE p.oid >= 16384 AND p.proacl IS NOT NULL)
     OR EXISTS (SELECT FROM pg_catalog.pg_type AS t WHERE t.oid >= 16384 AND t.typacl IS NOT NULL)
     OR EXISTS (SELECT FROM pg_catalog.pg_language AS l WHERE l.lanacl IS NOT NULL)
     OR EXISTS (SELECT FROM pg_catalog.pg_foreign_data_wrapper)
     OR EXISTS (SELECT FROM pg_catalog.pg_default_acl)
     OR EXISTS (SELECT FROM pg_catalog.pg_namespace AS n
                  LEFT JOIN pg_catalog.pg_init_privs AS i
                    ON i.objoid = n.oid AND i.classoid = n.tableoid AND i.objsubid = 0
                 WHERE n.nspacl IS DISTINCT FROM i.initprivs
                   AND n.nspname !~ pg_catalog.current_setting('runner.left_out')),
     $query${privileges}$query$),
    (pg_catalog.to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL, $query${citus}$query$)
  ) AS q (exists, query)
 CROSS JOIN LATERAL (SELECT pg_catalog.count(*) FROM pg_catalog.ts_stat(q.query)) AS run
 WHERE q.exists;
