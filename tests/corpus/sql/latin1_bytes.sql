SET client_encoding = 'LATIN1';
SELECT 'café;', "ä;", $ö$;$ö$, über FROM t;
SELECT 2;
