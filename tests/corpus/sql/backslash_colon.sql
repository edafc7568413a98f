SELECT a[1\:n], '\:x', \:y FROM t;
SELECT 2;
