CREATE TABLE p (id int, name text, note text);
\copy p FROM 'people.csv' WITH (FORMAT csv, HEADER)
\copy p (name, id) from more.csv csv delimiter ';' null as 'nil'
INSERT INTO p VALUES (99, 'after', NULL);
