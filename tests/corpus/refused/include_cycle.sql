\i included/cycle.sql
