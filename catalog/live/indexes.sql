-- Indexes. A key with the number 0 is the expression at its place in the last column.
select x.indexrelid, x.indrelid, x.indisunique, x.indisprimary, coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::bool, false),
       not x.indisvalid, m.amname, coalesce(i.inhparent, 0), x.indnkeyatts, x.indkey::int2[],
       coalesce(pg_get_expr(x.indpred, x.indrelid), ''), x.indpred is not null,
       array(select coalesce(pg_get_indexdef(x.indexrelid, k, true), '') from generate_series(1, x.indnkeyatts) k),
       exists (select from pg_constraint c where c.conindid = x.indexrelid and c.contype in ('p', 'u', 'x')), x.indisreplident, x.indisclustered,
       array(select e.extname::text from unnest(x.indclass::oid[]) u(o)
             join pg_depend d on d.classid = 'pg_opclass'::regclass and d.objid = u.o and d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass
             join pg_extension e on e.oid = d.refobjid)
from pg_index x
join pg_class c on c.oid = x.indexrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_am m on m.oid = c.relam
left join pg_inherits i on i.inhrelid = x.indexrelid
where (n.nspname !~ '^pg_' and n.nspname <> 'information_schema' or n.oid = pg_my_temp_schema())
order by x.indexrelid
