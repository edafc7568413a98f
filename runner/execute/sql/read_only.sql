-- A transaction is read-only if that is the session's default.
SELECT FROM (SELECT pg_catalog.set_config('transaction_read_only',
  pg_catalog.current_setting('default_transaction_read_only'), true) OFFSET 0) AS s (mode)
 WHERE s.mode IS NULL;
