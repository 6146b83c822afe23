-- How many functions and types are in pg_catalog that are not the server's own: some extensions put
-- theirs there.
select (select count(*) from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and p.oid >= 16384)
     + (select count(*) from pg_class c where c.relnamespace = 'pg_catalog'::regnamespace and c.oid >= 16384)
