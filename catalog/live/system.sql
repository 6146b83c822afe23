-- Which cluster this is. Some hosts refuse it.
select c.system_identifier::text from pg_control_system() c
