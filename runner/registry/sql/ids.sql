-- Set the last id (64 bits) of the run that was just recorded: the xmin of the new row, which was
-- written in the same savepoint. List the ids in between of other running transactions: pg_locks also
-- has the ids of their savepoints, and the snapshot the ids whose lock is not taken yet.
UPDATE {registry}.run AS r
   SET last_xid = l.last_xid,
       other_xids = ARRAY(
         SELECT DISTINCT o.xid
           FROM (SELECT pg_catalog.txid_snapshot_xip(pg_catalog.txid_current_snapshot())
                  UNION ALL
                 SELECT r.first_xid + (k.transactionid::pg_catalog.text::pg_catalog.int8
                                       - r.first_xid % 4294967296 + 4294967296) % 4294967296
                   FROM pg_catalog.pg_locks AS k
                  WHERE k.locktype = 'transactionid' AND k.granted
                    AND k.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()) AS o (xid)
          WHERE o.xid > r.first_xid AND o.xid < l.last_xid
          ORDER BY o.xid)
  FROM (SELECT n.id, n.first_xid + (n.xmin::pg_catalog.text::pg_catalog.int8
                                    - n.first_xid % 4294967296 + 4294967296) % 4294967296 AS last_xid
          FROM {registry}.run AS n) AS l
 WHERE l.id = r.id AND r.id = (SELECT pg_catalog.max(n.id) FROM {registry}.run AS n);
