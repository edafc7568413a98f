\set x 1
SELECT ':x', E':x', U&':x', ":x", $$:x$$, $x$:x$x$, ':''x''' /* :x :'x' */ -- :x
;
/* :x */ SELECT :x;
