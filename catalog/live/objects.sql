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
select 'ts_parser', 'pg_ts_parser', p.oid, n.nspname, p.prsname
from pg_ts_parser p join pg_namespace n on n.oid = p.prsnamespace where p.oid >= 16384
union all
select 'ts_template', 'pg_ts_template', t.oid, n.nspname, t.tmplname
from pg_ts_template t join pg_namespace n on n.oid = t.tmplnamespace where t.oid >= 16384
union all
select 'statistics', 'pg_statistic_ext', s.oid, n.nspname, s.stxname
from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
union all
select 'event trigger', 'pg_event_trigger', e.oid, '', e.evtname from pg_event_trigger e
union all
select 'foreign-data wrapper', 'pg_foreign_data_wrapper', w.oid, '', w.fdwname from pg_foreign_data_wrapper w
union all
select 'server', 'pg_foreign_server', s.oid, '', s.srvname from pg_foreign_server s
union all
select 'access method', 'pg_am', a.oid, '', a.amname from pg_am a
union all
select 'language', 'pg_language', l.oid, '', l.lanname from pg_language l
union all
select 'tablespace', 'pg_tablespace', t.oid, '', t.spcname from pg_tablespace t
order by 1, 4, 5
