-- Other built-in names by kind: collations, text search objects, languages, access methods.
copy (
  select 'collation', collname from pg_collation where collnamespace = 'pg_catalog'::regnamespace
  union select 'ts_config', cfgname from pg_ts_config where cfgnamespace = 'pg_catalog'::regnamespace
  union select 'ts_dictionary', dictname from pg_ts_dict where dictnamespace = 'pg_catalog'::regnamespace
  union select 'ts_parser', prsname from pg_ts_parser where prsnamespace = 'pg_catalog'::regnamespace
  union select 'ts_template', tmplname from pg_ts_template where tmplnamespace = 'pg_catalog'::regnamespace
  union select 'language', lanname from pg_language
  union select 'access_method', amname from pg_am
  order by 1, 2
) to stdout
