-- Row security policies.
select p.oid, p.polrelid, p.polname, p.polpermissive, p.polcmd::text,
       array(select coalesce(r.rolname::text, '') from unnest(p.polroles) u(o) left join pg_roles r on r.oid = u.o),
       coalesce(pg_get_expr(p.polqual, p.polrelid), ''), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
from pg_policy p
order by p.polrelid, p.polname
