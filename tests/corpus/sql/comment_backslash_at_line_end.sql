SELECT 1 -- C:\dir\
;
SELECT 2; -- \echo no
-- \quit
SELECT 3;
