CREATE TABLE p (id int, name text);
COPY p FROM '/docker-entrypoint-initdb.d/people.csv' WITH (FORMAT csv, HEADER true, DELIMITER ';');
COPY p (name) FROM '/docker-entrypoint-initdb.d/data/names.txt';
INSERT INTO p VALUES (9, 'after');
