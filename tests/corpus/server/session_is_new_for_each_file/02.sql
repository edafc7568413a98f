INSERT INTO t VALUES (1, current_setting('search_path')), (2, 'a\'), (3, 'é'), (4, (to_regclass('pg_temp.tmp') IS NULL)::text), (5, (current_user = session_user)::text);
