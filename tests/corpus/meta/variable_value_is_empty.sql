\set x
\set y ''
SELECT :x, :'x', :"x", :{?x}, (:y), :'y';
:x;
:x
SELECT 2;
