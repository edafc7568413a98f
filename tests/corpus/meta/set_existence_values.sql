\set x :{?given} :{?nope}
SELECT :'x';
\set y :given
SELECT :'y';
