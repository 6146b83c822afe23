// Package lists prepares what others put into lists.
package lists

import "database/sql"

// List is what to prepare, and for whom.
type List []struct {
	Stmt **sql.Stmt
	SQL  string
}

// Prepare prepares all.
func (l List) Prepare(db *sql.DB) (err error) {
	for _, e := range l {
		if *e.Stmt, err = db.Prepare(e.SQL); err != nil {
			return err
		}
	}
	return nil
}
