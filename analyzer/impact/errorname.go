package impact

import (
	"fmt"
	"slices"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
)

// errorNames finds constraints that the version knows by name from the server's errors, and
// that have another name later: the error still comes, and nothing recognises it.
func (j *judge) errorNames() {
	for _, n := range j.Version.ErrorNames {
		rel, was, ok := j.constraintNamed(n.Name)
		if !ok {
			continue
		}
		for i := range j.Steps {
			step := &j.Steps[i]
			to, renamed := renamedConstraint(step.After, rel, was, violations(j.Base, rel))
			if !renamed {
				continue
			}
			j.report.Findings = append(j.report.Findings, j.errorNameFinding(n, rel, to, j.renamer(step, rel, was)))
			break
		}
	}
}

// violated is what a row can violate: a constraint, or a unique index without one.
type violated struct {
	name    string
	kind    catalog.ConstraintKind
	columns []int16
	index   catalog.ID
}

// violations lists what rows of a table can violate under a name.
func violations(s *catalog.Schema, r *catalog.Relation) []violated {
	var out []violated
	for _, c := range r.Constraints {
		out = append(out, violated{c.Name, c.Kind, c.Columns, c.Index})
	}
	for _, x := range s.Indexes(r.ID) {
		if x.Index.Unique && !slices.ContainsFunc(out, func(v violated) bool { return v.index == x.ID }) {
			v := violated{name: x.Name, kind: catalog.Unique, index: x.ID}
			for _, k := range x.Index.Keys {
				v.columns = append(v.columns, k.Column)
			}
			out = append(out, v)
		}
	}
	return out
}

// constraintNamed finds what has the name in the base, if just one table has it.
func (j *judge) constraintNamed(name string) (*catalog.Relation, violated, bool) {
	var rel *catalog.Relation
	var found violated
	for _, r := range j.Base.Relations() {
		if !r.IsTable() {
			continue
		}
		for _, v := range violations(j.Base, r) {
			if v.name != name {
				continue
			}
			if rel != nil {
				return nil, violated{}, false
			}
			rel, found = r, v
		}
	}
	return rel, found, rel != nil
}

// renamedConstraint says under which new name the same thing is violated later, when nothing
// of the table has the old one.
func renamedConstraint(s *catalog.Schema, rel *catalog.Relation, was violated, before []violated) (string, bool) {
	now, ok := s.RelationByID(rel.ID)
	if !ok {
		return "", false
	}
	list := violations(s, now)
	if slices.ContainsFunc(list, func(v violated) bool { return v.name == was.name }) {
		return "", false
	}
	for _, v := range list {
		if slices.ContainsFunc(before, func(o violated) bool { return o.name == v.name }) {
			continue
		}
		if v.kind == was.kind && slices.Equal(v.columns, was.columns) || v.index != 0 && v.index == was.index {
			return v.name, true
		}
	}
	return "", false
}

// renamer is the last statement of the step before which the old name was there.
func (j *judge) renamer(step *catalog.Step, rel *catalog.Relation, was violated) *catalog.Origin {
	for k := len(step.Changes) - 1; k >= 0; k-- {
		if r, ok := step.Changes[k].Before.RelationByID(rel.ID); ok {
			if slices.ContainsFunc(violations(step.Changes[k].Before, r), func(v violated) bool { return v.name == was.name }) {
				return &step.Changes[k].Origin
			}
		}
	}
	return nil
}

func (j *judge) errorNameFinding(n usage.ErrorName, rel *catalog.Relation, to string, change *catalog.Origin) Finding {
	target := catalog.Name{Kind: catalog.KindConstraint, Schema: rel.Schema, Name: rel.Name, Sub: n.Name}
	f := Finding{Rule: UndefinedObject, Verdict: Corrupts, Level: LevelError, Change: change, Object: target.String(),
		Target: target, Site: n.Site,
		Message: fmt.Sprintf("errors of constraint %q now name %q: this comparison no longer holds", n.Name, to),
		Advice:  "Deploy code that knows both names first, or keep the name.",
		Use: &Use{Version: j.Version.Name, File: n.Site.File, Line: n.Site.Line, Column: n.Site.Column,
			Function: n.Site.Function, API: n.Site.API}}
	if !n.Live {
		f.Level = LevelWarning
		f.Message += " (nothing reaches this code)"
	}
	return f
}
