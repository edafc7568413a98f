\set x a b 'c d' "e f"  g
SELECT :'x';
\set y 'a''b'"c"d
SELECT :'y';
