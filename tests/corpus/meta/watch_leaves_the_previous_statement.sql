SELECT 1;
SELECT 2 \watch count=2 interval=0.01
\g
SELECT 3 \watch 0.01 c=2
