SELECT 1 AS U&"d\0061;""x", 2 AS u&"";
SELECT U&"a!;b" UESCAPE '!' FROM t;
