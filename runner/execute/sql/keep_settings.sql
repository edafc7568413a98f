-- names: settings that a transaction of the script changes for itself, with SET LOCAL.
-- Their values are kept in settings of the runner's own.
DO $runner$
DECLARE
    setting pg_catalog.text;
BEGIN
    FOREACH setting IN ARRAY {names}::pg_catalog.text[] LOOP
        PERFORM pg_catalog.set_config(
            pg_catalog.concat('runner.kept.', setting),
            pg_catalog.concat('=', pg_catalog.current_setting(setting, true)), false);
    END LOOP;
END
$runner$;
