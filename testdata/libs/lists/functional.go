package lists

import (
	"database/sql"
	"strings"

	"github.com/samber/lo"
)

func functional(db *sql.DB, desc bool) {
	columns := []string{"id", "name"}
	qualified := lo.Map(columns, func(c string, _ int) string { return "u." + c })
	db.Exec("SELECT " + strings.Join(qualified, ", ") + " FROM users u")             // sends: SELECT u.id, u.name FROM users u
	db.Exec("SELECT id FROM users ORDER BY name " + lo.Ternary(desc, "DESC", "ASC")) // sends: SELECT id FROM users ORDER BY name DESC | SELECT id FROM users ORDER BY name ASC
	db.Exec("SELECT " + strings.Join(lo.Uniq(columns), ", ") + " FROM users")        // sends: SELECT id, name FROM users
	kept := lo.Filter(columns, func(c string, _ int) bool { return !desc || c != "id" })
	db.Exec("SELECT 1, " + strings.Join(kept, ", ") + " FROM users") // sends: SELECT 1, id, name FROM users | SELECT 1, id FROM users | SELECT 1, name FROM users | SELECT 1, FROM users
}
