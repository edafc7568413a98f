-- How often a trigger function was called in this transaction. function: its name with its schema.
SELECT coalesce(sum(s.calls), 0)::int8
  FROM pg_stat_xact_user_functions AS s
 WHERE format('%I.%I', s.schemaname, s.funcname) = {function}
