-- The roles that are not among those before, and whether the transaction has written to this database
-- (and not only to shared catalogs).
SELECT ARRAY(SELECT r.rolname::pg_catalog.text FROM pg_catalog.pg_roles AS r
              WHERE r.rolname <> ALL ({before}::pg_catalog.text[]) ORDER BY r.rolname),
       EXISTS (SELECT FROM pg_catalog.pg_stat_xact_all_tables AS t
                 JOIN pg_catalog.pg_class AS c ON c.oid = t.relid
                WHERE NOT c.relisshared AND t.n_tup_ins + t.n_tup_upd + t.n_tup_del > 0);
