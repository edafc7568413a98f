-- The last value of a sequence, null before the first, and what is in the way of the next in the column
-- that it feeds: the furthest value there that it will reach. The last value of all is left out: it is
-- a mark for the end, and nothing follows it. Citus joins no sequence with a table on other servers.
WITH n (last, next) AS MATERIALIZED (
  SELECT CASE WHEN s.is_called THEN s.last_value END,
         CASE WHEN NOT s.is_called THEN s.last_value
              WHEN s.last_value::pg_catalog.numeric + (%(increment)s) BETWEEN %(least)s AND %(greatest)s
              THEN s.last_value + (%(increment)s) END
    FROM %(sequence)s AS s)
SELECT n.last, (
         SELECT pg_catalog.%(furthest)s(t.%(column)s)
           FROM %(table)s AS t
          WHERE t.%(column)s %(ahead)s= (SELECT n.next FROM n) AND %(end)s %(ahead)s t.%(column)s
            AND (t.%(column)s::pg_catalog.numeric - (SELECT n.next FROM n)) %% (%(increment)s) = 0)::pg_catalog.int8
  FROM n
