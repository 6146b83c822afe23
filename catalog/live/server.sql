-- Which server and database this is.
select current_setting('server_version_num')::int, current_database(), (select c.system_identifier::text from pg_control_system() c),
       pg_is_in_recovery()
