SELECT E'a'
'b\\;';
SELECT E'a'
'plain for psql: \';
SELECT 3;
