\set	x	1
  \set   y   'a'   
\set z 'b'	'c'
SELECT :x, :'y', :'z';
