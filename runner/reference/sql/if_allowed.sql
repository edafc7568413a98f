-- It fails for an owner whose role this is not; for a role that does not exist, that this one may not
-- alter, or that is the session user: a script that creates that role then gets the error.
DO $runner$ BEGIN EXECUTE {}; EXCEPTION
WHEN insufficient_privilege OR undefined_object OR feature_not_supported THEN NULL; END $runner$;
