\set y '\\set z 5'
SELECT 1 :y
, :z;
\set e '\\echo hi'
:e there
SELECT 2;
