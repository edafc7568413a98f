SELECT 1 # 2, ~1, a ~* 'b;', a !~~* 'c', a ## b, a && b, a &< b, a <<| b, @ -5, !! 3, a <-> b, a ~<=~ b;
SELECT 2;
