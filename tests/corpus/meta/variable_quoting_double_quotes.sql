\set x 'a"b'
SELECT :'x', :"x", 1 AS :"x";
