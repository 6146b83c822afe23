-- One row a type: oid, schema, name, typtype, category, preferred, relation of a
-- composite, element of an array, array of an element, base of a domain, NOT NULL.
copy (
  select t.oid, n.nspname, t.typname, t.typtype, t.typcategory, t.typispreferred::int,
         coalesce(c.relname, ''), case when t.typlen = -1 then coalesce(e.typname, '') else '' end,
         coalesce(a.typname, ''), coalesce(b.typname, ''), t.typnotnull::int
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
  left join pg_class c on c.oid = t.typrelid
  left join pg_type e on e.oid = t.typelem
  left join pg_type a on a.oid = t.typarray
  left join pg_type b on b.oid = t.typbasetype
  where n.nspname in ('pg_catalog', 'information_schema')
  order by t.oid
) to stdout
