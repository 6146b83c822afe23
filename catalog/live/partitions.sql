-- Keys of partitioned tables; 0 stands for an expression.
select p.partrelid, p.partattrs::int2[]
from pg_partitioned_table p
order by p.partrelid
