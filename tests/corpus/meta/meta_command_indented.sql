   \set x 1
	\if true
  SELECT :x;
  \endif
