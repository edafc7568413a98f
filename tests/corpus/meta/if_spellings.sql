\if true
SELECT 'true';
\else
SELECT 'not true';
\endif
\if TRUE
SELECT 'TRUE';
\else
SELECT 'not TRUE';
\endif
\if tRuE
SELECT 'tRuE';
\else
SELECT 'not tRuE';
\endif
\if t
SELECT 't';
\else
SELECT 'not t';
\endif
\if tr
SELECT 'tr';
\else
SELECT 'not tr';
\endif
\if tru
SELECT 'tru';
\else
SELECT 'not tru';
\endif
\if yes
SELECT 'yes';
\else
SELECT 'not yes';
\endif
\if y
SELECT 'y';
\else
SELECT 'not y';
\endif
\if YE
SELECT 'YE';
\else
SELECT 'not YE';
\endif
\if on
SELECT 'on';
\else
SELECT 'not on';
\endif
\if ON
SELECT 'ON';
\else
SELECT 'not ON';
\endif
\if 1
SELECT '1';
\else
SELECT 'not 1';
\endif
\if false
SELECT 'false';
\else
SELECT 'not false';
\endif
\if f
SELECT 'f';
\else
SELECT 'not f';
\endif
\if fals
SELECT 'fals';
\else
SELECT 'not fals';
\endif
\if no
SELECT 'no';
\else
SELECT 'not no';
\endif
\if n
SELECT 'n';
\else
SELECT 'not n';
\endif
\if off
SELECT 'off';
\else
SELECT 'not off';
\endif
\if of
SELECT 'of';
\else
SELECT 'not of';
\endif
\if OFF
SELECT 'OFF';
\else
SELECT 'not OFF';
\endif
\if 0
SELECT '0';
\else
SELECT 'not 0';
\endif
\if T
SELECT 'T';
\else
SELECT 'not T';
\endif
\if N
SELECT 'N';
\else
SELECT 'not N';
\endif
