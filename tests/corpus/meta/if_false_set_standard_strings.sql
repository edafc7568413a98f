\if false
SET standard_conforming_strings = off;
\endif
SELECT 'a\';
SELECT 2;
