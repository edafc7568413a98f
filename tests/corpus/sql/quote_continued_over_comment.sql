SELECT 'a' -- it's
 -- and; it''s
'b;';
SELECT 'a' /* it's; */
'b;';
SELECT 3;
