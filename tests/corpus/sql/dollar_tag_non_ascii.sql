SELECT $é$;$e$;$é$;
SELECT $日本$;
$日本$;
