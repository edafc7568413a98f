CREATE TABLE p (id int, name text);
copy/* x */public.p(id,"name")from E'/docker-entrypoint-initdb.d/people.csv'delimiter','csv;
COPY p FROM $$/docker-entrypoint-initdb.d/people.csv$$ CSV; INSERT INTO p VALUES (9, 'same line');
SELECT 1\; COPY p FROM '/docker-entrypoint-initdb.d/people.csv' CSV\; INSERT INTO p VALUES (10, 'joined');
