CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, (:'DBNAME' = current_database())::text), (2, (:'USER' = current_user)::text), (3, :'ENCODING'), (4, (:'SERVER_VERSION_NAME' = split_part(current_setting('server_version'), ' ', 1) OR :'SERVER_VERSION_NAME' = current_setting('server_version'))::text);
