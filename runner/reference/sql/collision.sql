-- Whether the build and one of the others wait for each other, and the sessions that it waits for.
SELECT pg_catalog.bool_or(o.pid = ANY (pg_catalog.pg_blocking_pids({own}))
                          OR {own} = ANY (pg_catalog.pg_blocking_pids(o.pid))),
       ({holders})
  FROM pg_catalog.unnest({others}::pg_catalog.int4[]) AS o (pid);
