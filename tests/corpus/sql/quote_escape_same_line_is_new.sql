SELECT E'a' 'b\';
SELECT E'a' /* c */ 'b\';
SELECT 3;
