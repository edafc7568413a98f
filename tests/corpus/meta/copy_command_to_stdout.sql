\copy t to stdout
\copy (select 'a b', f(1, (2)) from t) to stdout csv
SELECT 1;
