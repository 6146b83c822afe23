-- Casts.
select c.oid, c.castsource, c.casttarget, c.castcontext::text, c.castmethod::text
from pg_cast c
where c.oid >= 16384
order by c.oid
