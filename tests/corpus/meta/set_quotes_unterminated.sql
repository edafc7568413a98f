\set x 'open
SELECT :'x', 1;
\set y "open
SELECT :{?y};
