\set x é'€'日
SELECT :'x', :"x";
\set y '🎉;'
SELECT :'y';
