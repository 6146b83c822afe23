-- goose adds a row for every up and every down; the last one of a version counts.
select version_id::text, false, false
from (select distinct on (version_id) version_id, is_applied from public.goose_db_version order by version_id, id desc) v
where is_applied and version_id > 0
