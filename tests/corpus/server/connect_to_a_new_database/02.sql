INSERT INTO t VALUES (2, (current_database() !~ '_other$')::text);
