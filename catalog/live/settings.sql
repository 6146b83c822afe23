-- Search paths of roles in this database, of roles, of the database; the nearest one last.
select coalesce(r.rolname, ''), substring(c.setting from '^search_path=(.*)$')
from pg_db_role_setting s
cross join unnest(s.setconfig) c(setting)
left join pg_roles r on r.oid = s.setrole
where c.setting like 'search\_path=%' and s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
order by s.setdatabase <> 0
