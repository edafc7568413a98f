\set x -n --a -
SELECT :'x';
