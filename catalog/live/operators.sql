-- Operators.
select o.oid, n.nspname, o.oprname, o.oprleft, o.oprright, o.oprresult
from pg_operator o
join pg_namespace n on n.oid = o.oprnamespace
where o.oid >= 16384
order by o.oid
