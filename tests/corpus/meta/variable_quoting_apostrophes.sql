\set x 'it''s'
SELECT :'x', :"x";
\set y '\'\''
SELECT :'y', :"y";
\set z "it's"
SELECT :'z', :"z";
