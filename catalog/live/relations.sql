-- Relations of every kind.
select c.oid, case when n.oid = pg_my_temp_schema() then 'pg_temp' else n.nspname end, c.relname, c.relkind::text, c.reltype, c.relrowsecurity, c.relforcerowsecurity, c.relreplident::text, c.relispartition, c.reloftype, r.rolname,
       coalesce((select option_value from pg_options_to_table(c.reloptions) where option_name = 'check_option'), ''),
       coalesce((select option_value::bool from pg_options_to_table(c.reloptions) where option_name = 'security_invoker'), false),
       c.relispopulated, coalesce(q.seqtypid, 0),
       coalesce(pg_get_expr(c.relpartbound, c.oid), ''),
       case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) else '' end
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_roles r on r.oid = c.relowner
left join pg_sequence q on q.seqrelid = c.oid
where c.relkind in ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'c', 'f')
  and (n.nspname !~ '^pg_' and n.nspname <> 'information_schema' or n.oid = pg_my_temp_schema())
order by c.oid
