\echo a 'b  c' "d  e" :given :'given' :"given" :nope -n
\echo -n a
\echo '-n' b
\qecho q; r -- s
\warn w
\echo
\echo 'a\nb' x'y'z \\ SELECT 1;
