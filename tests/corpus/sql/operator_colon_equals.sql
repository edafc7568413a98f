SELECT f(a := 1, b=>2, c:='x;');
SELECT a[1:2], a[1:], a[:2], a[:], a[1 : n], a[n :m] FROM t;
