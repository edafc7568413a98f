\set HISTCONTROL nonsense
SELECT 1;
