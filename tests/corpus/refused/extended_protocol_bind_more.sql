SELECT $1 \bind 1 2 \g
