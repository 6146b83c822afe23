package plan

import (
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// commits groups the statements of a migration by what commits together. A file is one
// transaction, unless it says BEGIN and COMMIT itself, its tool runs it without one, or a
// statement cannot run in one.
func commits(sts []located, u migration.Unit) [][]located {
	var out [][]located
	var open []located
	flush := func() {
		if len(open) > 0 {
			out = append(out, open)
			open = nil
		}
	}
	explicit := false
	// saved is how many statements were open at each savepoint.
	saved := map[string]int{}
	marks := u.Commits
	for _, l := range sts {
		for len(marks) > 0 && l.st.Start >= marks[0] {
			flush()
			marks = marks[1:]
		}
		if l.unknown != "" && l.st.Node == nil {
			open = append(open, l)
			continue
		}
		boundary := ddl.BoundaryOf(l.st)
		switch boundary {
		case ddl.Begin, ddl.Commit:
			flush()
			explicit = boundary == ddl.Begin
		case ddl.Rollback:
			open, explicit = nil, false
		case ddl.Savepoint:
			if name, back := ddl.SavepointOf(l.st); !back {
				saved[name] = len(open)
			} else if n, ok := saved[name]; ok && n <= len(open) {
				open = open[:n]
			}
		default:
			if boundary == ddl.Alone || u.NoTransaction && !explicit {
				flush()
				out = append(out, []located{l})
			} else {
				open = append(open, l)
			}
		}
	}
	flush()
	return out
}
