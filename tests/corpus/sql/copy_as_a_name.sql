CREATE TABLE copy (stdin int);
INSERT INTO copy SELECT stdin FROM stdin;
SELECT copy FROM stdin;
GRANT SELECT ON copy TO stdin;
SELECT 5;
