\set a 1
\set b :a
\set a 2
SELECT :b, :a;
\set c :'b' :"b" -:b- x:b':b'
SELECT :'c';
