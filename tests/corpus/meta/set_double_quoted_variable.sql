\set v val
\set x ":v" ':v' :v
SELECT :'x';
