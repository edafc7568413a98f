DO $$ BEGIN EXECUTE 'COPY t FROM stdin;'; END $$;
SELECT 'COPY t FROM stdin;';
/* COPY t FROM stdin; */
-- COPY t FROM stdin;
SELECT 1;
