\set x 1
\set y two
SELECT :x:x, :x.y, a:y, :y:'y':"y", -:x, :x+:x, (:x), [:x], :x::int, ::x, x:=:x, :xy, :x_, :x9, :x$;
