-- The databases with this comment.
SELECT d.datname::text FROM pg_database AS d
 WHERE shobj_description(d.oid, 'pg_database') = {comment}
