SELECT :x;
\set x 1
SELECT :x;
\unset x
SELECT :x;
\unset x
\unset never
\unset not-a-name
SELECT 2;
