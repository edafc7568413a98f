SELECT 1;
	SELECT 'abc;
