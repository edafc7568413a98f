-- Name a reference by the server's clock, as the application that owns it.
SELECT pg_catalog.set_config('application_name', pg_catalog.concat('{prefix}', pg_catalog.floor(
         pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()))::pg_catalog.text, '_{suffix}'), false),
       pg_catalog.current_setting('fsync');
