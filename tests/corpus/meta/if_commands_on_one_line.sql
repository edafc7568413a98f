\if false \set x 1 \else \set x 2 \endif \set y 3
SELECT :x, :y;
