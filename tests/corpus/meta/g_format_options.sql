SELECT 1 \g (format=unaligned tuples_only=on)
SELECT 2 \gx (expanded=off)
SELECT 3;
