SET standard_conforming_strings = off; SELECT 'a\';
SELECT 'b\';c'; SET standard_conforming_strings = on; SELECT 'd\';e';
SELECT 'f\';
