SELECT 1 \watch 1
