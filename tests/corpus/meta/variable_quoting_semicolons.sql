\set x 'a; b -- c /* d'
SELECT :'x', :"x"; SELECT 2;
