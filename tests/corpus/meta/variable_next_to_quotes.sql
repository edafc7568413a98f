\set a b
SELECT :'a'x, :'a':'a', :"a""b", :'a''b', 'a':a'c', :'b':'c', :a'd';
SELECT 2;
