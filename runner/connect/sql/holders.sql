-- The sessions with some process ids, as text for a message. What a role may not know of another's
-- session is null, and left out.
SELECT pg_catalog.string_agg(
         pg_catalog.concat_ws(', ',
           'pid ' || a.pid,
           'user ' || a.usename,
           'application ' || NULLIF(a.application_name, ''),
           'query started ' || pg_catalog.to_char(a.query_start, 'YYYY-MM-DD HH24:MI:SS TZ'),
           a.state),
         '; ' ORDER BY a.query_start)
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.pid IN ({pids})
