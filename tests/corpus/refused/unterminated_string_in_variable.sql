\set q '\''
SELECT :q abc;
