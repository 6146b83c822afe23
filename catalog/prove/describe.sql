-- The catalog of the database as one line a fact, in the words of DescribeSchema. Members of
-- extensions and built-in schemas are left out.
with ext as (
  select objid from pg_depend where deptype = 'e'
), ns as (
  select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
), rel as (
  select c.*, n.nspname from pg_class c join ns n on n.oid = c.relnamespace where c.oid not in (select objid from ext)
)
select concat('relation ', nspname, '.', relname, ' ', case relkind when 'I' then 'i' else relkind end)
from rel where relkind in ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'c', 'f')
union all
select concat('column ', r.nspname, '.', r.relname, '.', a.attname, ' ', t.typname,
  case when a.attnotnull then ' notnull' end, case when a.atthasdef then ' default' end,
  case when a.attgenerated <> '' then ' generated' end, case when a.attidentity <> '' then ' identity ' || a.attidentity::text end)
from rel r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
where r.relkind in ('r', 'p', 'v', 'm', 'c', 'f')
union all
select concat('constraint ', r.nspname, '.', r.relname, '.', c.conname, ' ', c.contype,
  case when c.contype in ('p', 'u', 'f') then ' ' || (select string_agg(a.attname, ',' order by u.i)
    from unnest(c.conkey) with ordinality u(n, i) join pg_attribute a on a.attrelid = c.conrelid and a.attnum = u.n) end,
  case when c.contype = 'f' then ' -> ' || c.confrelid::regclass::text end)
from rel r join pg_constraint c on c.conrelid = r.oid
where c.contype in ('c', 'p', 'u', 'f', 'x')
union all
select concat('index ', r.nspname, '.', r.relname, ' on ', t.relname, case when x.indisunique then ' unique' end,
  case when x.indisprimary then ' primary' end, case when x.indpred is not null then ' partial' end, ' ',
  (select string_agg(coalesce(a.attname, '(expression)'), ',' order by u.i)
   from unnest(x.indkey::int2[]) with ordinality u(n, i) left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = u.n and u.n > 0
   where u.i <= x.indnkeyatts))
from rel r join pg_index x on x.indexrelid = r.oid join pg_class t on t.oid = x.indrelid
union all
select concat('type ', n.nspname, '.', t.typname, ' ', t.typtype,
  case t.typtype when 'e' then ' ' || (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid) end)
from pg_type t join ns n on n.oid = t.typnamespace
where t.typtype in ('e', 'd', 'r', 'm') and t.oid not in (select objid from ext)
union all
select concat('function ', n.nspname, '.', p.proname, '(', (select string_agg(t.typname, ',' order by u.i)
  from unnest(p.proargtypes::oid[]) with ordinality u(o, i) join pg_type t on t.oid = u.o), ') ', p.prokind, ' ', r.typname)
from pg_proc p join ns n on n.oid = p.pronamespace join pg_type r on r.oid = p.prorettype
where p.oid not in (select objid from ext) and p.prokind <> 'a'
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'i')
union all
select concat('trigger ', r.nspname, '.', r.relname, '.', t.tgname)
from rel r join pg_trigger t on t.tgrelid = r.oid where not t.tgisinternal and t.tgparentid = 0
order by 1
