SELECT 1 -- \g
, '\g', "\g" /* \g */, $$\g$$
\g
SELECT 2;
