SELECT E'a'
'b\'c;
SELECT 'd';
