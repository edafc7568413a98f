--
-- PostgreSQL database dump
--

\restrict Cz7k0bA2oJ5cH1uEwq9Zt3XyPnLrVd4mSgKfTi6QhNvUaBe8

-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: touch(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.updated_at = now();

  RETURN NEW;
END;
$$;


ALTER FUNCTION public.touch() OWNER TO postgres;

--
-- Name: total(integer); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.total(n integer) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT CASE
             WHEN (total.n > 1) THEN 2
             ELSE 1
         END AS "case";
END;


SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public."odd;name" (
    id integer NOT NULL,
    txt text DEFAULT 'a;b'::text,
    CONSTRAINT c CHECK ((txt <> ';'::text))
);

--
-- Data for Name: odd;name; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public."odd;name" (id, txt) FROM stdin;
1	one;
2	\N
3	back\\slash\ttab
4	\\.
\.


--
-- Data for Name: empty; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.empty (id) FROM stdin;
\.


SELECT pg_catalog.setval('public.s', 3, true);


CREATE RULE r AS
    ON INSERT TO public.v DO INSTEAD ( INSERT INTO public.a (x)
  VALUES (new.x);
 INSERT INTO public.b (x)
  VALUES (new.x);
);


--
-- PostgreSQL database dump complete
--

\unrestrict Cz7k0bA2oJ5cH1uEwq9Zt3XyPnLrVd4mSgKfTi6QhNvUaBe8

