-- Types, with what each kind has: labels, base, subtype.
select t.oid, case when n.oid = pg_my_temp_schema() then 'pg_temp' else n.nspname end, t.typname, t.typtype::text, t.typcategory::text, t.typispreferred, not t.typisdefined,
       case when t.typcategory = 'A' then t.typelem else 0 end, t.typarray, t.typrelid, t.typbasetype,
       coalesce(case when t.typtypmod >= 0 then substring(format_type(t.typbasetype, t.typtypmod) from '\(([^)]*)\)') end, ''),
       t.typnotnull, t.typdefault is not null,
       array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder),
       coalesce(r.rngsubtype, 0), coalesce(m.rngtypid, 0)
from pg_type t
join pg_namespace n on n.oid = t.typnamespace
left join pg_range r on r.rngtypid = t.oid
left join pg_range m on to_jsonb(m) ->> 'rngmultitypid' = t.oid::text
where (n.nspname !~ '^pg_' and n.nspname <> 'information_schema' or n.oid = pg_my_temp_schema())
order by t.oid
