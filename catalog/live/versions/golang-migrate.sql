-- golang-migrate keeps one row: the version that the database is at, and whether it got there.
select version::text, dirty, true from public.schema_migrations
