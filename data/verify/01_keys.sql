-- 01_keys.sql
-- The primary and foreign keys hold. Rows made here have an id below zero, so that no sequence
-- moves and no row of anybody's is touched.

DO $$
DECLARE
    blog_table text;
BEGIN
    FOREACH blog_table IN ARRAY ARRAY['social_accounts', 'users', 'posts', 'comments'] LOOP
        BEGIN
            EXECUTE format('INSERT INTO %I (id) VALUES (-1), (-1)', blog_table);
            RAISE EXCEPTION '% takes the same id twice', blog_table;
        EXCEPTION WHEN unique_violation THEN
            NULL;
        END;
        BEGIN
            EXECUTE format('INSERT INTO %I (id) VALUES (NULL)', blog_table);
            RAISE EXCEPTION '% takes a row without an id', blog_table;
        EXCEPTION WHEN not_null_violation THEN
            NULL;
        END;
    END LOOP;
END;
$$;

DO $$
DECLARE
    child text;
    parent text;
BEGIN
    FOR child, parent IN VALUES
        ('users (id, social_id)', 'social_accounts')
        , ('posts (id, user_id)', 'users')
        , ('comments (id, user_id)', 'users')
        , ('comments (id, post_id)', 'posts')
    LOOP
        BEGIN
            EXECUTE 'INSERT INTO ' || child || ' VALUES (-1, -1)';
            RAISE EXCEPTION '% takes a row of % that does not exist', child, parent;
        EXCEPTION WHEN foreign_key_violation THEN
            NULL;
        END;
        EXECUTE format('INSERT INTO %I (id) VALUES (-1)', parent);
        EXECUTE 'INSERT INTO ' || child || ' VALUES (-2, -1)';
        BEGIN
            EXECUTE format('DELETE FROM %I WHERE id = -1', parent);
            RAISE EXCEPTION '% loses the row that % refers to', parent, child;
        EXCEPTION WHEN foreign_key_violation THEN
            NULL;
        END;
        EXECUTE format('DELETE FROM %I WHERE id = -2', split_part(child, ' ', 1));
        EXECUTE format('DELETE FROM %I WHERE id = -1', parent);
    END LOOP;
END;
$$;

-- The next id that each sequence gives is free.
SELECT (SELECT coalesce(max(id), 0) FROM social_accounts) < last_value + is_called::integer FROM social_accounts_id_seq;
SELECT (SELECT coalesce(max(id), 0) FROM users) < last_value + is_called::integer FROM users_id_seq;
SELECT (SELECT coalesce(max(id), 0) FROM posts) < last_value + is_called::integer FROM posts_id_seq;
SELECT (SELECT coalesce(max(id), 0) FROM comments) < last_value + is_called::integer FROM comments_id_seq;
