-- Revoke the memberships that act_for.sql and createrole_self_grant have granted in this run, except
-- memberships that the scripts have granted as well.
DO $runner$
DECLARE
  given record;
BEGIN
  FOR given IN
    SELECT r.rolname, m.rolname AS member, v.is_old, k.is_kept
      FROM pg_catalog.pg_auth_members AS a
      JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) a.roleid
      JOIN pg_catalog.pg_roles AS m ON m.oid OPERATOR(pg_catalog.=) a.member
     CROSS JOIN LATERAL (
             SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4
                    OPERATOR(pg_catalog.<) 160000) AS v (is_old)
     CROSS JOIN LATERAL (
             SELECT r.rolname OPERATOR(pg_catalog.=) ANY ({kept}::pg_catalog.name[])) AS k (is_kept)
     WHERE a.member OPERATOR(pg_catalog.=) a.grantor
       AND pg_catalog.pg_has_role(a.member, 'USAGE') -- not a grant of another session's role
       AND a.admin_option OPERATOR(pg_catalog.=) v.is_old
       AND (v.is_old OR NOT k.is_kept)
       AND r.rolname OPERATOR(pg_catalog.<>) ALL ({kept_admin}::pg_catalog.name[])
       -- Granted since this transaction began: xmin is its id or a later one.
       AND pg_catalog.age(a.xmin) OPERATOR(pg_catalog.<=) pg_catalog.age(
             (pg_catalog.txid_current() OPERATOR(pg_catalog.%) 4294967296)
             ::pg_catalog.text::pg_catalog.xid)
     ORDER BY r.oid DESC
  LOOP
    EXECUTE pg_catalog.format(
      CASE WHEN NOT given.is_old THEN 'REVOKE %I FROM %I GRANTED BY %2$I'
           WHEN given.is_kept THEN 'REVOKE ADMIN OPTION FOR %I FROM %I'
           ELSE 'REVOKE %I FROM %I' END, given.rolname, given.member);
  END LOOP;
END
$runner$;
