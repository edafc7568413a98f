\i included/strings_off.sql
SELECT 'c\';d';
SET standard_conforming_strings = on; \i included/one.sql
SET standard_conforming_strings = off; \i included/uses_strings.sql
SELECT 'e\';f';
