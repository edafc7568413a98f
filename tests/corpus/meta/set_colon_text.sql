\set x a:b :c 'd:e' :'f' :"g" :
SELECT :'x';
\set t 10:30:00
SELECT :'t';
