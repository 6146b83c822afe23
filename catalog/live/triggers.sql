-- Triggers that people made.
select t.oid, t.tgrelid, t.tgname, t.tgfoid, t.tgtype, t.tgattr::int2[], t.tgenabled = 'D', t.tgqual is not null,
       coalesce(t.tgoldtable, ''), coalesce(t.tgnewtable, '')
from pg_trigger t
where not t.tgisinternal
order by t.tgrelid, t.tgname
