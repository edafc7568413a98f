\encoding BIG5
SELECT :mé, :"mé", a[1:mé], :{?mé};
\set v :mé
\encoding UTF8
SELECT :'v';
