-- Constraints of relations and domains. A foreign key to a partitioned table has a row for
-- each partition as well; those are left out.
select c.oid, c.conrelid, c.contypid, c.conname, c.contype::text, coalesce(c.conkey, '{}'), c.conindid, c.condeferrable,
       not c.convalidated, c.connoinherit, c.coninhcount > 0 or c.conparentid <> 0, c.conislocal, c.confdeltype::text, c.confupdtype::text, c.confrelid, coalesce(c.confkey, '{}'),
       coalesce(pg_get_expr(c.conbin, c.conrelid), '')
from pg_constraint c
join pg_namespace n on n.oid = c.connamespace
left join pg_constraint p on p.oid = c.conparentid
where p.conrelid is distinct from c.conrelid and c.contype in ('c', 'f', 'p', 'u', 'x') and (n.nspname !~ '^pg_' and n.nspname <> 'information_schema' or n.oid = pg_my_temp_schema())
order by c.conrelid, c.contypid, c.oid
