-- maragu.dev/migrate keeps the version that the database is at.
select version, false, true from public.migrations
