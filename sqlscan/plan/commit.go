package plan

import (
	"regexp"
	"strings"

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

// inBlock notes the pending statements that cannot run in a transaction block and are sent in one.
func (r *runner) inBlock(sts []located, u migration.Unit) {
	if !r.pending {
		return
	}
	block := u.InBlock(len(sts))
	for _, l := range sts {
		switch ddl.BoundaryOf(l.st) {
		case ddl.Begin:
			block = true
		case ddl.Commit, ddl.Rollback:
			// What is sent as one text stays together; the transaction of a tool that sends statement by statement is over.
			block = u.Sent == migration.SentWhole && len(sts) > 1
		case ddl.Alone:
			if block && l.unknown == "" {
				r.plan.Failures = append(r.plan.Failures, Failure{Origin: l.origin, SQLSTATE: "25001",
					Message: command(l.st.Text) + " cannot run inside a transaction block"})
			}
		}
	}
}

var concurrently = regexp.MustCompile(
	`(?is)^\s*(create|drop|reindex|alter|refresh)\b.*?\b(index|table|view)\b.*?\bconcurrently\b`)

// command names a statement as the server's message does.
func command(text string) string {
	if m := concurrently.FindStringSubmatch(text); m != nil {
		return strings.ToUpper(m[1] + " " + m[2] + " CONCURRENTLY")
	}
	words := strings.Fields(text)
	return strings.ToUpper(strings.Join(words[:min(2, len(words))], " "))
}
