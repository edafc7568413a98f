-- Imitate the extension pg_cron, which only one database of a server can have: create its schema,
-- tables and functions. Jobs get the name of the target's database.
-- database: the name of the target's database.
DO $runner$
BEGIN
CREATE SCHEMA cron;
CREATE TABLE cron.job (
    jobid bigserial PRIMARY KEY,
    schedule pg_catalog.text NOT NULL,
    command pg_catalog.text NOT NULL,
    nodename pg_catalog.text NOT NULL DEFAULT 'localhost',
    nodeport pg_catalog.int4 NOT NULL DEFAULT pg_catalog.current_setting('port')::pg_catalog.int4,
    database pg_catalog.text NOT NULL DEFAULT %(database)s,
    username pg_catalog.text NOT NULL DEFAULT CURRENT_USER,
    active pg_catalog.bool NOT NULL DEFAULT true,
    jobname pg_catalog.text,
    UNIQUE (jobname, username)
);
CREATE TABLE cron.job_run_details (
    jobid pg_catalog.int8,
    runid pg_catalog.int8 PRIMARY KEY,
    job_pid pg_catalog.int4,
    database pg_catalog.text,
    username pg_catalog.text,
    command pg_catalog.text,
    status pg_catalog.text,
    return_message pg_catalog.text,
    start_time pg_catalog.timestamptz,
    end_time pg_catalog.timestamptz
);
CREATE FUNCTION cron.schedule(schedule pg_catalog.text, command pg_catalog.text)
RETURNS pg_catalog.int8 LANGUAGE sql AS $f$
    INSERT INTO cron.job (schedule, command) VALUES ($1, $2) RETURNING jobid
$f$;
CREATE FUNCTION cron.schedule(
    job_name pg_catalog.text, schedule pg_catalog.text, command pg_catalog.text)
RETURNS pg_catalog.int8 LANGUAGE sql AS $f$
    INSERT INTO cron.job (jobname, schedule, command) VALUES ($1, $2, $3)
    ON CONFLICT (jobname, username) DO UPDATE
       SET schedule = EXCLUDED.schedule, command = EXCLUDED.command RETURNING jobid
$f$;
CREATE FUNCTION cron.schedule_in_database(
    job_name pg_catalog.text, schedule pg_catalog.text, command pg_catalog.text,
    database pg_catalog.text, username pg_catalog.text DEFAULT NULL,
    active pg_catalog.bool DEFAULT true)
RETURNS pg_catalog.int8 LANGUAGE sql AS $f$
    INSERT INTO cron.job (jobname, schedule, command, database, username, active)
    VALUES ($1, $2, $3, $4, COALESCE($5, CURRENT_USER), $6)
    ON CONFLICT (jobname, username) DO UPDATE
       SET schedule = EXCLUDED.schedule, command = EXCLUDED.command,
           database = EXCLUDED.database, active = EXCLUDED.active RETURNING jobid
$f$;
CREATE FUNCTION cron.alter_job(
    job_id pg_catalog.int8, schedule pg_catalog.text DEFAULT NULL,
    command pg_catalog.text DEFAULT NULL, database pg_catalog.text DEFAULT NULL,
    username pg_catalog.text DEFAULT NULL, active pg_catalog.bool DEFAULT NULL)
RETURNS pg_catalog.void LANGUAGE sql AS $f$
    UPDATE cron.job AS j
       SET schedule = COALESCE($2, j.schedule), command = COALESCE($3, j.command),
           database = COALESCE($4, j.database), username = COALESCE($5, j.username),
           active = COALESCE($6, j.active)
     WHERE j.jobid OPERATOR(pg_catalog.=) $1
$f$;
CREATE FUNCTION cron.unschedule(job_id pg_catalog.int8)
RETURNS pg_catalog.bool LANGUAGE plpgsql AS $f$
BEGIN
    DELETE FROM cron.job AS j WHERE j.jobid OPERATOR(pg_catalog.=) $1;
    IF NOT FOUND THEN
        RAISE 'could not find valid entry for job ''%%''', $1;
    END IF;
    RETURN true;
END
$f$;
CREATE FUNCTION cron.unschedule(job_name pg_catalog.text)
RETURNS pg_catalog.bool LANGUAGE plpgsql AS $f$
BEGIN
    DELETE FROM cron.job AS j
     WHERE j.jobname OPERATOR(pg_catalog.=) $1 AND j.username OPERATOR(pg_catalog.=) CURRENT_USER;
    IF NOT FOUND THEN
        RAISE 'could not find valid entry for job ''%%''', $1;
    END IF;
    RETURN true;
END
$f$;
END
$runner$;
