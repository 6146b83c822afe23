-- Tables of publications: publication, table, columns, whether rows are filtered.
select p.pubname, r.prrelid, coalesce(r.prattrs::int2[], '{}'),
       array(select d.refobjsubid::int2 from pg_depend d
             where d.classid = 'pg_publication_rel'::regclass and d.objid = r.oid and r.prqual is not null
               and d.refclassid = 'pg_class'::regclass and d.refobjid = r.prrelid and d.refobjsubid > 0 order by 1)
from pg_publication_rel r join pg_publication p on p.oid = r.prpubid
order by 1, 2
