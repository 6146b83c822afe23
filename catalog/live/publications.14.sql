-- Publications, as they are up to 14: none of whole schemas.
select p.pubname, p.puballtables, p.pubupdate, p.pubdelete, '{}'::text[]
from pg_publication p
order by p.pubname
