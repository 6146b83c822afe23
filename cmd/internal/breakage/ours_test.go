package breakage

import (
	"fmt"
	"strings"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/plan"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// verdict is what schemavet says of a case.
type verdict struct {
	findings []impact.Finding
	failures []plan.Failure
	// unbound are names of the old statement that do not bind before the change.
	unbound []impact.Place
	notes   []plan.Note
}

// judge asks schemavet: the setup makes the base, the change is the pending migration, the
// old statement is what the deployed code sends.
func judge(c breakageCase, version int) (verdict, error) {
	base := plan.Compile(catalog.New(version), nil,
		[]migration.Unit{{Name: "setup", File: c.File, Text: c.Setup, NoTransaction: true}}, []string{"public"})
	if len(base.Failures) > 0 {
		f := base.Failures[0]
		return verdict{}, fmt.Errorf("the simulator refuses the setup: %s (SQLSTATE %s): %s", f.Message, f.SQLSTATE,
			f.Origin.Statement)
	}
	p := plan.Compile(base.Last(), nil, []migration.Unit{{Name: "change", File: c.File, Text: c.Change}},
		[]string{"public"})
	old := &usage.Version{Name: "old", Queries: []usage.Query{{Live: true, Texts: []sqltext.Text{{SQL: c.Old}}}}}
	r := impact.Judge(impact.Input{Version: old, Base: p.Base, Steps: p.Steps, SearchPath: c.Path, Role: c.Role})
	return verdict{r.Findings, p.Failures, r.Unbound, append(base.Notes, p.Notes...)}, nil
}

// String lists the findings, the gravest first.
func (v verdict) String() string {
	var parts []string
	for _, f := range v.failures {
		parts = append(parts, "migration "+f.SQLSTATE)
	}
	for _, f := range v.findings {
		s := string(f.Verdict)
		if f.SQLSTATE != "" {
			s += " " + f.SQLSTATE
		}
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// detail lists everything that is said, a line for each.
func (v verdict) detail() string {
	var b strings.Builder
	for _, f := range v.failures {
		fmt.Fprintf(&b, "    refused: %s: %s\n", f.Message, f.Origin.Statement)
	}
	for _, f := range v.findings {
		fmt.Fprintf(&b, "    %s: %s %s (%s)\n", f.Rule, f.Verdict, f.Message, f.Object)
	}
	for _, u := range v.unbound {
		fmt.Fprintf(&b, "    unbound: %s %s\n", u.What, u.SQLSTATE)
	}
	for _, n := range v.notes {
		fmt.Fprintf(&b, "    note: %s\n", n.Message)
	}
	return b.String()
}

// class is how a case's two answers go together.
type class string

const (
	agree      class = "agree"
	miss       class = "missed"
	falseError class = "false error"
	wrongState class = "another SQLSTATE"
	warned     class = "agree, with a warning"
	beyond     class = "beyond analysis"
)

// compare classes what the server and schemavet say.
func compare(c breakageCase, server answer, ours verdict) class {
	if server.Migration != "" {
		return compareFailure(c, server, ours)
	}
	if len(ours.failures) > 0 {
		return falseError
	}
	certain, states := false, map[string]bool{}
	for _, f := range ours.findings {
		certain = certain || f.Level == impact.LevelError
		states[f.SQLSTATE] = true
	}
	switch {
	case server.SQLSTATE != "" && states[server.SQLSTATE]:
		return agree
	case server.SQLSTATE != "" && len(ours.findings) > 0:
		return wrongState
	case server.Differs && len(ours.findings) > 0:
		return agree
	case server.SQLSTATE != "" || server.Differs:
		if c.Undetectable != "" {
			return beyond
		}
		return miss
	case certain:
		return falseError
	case len(ours.findings) > 0:
		return warned
	}
	return agree
}

func compareFailure(c breakageCase, server answer, ours verdict) class {
	switch {
	case len(ours.failures) == 0 && c.Undetectable != "":
		return beyond
	case len(ours.failures) == 0:
		return miss
	case ours.failures[0].SQLSTATE != server.Migration:
		return wrongState
	}
	return agree
}
