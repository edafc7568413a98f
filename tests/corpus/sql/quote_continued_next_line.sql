SELECT 'a'
'b;';
SELECT 'a'   
	'b;' -- c ' 
 'c;';
SELECT 3;
