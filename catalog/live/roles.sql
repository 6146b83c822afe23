-- Roles, the groups that they are in, and those of them whose privileges they were not given (inherit_option, 16; before
-- that all or none).
select r.rolname, r.rolsuper, r.rolbypassrls, not r.rolinherit,
       array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid order by 1),
       array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid
             and not coalesce((to_jsonb(m) ->> 'inherit_option')::bool, r.rolinherit) order by 1)
from pg_roles r
order by r.rolname
