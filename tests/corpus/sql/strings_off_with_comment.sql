SET /* x */ standard_conforming_strings -- y
 = off;
SELECT 'a\';b';
