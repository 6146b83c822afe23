// Package elsewhere sends what is declared here and set by package wiring.
package elsewhere

import (
	"database/sql"
	"strings"

	"example.com/libs/settings"
)

var Order = "name"

var Fields = []string{"id"}

var Names = map[string]string{"t": "users"}

var Rewrite = func(s string) string { return s }

type Config struct {
	Table string
	Cols  []string
	Hook  func(string) string
}

type Store struct {
	DB     *sql.DB
	Prefix string
	Cfg    Config
	Own    Config
}

func New(db *sql.DB) *Store {
	same := func(s string) string { return s }
	return &Store{DB: db, Prefix: "a_", Cfg: Config{Table: "users", Cols: []string{"id"}, Hook: same}}
}

func (s *Store) all() {
	s.DB.Exec("SELECT 1 FROM a ORDER BY " + Order)                         // sends: SELECT 1 FROM a ORDER BY name | SELECT 1 FROM a ORDER BY mail
	s.DB.Exec("SELECT " + strings.Join(Fields, ",") + " FROM b")           // sends: SELECT § FROM b
	s.DB.Exec("SELECT 1 FROM " + Names["t"])                               // sends: SELECT 1 FROM §
	s.DB.Exec(Rewrite("SELECT 1 FROM d"))                                  // sends: opaque
	s.DB.Exec("SELECT 1 FROM " + s.Prefix + "e")                           // sends: SELECT 1 FROM a_e | SELECT 1 FROM b_e
	s.DB.Exec("SELECT 1 FROM " + s.Cfg.Table)                              // sends: SELECT 1 FROM users | SELECT 1 FROM §
	s.DB.Exec("SELECT " + strings.Join(s.Cfg.Cols, ",") + " FROM g")       // sends: SELECT § FROM g
	s.DB.Exec(s.Cfg.Hook("SELECT 1 FROM h"))                               // sends: opaque
	s.DB.Exec("SELECT 1 FROM " + settings.Table)                           // sends: SELECT 1 FROM users | SELECT 1 FROM §
	s.DB.Exec("SELECT " + strings.Join(settings.Columns, ",") + " FROM j") // sends: SELECT § FROM j
	s.DB.Exec("SELECT 1 FROM k WHERE " + settings.Where("k"))              // sends: SELECT 1 FROM k WHERE §
	s.DB.Exec("SELECT 1 FROM " + settings.Untouched)                       // sends: SELECT 1 FROM audit

	s.DB.Exec("DELETE FROM " + settings.Users.Name)   // sends: DELETE FROM users
	s.DB.Exec("DELETE FROM " + settings.Changed.Name) // sends: DELETE FROM §
	s.DB.Exec("DELETE FROM " + settings.Renamed.Name) // sends: DELETE FROM §
	s.read(settings.Users)
	s.read(settings.Teams)
	s.ordered(settings.Users, "id")                    // sends: SELECT 1 FROM § ORDER BY id
	s.ordered(settings.Described{Name: Order}, "name") // sends: SELECT 1 FROM § ORDER BY name
	s.sorted(settings.Described{}, "mail")             // sends: SELECT 1 FROM sorted ORDER BY mail
	s.mixed(settings.Teams)
	s.mixed(settings.Described{Name: Order})
}

func (s *Store) read(t settings.Described) {
	s.DB.Exec("SELECT " + strings.Join(t.Columns, ",") + " FROM " + t.Name) // sends: SELECT id,name FROM users | SELECT id,title FROM teams
}

// ordered is given a description, and another value; its callers say by what.
func (s *Store) ordered(t settings.Described, by string) {
	s.DB.Exec("SELECT 1 FROM " + t.Name + " ORDER BY " + by) // sends: SELECT 1 FROM users ORDER BY id | SELECT 1 FROM § ORDER BY name | SELECT 1 FROM § ORDER BY §
}

// sorted is given none.
func (s *Store) sorted(_ settings.Described, by string) {
	s.DB.Exec("SELECT 1 FROM sorted ORDER BY " + by)
}

// mixed is given a description by one call alone.
func (s *Store) mixed(t settings.Described) {
	s.DB.Exec("SELECT 1 FROM mixed, " + t.Name) // sends: SELECT 1 FROM mixed, teams | SELECT 1 FROM mixed, §
}
