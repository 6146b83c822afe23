-- What needs what, as far as the object is not the server's own: catalog, object, column, what it
-- needs by catalog, object and column.
select d.classid::regclass::text, d.objid, d.objsubid, d.refclassid::regclass::text, d.refobjid, d.refobjsubid, d.deptype::text
from pg_depend d
where d.refobjid >= 16384 and d.deptype in ('n', 'a', 'i')
  and d.classid in ('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass, 'pg_rewrite'::regclass, 'pg_proc'::regclass,
                    'pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_operator'::regclass, 'pg_cast'::regclass)
  and d.refclassid in ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass)
order by 1, 2, 3, 4, 5, 6
