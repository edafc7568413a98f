\encoding SJIS
SELECT E'•\', 1;
SELECT 2;
\encoding UTF8
SELECT 3;
