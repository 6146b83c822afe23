-- One row an operator class: name, access method, type, whether it is the type's default.
copy (
  select o.opcname, a.amname, t.typname, o.opcdefault::int
  from pg_opclass o join pg_am a on a.oid = o.opcmethod join pg_type t on t.oid = o.opcintype
  where o.opcnamespace = 'pg_catalog'::regnamespace
  order by 1, 2, 3
) to stdout
