\set a 1
SELECT
:a,

:'a'
;
:a
;
