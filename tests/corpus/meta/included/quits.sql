SELECT 'before';
\q
SELECT 'after';
