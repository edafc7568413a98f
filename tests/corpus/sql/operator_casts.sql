SELECT '1;'::text, 1::int::bigint, x::a.b, '{}'::jsonb;
SELECT a::varchar(10) FROM t;
