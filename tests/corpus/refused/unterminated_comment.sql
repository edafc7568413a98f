SELECT 1;
SELECT 2 /* a /* b */ ;
SELECT 3;
