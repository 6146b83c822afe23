-- Row security policies.
select p.oid, p.polrelid, p.polname, p.polpermissive, p.polcmd::text,
       array(select coalesce(r.rolname::text, 'public') from unnest(p.polroles) u(o) left join pg_roles r on r.oid = u.o),
       p.polqual is not null, p.polwithcheck is not null
from pg_policy p
order by p.polrelid, p.polname
