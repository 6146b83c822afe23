-- Who owns what and what is granted on it: catalog, object, column, owner, grantee (empty is
-- PUBLIC), privilege (empty if everything was revoked).
select 'pg_class', c.oid, 0, o.rolname, coalesce(r.rolname, ''), coalesce(x.privilege_type, '')
from pg_class c join pg_roles o on o.oid = c.relowner
left join lateral aclexplode(c.relacl) x on true left join pg_roles r on r.oid = x.grantee
where c.relacl is not null and c.oid >= 16384
union all
select 'pg_class', a.attrelid, a.attnum, '', coalesce(r.rolname, ''), coalesce(x.privilege_type, '')
from pg_attribute a
left join lateral aclexplode(a.attacl) x on true left join pg_roles r on r.oid = x.grantee
where a.attacl is not null and a.attrelid >= 16384
union all
select 'pg_proc', p.oid, 0, o.rolname, coalesce(r.rolname, ''), coalesce(x.privilege_type, '')
from pg_proc p join pg_roles o on o.oid = p.proowner
left join lateral aclexplode(p.proacl) x on true left join pg_roles r on r.oid = x.grantee
where p.proacl is not null and p.oid >= 16384
union all
select 'pg_namespace', n.oid, 0, o.rolname, coalesce(r.rolname, ''), coalesce(x.privilege_type, '')
from pg_namespace n join pg_roles o on o.oid = n.nspowner
left join lateral aclexplode(n.nspacl) x on true left join pg_roles r on r.oid = x.grantee
where n.nspacl is not null
