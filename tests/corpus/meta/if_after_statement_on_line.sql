SELECT 1;\if true
SELECT 2;\endif
SELECT 3 \if false
, 4 \endif
, 5;
