package migration

import (
	"fmt"
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// Behind tells what the tool of the set would run on a database on which other units have run, in their order: those
// of a deployed version. never are the units that it would neither run nor has run, with the reason: others stand
// where they belong, or have overtaken them.
func (s *Set) Behind(ran []Unit) (p Pending, never []Note, err error) {
	t := toolNamed(s.Format)
	if len(ran) == 0 {
		return Pending{Units: s.Units}, nil, nil
	}
	ran = slices.SortedStableFunc(slices.Values(ran), t.compare)
	h := catalog.History{Table: t.history.table}
	for _, u := range ran {
		if !u.Repeatable {
			h.Rows = append(h.Rows, t.row(s, u))
		}
	}
	if t.history.position && len(h.Rows) > 0 {
		h.Rows = h.Rows[len(h.Rows)-1:]
	}
	if p, err = t.history.rule(s, h); err != nil {
		return p, nil, err
	}
	for _, u := range s.Units {
		if !u.Repeatable && !u.Checkpoint && !contains(p.Units, u) && !slices.ContainsFunc(ran, u.isOf) {
			never = append(never, Note{u.File, t.overtaken(u, ran)})
		}
	}
	return p, never, nil
}

// row is what the tool notes of a unit that has run.
func (t *tool) row(s *Set, u Unit) catalog.Ran {
	switch t.name {
	case "flyway":
		return catalog.Ran{Version: u.Version, Name: u.Name + ".sql", Kind: "SQL"}
	case "sqitch":
		return catalog.Ran{Version: u.Version, Name: u.Name, Kind: s.Project}
	case "sql-migrate":
		if s.List != "" {
			return catalog.Ran{Version: u.Name, Name: u.Name}
		}
		return catalog.Ran{Version: u.Name + ".sql", Name: u.Name}
	}
	return catalog.Ran{Version: u.Version, Name: u.Name}
}

// isOf says that a unit is what has run under that name and version, or with that content.
func (u Unit) isOf(ran Unit) bool {
	return u.Version == ran.Version && u.Name == ran.Name || ran.Text != "" && u.Digest() == ran.Digest()
}

func contains(units []Unit, u Unit) bool {
	return slices.ContainsFunc(units, func(o Unit) bool {
		return o.File == u.File && o.Version == u.Version && o.Name == u.Name
	})
}

// overtaken is why the tool does not run a unit.
func (t *tool) overtaken(u Unit, ran []Unit) string {
	if i := indexOf(ran, func(r Unit) bool { return t.compare(r, u) == 0 || r.Version == u.Version }); i >= 0 {
		return fmt.Sprintf("%s never runs %s: %s has run, which has its version", t.name, u.Name, ran[i].Name)
	}
	return fmt.Sprintf("%s never runs %s: %s has run, and it goes on from there", t.name, u.Name, ran[len(ran)-1].Name)
}
