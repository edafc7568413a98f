SELECT 1 /* a


 b */ , 2;
SELECT 3;
