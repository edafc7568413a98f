\set e '\\echo hi'
:e there \\ SELECT 1;
\set s '\\set'
SELECT 2 :s x 3
, :x;
\set g 'SELECT 7 \\g \\\\ SELECT 8;'
:g SELECT 9;
SELECT 10;
