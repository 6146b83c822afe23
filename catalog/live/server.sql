-- Which server and database this is.
select current_setting('server_version_num')::int, current_database()::text, pg_is_in_recovery()
