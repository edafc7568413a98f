-- The databases whose names start with the prefix.
SELECT d.datname::text FROM pg_database AS d WHERE starts_with(d.datname, {prefix})
