SELECT 1;
\sv  ;
