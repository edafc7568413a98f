\timing
\timing off
\x
\x auto
\t
\a
\pset null '(null)'
\pset format unaligned
\pset pager off
\pset
\C 'a title'
\C
\f ','
\H
\T border=1
\t off
SELECT 1;
