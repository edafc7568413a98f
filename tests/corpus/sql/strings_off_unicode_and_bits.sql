SET standard_conforming_strings = off;
SELECT U&'a;', b'1', x'1';
SELECT U&'a\'; SELECT 2;
SELECT 3;
