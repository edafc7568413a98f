\echo a \set x 1 \echo b \\ SELECT :x; \echo c \\ SELECT 2; \timing
SELECT 3;
