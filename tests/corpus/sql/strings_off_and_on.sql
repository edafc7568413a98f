SET standard_conforming_strings TO off;
SELECT 'a\';b';
SET standard_conforming_strings TO on;
SELECT 'a\';
SET SESSION standard_conforming_strings TO 'off';
SELECT 'a\';b';
RESET standard_conforming_strings;
SELECT 'a\';
