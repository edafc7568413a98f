-- Create the function that creates an extension in a rehearsal, as Aurora's rds_superuser may without
-- being a superuser: the caller owns the extension, and may use its functions and foreign-data
-- wrappers. The caller's search_path determines the schema.
CREATE FUNCTION pg_catalog.rds_create_extension(command pg_catalog.text)
RETURNS pg_catalog.void LANGUAGE plpgsql SECURITY DEFINER AS $function$
DECLARE
    made pg_catalog.oid;
    permission pg_catalog.text;
BEGIN
    IF command OPERATOR(pg_catalog.!~) '^CREATE EXTENSION [^;]+$' THEN
        RAISE insufficient_privilege USING MESSAGE = 'it creates extensions only';
    END IF;
    EXECUTE command;
    FOR made IN
        UPDATE pg_catalog.pg_extension
           SET extowner = (SELECT oid FROM pg_catalog.pg_roles
                            WHERE rolname OPERATOR(pg_catalog.=) session_user)
         WHERE extowner OPERATOR(pg_catalog.=) (SELECT oid FROM pg_catalog.pg_roles
                                                 WHERE rolname OPERATOR(pg_catalog.=) current_user)
        RETURNING oid
    LOOP
        FOR permission IN
            SELECT pg_catalog.format('GRANT ALL ON %s %s TO %I',
                                     pg_catalog.replace(one.type, '-', ' '), one.identity,
                                     session_user)
              FROM pg_catalog.pg_depend AS d,
                   pg_catalog.pg_identify_object(d.classid, d.objid, 0) AS one
             WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
               AND d.refobjid OPERATOR(pg_catalog.=) made
               AND one.type OPERATOR(pg_catalog.=) ANY (ARRAY['function', 'foreign-data wrapper'])
        LOOP
            EXECUTE permission;
        END LOOP;
    END LOOP;
END
$function$
