-- One row a function: schema, name, prokind, returns a set, result type, number of
-- defaults, type of the variadic elements, argument types, modes, names.
copy (
  select n.nspname, p.proname, p.prokind, p.proretset::int, r.typname, p.pronargdefaults,
         coalesce(v.typname, ''),
         coalesce((select string_agg(t.typname, ',' order by u.i)
           from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality u(o, i)
           join pg_type t on t.oid = u.o), ''),
         coalesce(array_to_string(p.proargmodes, ''), ''),
         coalesce(array_to_string(p.proargnames, ','), '')
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join pg_type r on r.oid = p.prorettype
  left join pg_type v on v.oid = p.provariadic and p.provariadic <> 0
  where n.nspname in ('pg_catalog', 'information_schema')
  order by 1, 2, p.oid
) to stdout
