SELECT a->'b', a->>'c;', a#>'{d}', a#>>'{e;}', a @> '{}', a <@ b, a ? 'k', a ?| ARRAY['x;'], a ?& ARRAY['y'], a - 'z', a #- '{q}', a @? '$.a;', a @@ '$.b' FROM t;
SELECT 2;
