-- The sessions that those of the run wait for, and whether one of them is of the run itself.
WITH b (pid) AS (SELECT pg_catalog.unnest(pg_catalog.pg_blocking_pids(p.pid))
                   FROM pg_catalog.unnest(ARRAY{own}::pg_catalog.int4[]) AS p (pid))
SELECT ({holders}), EXISTS (SELECT FROM b WHERE b.pid = ANY (ARRAY{own}));
