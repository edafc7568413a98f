SELECT '(', "(", $$($$ /* ( */ -- (
;
SELECT ')' ; SELECT 3;
