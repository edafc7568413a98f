SELECT :x, :'x', :"x", :{?x};
SELECT :'x;
SELECT 1;', :"y;
", 2;
SELECT 3;
