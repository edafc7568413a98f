SELECT a/b, a / b, 6/ 2, 6 /2 FROM t;
SELECT |/ 25, ||/ 27;
