-- The last value of a sequence (NULL before the first call), and the furthest value that it will reach
-- among those in the column that it fills. A row at MAXVALUE (MINVALUE if it descends) is ignored: it is
-- an end marker. Citus cannot join a sequence with a table on other nodes.
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
