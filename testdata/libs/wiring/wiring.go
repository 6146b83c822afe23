// Package wiring sets what packages settings and elsewhere declare. It sends nothing.
package wiring

import (
	"database/sql"
	"encoding/json"
	"flag"

	"example.com/libs/elsewhere"
	"example.com/libs/settings"
)

func wire(db *sql.DB, data []byte) *elsewhere.Store {
	elsewhere.Order = "mail"
	elsewhere.Fields = append(elsewhere.Fields, "extra")
	elsewhere.Names["t"] = "people"
	elsewhere.Rewrite = func(s string) string { return s + " LIMIT 1" }
	flag.StringVar(&settings.Table, "table", "users", "")
	settings.Columns[0] = "uid"
	settings.Where = func(column string) string { return column + " IS NULL" }
	settings.Changed.Name = "other"
	settings.Renamed.Rename("other")
	big := settings.Users
	big.Big = true // a copy
	s := elsewhere.New(db)
	s.Prefix = "b_"
	json.Unmarshal(data, &s.Cfg)
	s.Cfg.Hook = func(s string) string { return s + " OFFSET 1" }
	return s
}
