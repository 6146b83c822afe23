-- The installed extensions.
select e.extname, n.nspname
from pg_extension e
join pg_namespace n on n.oid = e.extnamespace
order by e.extname
