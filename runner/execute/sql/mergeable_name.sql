-- Look the table of an INSERT up in the script's search_path.
SELECT FROM (SELECT pg_catalog.set_config('runner.table',
  pg_catalog.to_regclass({name})::pg_catalog.oid::pg_catalog.text, true) OFFSET 0) AS s (named)
  WHERE s.named OPERATOR(pg_catalog.=) 'none';
