\encoding LATIN1
\set x é
SELECT :'x', :"x", :x;
\set y 'ä;'
SELECT :'y', :{?é};
\set é 1
SELECT :é;
