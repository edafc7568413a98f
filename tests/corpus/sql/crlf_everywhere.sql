SELECT 'a
b;
';
SELECT

2
;
SELECT 3