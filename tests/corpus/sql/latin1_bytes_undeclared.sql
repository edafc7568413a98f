SELECT 'café;';
SELECT 'ÿþ;' AS é$b$; SELECT 2;
