-- dbmate keeps the versions.
select version, false, false from public.schema_migrations
