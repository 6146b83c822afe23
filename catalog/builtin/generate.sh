#!/bin/sh
# Writes the built-in catalog (*.tsv) and the members of contrib's extensions
# (extension/*.tsv) as the server reached through the PG* variables has them.
# usage: generate.sh            (a superuser; makes and drops the database schemavet_builtin)
set -eu
cd "$(dirname "$0")"
psql="psql -X -q -v ON_ERROR_STOP=1"
for name in types relations functions operators casts opclasses names; do
  $psql -d template1 -f "$name.sql" > "$name.tsv"
done
mkdir -p extension
rm -f extension/*.tsv
for ext in $($psql -d template1 -At -c "select name from pg_available_extensions where name <> 'plpgsql' order by 1"); do
  $psql -d template1 -c 'drop database if exists schemavet_builtin' -c 'create database schemavet_builtin' 2>/dev/null
  if $psql -d schemavet_builtin -c "create extension \"$ext\" cascade" 2>/dev/null; then
    $psql -d schemavet_builtin -At -v ext="$ext" -f extension.sql > "extension/$ext.tsv"
    $psql -d schemavet_builtin -At -c "select string_agg(r, ',') from pg_available_extension_versions v, unnest(v.requires) r where v.name = '$ext' and v.installed" |
      sed -n 's/^\(..*\)$/requires\t\1/p' >> "extension/$ext.tsv"
  else
    echo "generate.sh: no data for extension $ext" >&2
  fi
done
$psql -d template1 -c 'drop database if exists schemavet_builtin'
