SELECT 1;
\pset formt x
