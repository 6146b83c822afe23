-- The schemas that are not the server's own.
select n.oid, n.nspname, r.rolname
from pg_namespace n join pg_roles r on r.oid = n.nspowner
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by n.nspname
