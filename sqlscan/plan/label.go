package plan

import (
	"fmt"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// newLabels are the labels that a transaction has added to enums which it did not make: they cannot be used in it
// (check_safe_enum_use in enum.c).
type newLabels struct {
	before *catalog.Schema
	names  map[catalog.Name]bool
	// last is the one that was found to be used.
	last catalog.Name
}

func (n *newLabels) add(effects []catalog.Effect) {
	for _, e := range effects {
		if e.Op != catalog.OpAdd || e.Name.Kind != catalog.KindLabel {
			continue
		}
		if _, old := n.before.Type(e.Name.Schema, e.Name.Name); old {
			n.names[e.Name] = true
		}
	}
}

// usedBy says that a statement uses one: a query by what its literals are bound to, a definition by what they say.
func (n *newLabels) usedBy(l located, s *catalog.Schema, sess ddl.Session) bool {
	if len(n.names) == 0 || l.st.Err != nil || l.unknown != "" {
		return false
	}
	switch kind := l.st.Kind(); {
	case kind.IsQuery():
		for _, o := range sqlscan.Bind(l.st, &sqlscan.Env{Schema: s, SearchPath: sess.SearchPath}).Outcomes {
			if o.Kind == catalog.KindLabel && n.names[o.Object] {
				n.last = o.Object
				return true
			}
		}
	case kind == "AlterTable" || kind == "Create" || kind == "Index" || kind == "View":
		for name := range n.names {
			if hasLiteral(l.st.Text, name.Sub) {
				n.last = name
				return true
			}
		}
	}
	return false
}

func (n *newLabels) message() string {
	return fmt.Sprintf("unsafe use of new value %q of enum type %s", n.last.Sub, n.last.Name)
}

// hasLiteral says that a text has a string that says something.
func hasLiteral(text, says string) bool {
	for pos := 0; pos < len(text); {
		n := max(pgtree.Token(text[pos:]), 1)
		if text[pos:pos+n] == "'"+says+"'" {
			return true
		}
		pos += n
	}
	return false
}
