SET standard_conforming_strings = on;
CREATE TABLE public.t (a int, b text, c text);

INSERT INTO public.t VALUES (1, 'It''s;
two lines', E'tab\there');
INSERT INTO public.t VALUES (2, 'C:\temp\', '\x00ff');


COMMENT ON TABLE public.t IS 'a ''quoted''; comment -- here';
