CREATE TABLE t (id int PRIMARY KEY, txt text);
\copy t from 'rows.csv' with (format csv) where id > 1
