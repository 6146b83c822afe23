-- Rewrite rules other than those of views.
select r.oid, r.ev_class, r.rulename, r.ev_type::text, r.is_instead,
       r.ev_qual::text <> '<>', r.ev_enabled = 'D', pg_get_ruledef(r.oid) ~ '\mRETURNING\M', r.ev_action::text = '<>'
from pg_rewrite r
join pg_class c on c.oid = r.ev_class
join pg_namespace n on n.oid = c.relnamespace
where r.rulename <> '_RETURN' and (n.nspname !~ '^pg_' and n.nspname <> 'information_schema' or n.oid = pg_my_temp_schema())
order by r.ev_class, r.rulename
