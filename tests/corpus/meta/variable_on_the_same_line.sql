\set x 1 \\ SELECT :x; \set x 2 \\ SELECT :x;
SELECT :x \set x 3 \\ , :x;
