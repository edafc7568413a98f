-- Create the extensions of the target, each with its schema, in the reference. An extension whose old
-- version is no longer available gets the default version; an extension that cannot be created (a
-- privilege is missing, or only one database may have it) is left out.
-- extensions: a JSON array of [name, version, schema].
DO $runner$
DECLARE
    one     pg_catalog.json;
    command pg_catalog.text;
    version pg_catalog.text;
BEGIN
    FOR one IN SELECT a.v FROM pg_catalog.json_array_elements(%(extensions)s) AS a (v)
    LOOP
        BEGIN
            IF pg_catalog.to_regnamespace(pg_catalog.quote_ident(one->>2)) IS NULL THEN
                EXECUTE pg_catalog.format('CREATE SCHEMA %%I', one->>2);
            END IF;
            command := pg_catalog.format('CREATE EXTENSION %%I SCHEMA %%I', one->>0, one->>2);
            version := pg_catalog.format(' VERSION %%L', one->>1);
            BEGIN
                EXECUTE command || version;
            EXCEPTION WHEN OTHERS THEN
                EXECUTE command;
            END;
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
END
$runner$;
