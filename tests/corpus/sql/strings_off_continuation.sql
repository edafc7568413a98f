SET standard_conforming_strings = off;
SELECT 'a'
'b\';c';
SELECT E'a' 'b\';c';
