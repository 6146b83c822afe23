-- tern keeps the number that the database is at.
select version::text, false, true from public.schema_version
