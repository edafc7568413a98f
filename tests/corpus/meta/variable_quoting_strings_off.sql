SET standard_conforming_strings = off;
\set x 'a\\b''c'
SELECT :'x', :"x";
SELECT 2;
