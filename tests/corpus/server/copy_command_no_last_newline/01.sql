CREATE TABLE t (id int PRIMARY KEY, txt text);
\copy t from 'rows.txt'
\copy t from 'rows.csv' csv
\copy t from 'empty.txt'
