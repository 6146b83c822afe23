-- Functions, procedures and aggregates.
select p.oid, case when n.oid = pg_my_temp_schema() then 'pg_temp' else n.nspname end, p.proname, p.prokind::text, p.proretset, p.prorettype, l.lanname, p.prosrc, p.pronargdefaults,
       coalesce(p.proallargtypes, p.proargtypes::oid[]), coalesce(array_to_string(p.proargmodes, ''), ''),
       coalesce(p.proargnames, '{}'),
       coalesce((select substring(c from '^search_path=(.*)$') from unnest(p.proconfig) c where c like 'search\_path=%'), ''),
       p.prosecdef, p.proisstrict, p.provolatile <> 'v', r.rolname
from pg_proc p
join pg_roles r on r.oid = p.proowner
join pg_namespace n on n.oid = p.pronamespace
join pg_language l on l.oid = p.prolang
where (n.nspname !~ '^pg_' and n.nspname <> 'information_schema' or n.oid = pg_my_temp_schema())
order by p.oid
