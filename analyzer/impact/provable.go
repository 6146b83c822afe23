package impact

import (
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Provable is a statement that a server can be asked about.
type Provable struct {
	// Site is the call that sends it.
	Site usage.Site
	// Text is the query as the code has it, SQL the one statement with $n for its
	// placeholders.
	Text, SQL string
}

// Provables lists the statements of a version whose texts are known whole. Only those that
// PREPARE takes are among them.
func Provables(v *usage.Version) []Provable {
	j := &judge{Input: Input{Version: v}, report: &Report{Version: v}, parsed: map[string]*sqltext.Parsed{}}
	var out []Provable
	for _, s := range j.sites() {
		if s.partial != "" {
			continue
		}
		for _, st := range s.stmts {
			if len(s.query.Texts) > 0 && len(st.sql.Statements) == 1 && st.st.Kind().IsQuery() && len(st.text.Holes) == 0 {
				out = append(out, Provable{s.query.Site, st.text.SQL, st.st.Text})
			}
		}
	}
	return out
}
