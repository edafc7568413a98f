SELECT 1 \echo x
, 2 \timing
\pset null x
, 3;
SELECT (4 \echo ; )
); SELECT 5;
