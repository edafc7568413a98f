SELECT U&'a'
'b;\';
SELECT U&'a''b;\';
SELECT 3;
