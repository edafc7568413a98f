-- Copy the values of settings to the settings runner.kept.NAME, before the script's SET LOCAL.
-- names: the names of the settings.
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
