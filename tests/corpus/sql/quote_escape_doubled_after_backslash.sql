SELECT E'\\''; still inside', 2;
SELECT 3;
