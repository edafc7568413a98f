SELECT E'a''b\'c;';
SELECT E'a' --x  'b\'c;';
SELECT 3;
