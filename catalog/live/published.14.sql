-- Tables of publications, as they are up to 14: without lists of columns and filters of rows.
select p.pubname, r.prrelid, '{}'::int2[], '{}'::int2[]
from pg_publication_rel r join pg_publication p on p.oid = r.prpubid
order by 1, 2
