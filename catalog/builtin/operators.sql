-- One row an operator: name, left type, right type, result.
copy (
  select o.oprname, coalesce(l.typname, ''), coalesce(r.typname, ''), t.typname
  from pg_operator o
  join pg_namespace n on n.oid = o.oprnamespace
  join pg_type t on t.oid = o.oprresult
  left join pg_type l on l.oid = o.oprleft
  left join pg_type r on r.oid = o.oprright
  where n.nspname = 'pg_catalog'
  order by 1, 2, 3
) to stdout
