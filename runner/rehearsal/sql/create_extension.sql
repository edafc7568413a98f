-- Create the function that creates an extension in a rehearsal, as Aurora's rds_superuser may without
-- being a superuser: the caller owns the extension. The caller's search_path determines the schema.
CREATE FUNCTION pg_catalog.rds_create_extension(command pg_catalog.text)
RETURNS pg_catalog.void LANGUAGE plpgsql SECURITY DEFINER AS $function$
BEGIN
    IF command OPERATOR(pg_catalog.!~) '^CREATE EXTENSION [^;]+$' THEN
        RAISE insufficient_privilege USING MESSAGE = 'it creates extensions only';
    END IF;
    EXECUTE command;
    UPDATE pg_catalog.pg_extension
       SET extowner = (SELECT oid FROM pg_catalog.pg_roles
                        WHERE rolname OPERATOR(pg_catalog.=) session_user)
     WHERE extowner OPERATOR(pg_catalog.=) (SELECT oid FROM pg_catalog.pg_roles
                                             WHERE rolname OPERATOR(pg_catalog.=) current_user);
END
$function$
