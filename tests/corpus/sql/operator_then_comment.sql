SELECT 1 */* c ; */ 2;
SELECT 1 +-- c;
2;
SELECT 1 @-- ;
 2;
SELECT 1 /*/ ; */ + 1;
SELECT 4 */*;*/-/*;*/1;
