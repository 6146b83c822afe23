-- Settings of the database and of roles, the nearest one last: role, parameter, value.
select coalesce(r.rolname, ''), split_part(c.setting, '=', 1), substring(c.setting from '=(.*)$')
from pg_db_role_setting s
cross join unnest(s.setconfig) c(setting)
left join pg_roles r on r.oid = s.setrole
where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
order by s.setdatabase <> 0
