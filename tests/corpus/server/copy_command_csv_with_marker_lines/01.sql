CREATE TABLE t (txt text);
\copy t from 'rows.csv' csv
