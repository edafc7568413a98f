\set x 'SELECT 1,\n\n2;\n\n-- c;\nSELECT'
:x 3;
SELECT :'x';
