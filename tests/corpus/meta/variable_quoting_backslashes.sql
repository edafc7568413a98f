\set x 'C:\\dir\\'
SELECT :'x', :"x";
SELECT(:'x');
INSERT INTO t VALUES (:'x',:'x');
