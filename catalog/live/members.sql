-- What belongs to an extension: catalog, object, extension.
select d.classid::regclass::text, d.objid, e.extname
from pg_depend d
join pg_extension e on e.oid = d.refobjid
where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass
