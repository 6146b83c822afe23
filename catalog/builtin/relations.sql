-- One row a column: schema, relation, relkind, attnum, column, type's schema, type, NOT NULL.
copy (
  select n.nspname, c.relname, c.relkind, a.attnum, a.attname, tn.nspname, t.typname, a.attnotnull::int
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  join pg_namespace tn on tn.oid = t.typnamespace
  where n.nspname in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'v')
  order by 1, 2, 4
) to stdout
