-- Roles and the groups that they are in.
select r.rolname, r.rolsuper, r.rolbypassrls, not r.rolinherit,
       array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid order by 1)
from pg_roles r
order by r.rolname
