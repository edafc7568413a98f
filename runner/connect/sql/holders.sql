-- The sessions with the given process ids, as text for a message. Columns of another role's session
-- that the current role may not see are null, and omitted.
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
