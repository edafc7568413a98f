\set x 'open
SELECT :'x';
