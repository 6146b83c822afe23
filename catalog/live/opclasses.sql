-- Operator classes.
select o.oid, n.nspname, o.opcname, a.amname, o.opcintype, o.opcdefault
from pg_opclass o
join pg_namespace n on n.oid = o.opcnamespace
join pg_am a on a.oid = o.opcmethod
where o.oid >= 16384
order by o.oid
