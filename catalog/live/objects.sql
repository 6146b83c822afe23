-- What is kept by name only: kind, catalog, object, schema, name.
select 'collation', 'pg_collation', c.oid, n.nspname, c.collname
from pg_collation c join pg_namespace n on n.oid = c.collnamespace where c.oid >= 16384
union all
select 'ts_config', 'pg_ts_config', c.oid, n.nspname, c.cfgname
from pg_ts_config c join pg_namespace n on n.oid = c.cfgnamespace where c.oid >= 16384
union all
select 'ts_dictionary', 'pg_ts_dict', d.oid, n.nspname, d.dictname
from pg_ts_dict d join pg_namespace n on n.oid = d.dictnamespace where d.oid >= 16384
union all
select 'role', 'pg_authid', r.oid, '', r.rolname
from pg_roles r where r.rolname !~ '^pg_'
order by 1, 4, 5
