-- sql-migrate keeps the names of the files.
select id, false, false from public.gorp_migrations
