-- One row a cast: source, target, context (e explicit, a assignment, i implicit), method.
copy (
  select s.typname, t.typname, c.castcontext, c.castmethod
  from pg_cast c join pg_type s on s.oid = c.castsource join pg_type t on t.oid = c.casttarget
  order by 1, 2
) to stdout
