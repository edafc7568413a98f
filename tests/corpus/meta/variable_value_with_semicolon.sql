\set q 'SELECT 1; SELECT 2;'
:q
:q;
\set h 'a;b'
SELECT :h+1;
SELECT ':h', :'h';
