SELECT 1;
  \i no_such_file.sql
