-- The members of one extension (psql variable ext): class, then the columns of that class.
\set ON_ERROR_STOP 1
create temp table member as
  select classid, objid from pg_depend
  where deptype = 'e' and refclassid = 'pg_extension'::regclass
    and refobjid = (select oid from pg_extension where extname = :'ext');
create temp table line(i serial, t text);
insert into line(t) select concat_ws(E'\t', 'type', t.typname, t.typtype, t.typcategory, t.typispreferred::int, coalesce(b.typname, ''),
    coalesce((select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid), ''))
  from pg_type t left join pg_type b on b.oid = t.typbasetype
  where t.oid in (select objid from member where classid = 'pg_type'::regclass) and t.typelem = 0 or
        t.oid in (select objid from member where classid = 'pg_type'::regclass) and t.typcategory <> 'A'
  order by t.oid;
insert into line(t) select concat_ws(E'\t', 'column', c.relname, c.relkind, a.attname, y.typname, a.attnotnull::int)
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type y on y.oid = a.atttypid
  where c.oid in (select objid from member where classid = 'pg_class'::regclass) and c.relkind in ('r', 'v')
  order by c.relname, a.attnum;
insert into line(t) select concat_ws(E'\t', 'function', p.proname, p.prokind, p.proretset::int, r.typname, p.pronargdefaults,
    coalesce(v.typname, ''),
    coalesce((select string_agg(t.typname, ',' order by u.i)
      from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality u(o, i)
      join pg_type t on t.oid = u.o), ''),
    coalesce(array_to_string(p.proargmodes, ''), ''), coalesce(array_to_string(p.proargnames, ','), ''))
  from pg_proc p join pg_type r on r.oid = p.prorettype
  left join pg_type v on v.oid = p.provariadic and p.provariadic <> 0
  where p.oid in (select objid from member where classid = 'pg_proc'::regclass)
  order by p.proname, p.oid;
insert into line(t) select concat_ws(E'\t', 'operator', o.oprname, coalesce(l.typname, ''), coalesce(r.typname, ''), t.typname)
  from pg_operator o join pg_type t on t.oid = o.oprresult
  left join pg_type l on l.oid = o.oprleft left join pg_type r on r.oid = o.oprright
  where o.oid in (select objid from member where classid = 'pg_operator'::regclass)
  order by o.oprname, o.oid;
insert into line(t) select concat_ws(E'\t', 'cast', s.typname, t.typname, c.castcontext, c.castmethod)
  from pg_cast c join pg_type s on s.oid = c.castsource join pg_type t on t.oid = c.casttarget
  where c.oid in (select objid from member where classid = 'pg_cast'::regclass)
  order by 1;
insert into line(t)
  select concat_ws(E'\t', 'opclass', o.opcname, a.amname, t.typname, o.opcdefault::int)
  from pg_opclass o join pg_am a on a.oid = o.opcmethod join pg_type t on t.oid = o.opcintype
  where o.oid in (select objid from member where classid = 'pg_opclass'::regclass)
  union select concat_ws(E'\t', 'ts_dictionary', dictname) from pg_ts_dict where oid in (select objid from member where classid = 'pg_ts_dict'::regclass)
  union select concat_ws(E'\t', 'language', lanname) from pg_language where oid in (select objid from member where classid = 'pg_language'::regclass)
  union select concat_ws(E'\t', 'schema', nspname) from pg_namespace where oid in (select objid from member where classid = 'pg_namespace'::regclass)
  order by 1;
select t from line order by i;
