\copy t from pstdin
SELECT 1;
