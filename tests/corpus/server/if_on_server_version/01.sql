CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT current_setting('server_version_num')::int >= 120000 AS new_enough,
  current_setting('server_version_num')::int < 90000 AS ancient \gset
\if :ancient
SELECT no_such_function();
\elif :new_enough
INSERT INTO t VALUES (1, 'new enough');
\endif
\if :{?SERVER_VERSION_NUM}
INSERT INTO t SELECT 2, (:SERVER_VERSION_NUM = current_setting('server_version_num')::int)::text;
\endif
