SELECT 1;
SELECT 2 \foo bar
;
