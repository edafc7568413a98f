set STANDARD_CONFORMING_STRINGS to false;
SELECT 'a\';b';
set standard_conforming_strings = 1;
SELECT 'a\';
set local standard_conforming_strings = 'no';
SELECT 'a\';b';
set standard_conforming_strings to default;
SELECT 'a\';
