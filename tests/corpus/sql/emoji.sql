INSERT INTO t VALUES ('👩‍👩‍👧‍👦; 🎉', E'😀\'; ', $🎉$;$🎉$); SELECT 1;
