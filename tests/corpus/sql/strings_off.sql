SET standard_conforming_strings = off;
SELECT 'it\'s;', 'a\\';
SELECT E'\'', n'\';', "\";
SELECT 3;
