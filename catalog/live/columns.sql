-- Attributes, dropped ones as well: their numbers are not used again.
select a.attrelid, a.attnum, a.attname, a.atttypid,
       coalesce(case when a.atttypmod >= 0 then substring(format_type(a.atttypid, a.atttypmod) from '\(([^)]*)\)') end, ''),
       a.attnotnull, a.attgenerated <> '', a.attidentity::text, a.attisdropped, a.attinhcount > 0, a.attislocal,
       d.oid is not null, coalesce(d.oid, 0), coalesce(pg_get_expr(d.adbin, d.adrelid), '')
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and c.relkind in ('r', 'p', 'v', 'm', 'S', 'c', 'f')
  and (n.nspname !~ '^pg_' and n.nspname <> 'information_schema' or n.oid = pg_my_temp_schema())
order by a.attrelid, a.attnum
