SELECT 1 \g | cat
