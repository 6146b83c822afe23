-- Default privileges: maker, schema (empty is any), kind, grantee, privilege.
select o.rolname, coalesce(n.nspname, ''),
       case d.defaclobjtype when 'r' then 'table' when 'S' then 'sequence' when 'f' then 'function' else 'schema' end,
       coalesce(r.rolname, ''), coalesce(x.privilege_type, '')
from pg_default_acl d
join pg_roles o on o.oid = d.defaclrole
left join pg_namespace n on n.oid = d.defaclnamespace
left join lateral aclexplode(d.defaclacl) x on true left join pg_roles r on r.oid = x.grantee
where d.defaclobjtype in ('r', 'S', 'f', 'n')
