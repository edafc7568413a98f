-- A cheap question, asked in every run: whether runs, ended or not, may have left something.
SELECT EXISTS (SELECT FROM pg_catalog.pg_database AS d
                WHERE pg_catalog.strpos(d.datname, '{database}') > 0)
    OR EXISTS (SELECT FROM pg_catalog.pg_shdescription AS c
                WHERE pg_catalog.strpos(c.description, '{comment}') > 0);
