\set y '\\set z 5'
SELECT 1 :y
, :z;
SELECT 2;
