\set x 1
\set y 2
\unset x y
SELECT :x, :y;
\unset ON_ERROR_ROLLBACK \unset y
SELECT :y, :'ON_ERROR_ROLLBACK';
