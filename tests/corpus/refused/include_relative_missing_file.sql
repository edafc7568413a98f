\ir included/no_such_file.sql
