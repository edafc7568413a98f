\o | cat
SELECT 1;
