-- The number of rows that this transaction has inserted so far, and the number updated or deleted.
SELECT COALESCE(pg_catalog.sum(n_tup_ins), 0)::pg_catalog.int8,
       COALESCE(pg_catalog.sum(n_tup_upd + n_tup_del), 0)::pg_catalog.int8
  FROM pg_catalog.pg_stat_xact_user_tables;
