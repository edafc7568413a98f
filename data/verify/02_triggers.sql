-- 02_triggers.sql
-- Each table's trigger fires on UPDATE. now() stands still within a transaction and is what a new
-- row has in updated_at, so the row made here is an old one.

DO $$
DECLARE
    old_time CONSTANT timestamptz := '2000-01-01 00:00:00+00';
    blog_table text;
    is_refreshed boolean;
BEGIN
    FOREACH blog_table IN ARRAY ARRAY['social_accounts', 'users', 'posts', 'comments'] LOOP
        EXECUTE format(
            'INSERT INTO %I (id, created_at, updated_at) VALUES (-1, $1, $1)', blog_table
        ) USING old_time;
        EXECUTE format(
            'UPDATE %I SET updated_at = $1 WHERE id = -1'
            ' RETURNING updated_at = now() AND created_at = $1', blog_table
        ) INTO is_refreshed USING old_time;
        ASSERT is_refreshed, format('an UPDATE of %s does not refresh updated_at', blog_table);
    END LOOP;
END;
$$;
