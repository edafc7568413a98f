\set x a
\set y 'b'
SELECT :'x', :'y', :x;
SELECT :x
;
