-- Publications.
select p.pubname, p.puballtables, p.pubupdate, p.pubdelete,
       array(select s.nspname::text from pg_publication_namespace n join pg_namespace s on s.oid = n.pnnspid where n.pnpubid = p.oid order by 1)
from pg_publication p
order by p.pubname
