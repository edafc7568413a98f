\set x 1
SELECT :{?x;
SELECT :{x}, :{?}, :{?x }, :{? x};
SELECT 2;
