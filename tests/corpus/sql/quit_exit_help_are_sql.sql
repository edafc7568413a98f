quit
;
exit;
help
;
SELECT 1;
