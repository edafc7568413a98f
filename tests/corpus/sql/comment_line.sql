-- a; b'c
SELECT 1; -- d; 'e
--
-- \
SELECT 2 -- f;
, 3; --g