-- Keys of partitioned tables; 0 stands for an expression. All columns that a key reads depend
-- on their table as parts of it.
select p.partrelid, p.partstrat::text, p.partattrs::int2[],
       array(select d.objsubid::int2 from pg_depend d
             where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.objid = p.partrelid
               and d.refobjid = p.partrelid and d.objsubid > 0 and d.refobjsubid = 0 and d.deptype = 'i')
from pg_partitioned_table p
order by p.partrelid
