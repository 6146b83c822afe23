-- Parents of tables, in their order.
select i.inhrelid, i.inhparent
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where c.relkind in ('r', 'p', 'f')
order by i.inhrelid, i.inhseqno
