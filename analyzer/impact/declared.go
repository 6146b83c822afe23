package impact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// elsewhere is a place beside the name at fault that has to change with it.
type elsewhere struct {
	file         string
	line, column int
	what         string
}

// elsewhere are the places that go with a name: the declaration that a library makes it of,
// the field that takes the column, the named parameter that is written to it.
func (j *judge) elsewhere(st *statement, d *diff) []elsewhere {
	var out []elsewhere
	if run, ok := st.text.Declaration(st.sql.Source(d.now.Start)); ok {
		out = append(out, elsewhere{run.File, run.Line, run.Column, "it is declared here"})
	}
	if d.object.Kind != catalog.KindColumn || d.rule != UndefinedColumn || st.base == nil {
		return out
	}
	for _, f := range st.fieldsOf(d.object) {
		out = append(out, elsewhere{f.File, f.Line, f.Column, "the field that takes it is here"})
	}
	for n, c := range st.base.Stores {
		if !sameColumn(c.Origin, d.object) {
			continue
		}
		if at, ok := st.namedParameter(n); ok {
			p := j.place(st.site, st, at)
			out = append(out, elsewhere{p.File, p.Line, p.Column, "its value is here"})
		}
	}
	return out
}

func sameColumn(a, b catalog.Name) bool {
	return a.Schema == b.Schema && a.Name == b.Name && a.Sub == b.Sub
}

// fieldsOf are the fields of structs that take a column of the base's row.
func (st *statement) fieldsOf(column catalog.Name) []usage.Declared {
	var out []usage.Declared
	for i := range st.site.query.Consumers {
		r := rowReader{Consumer: &st.site.query.Consumers[i]}
		if r.Match != usage.ByName {
			continue
		}
		for _, c := range st.base.Columns {
			if !sameColumn(c.Origin, column) {
				continue
			}
			if d := r.destOf(c.Name, []sqlscan.Column{c}); d != nil && d.Declared.File != "" &&
				!slices.Contains(out, d.Declared) {
				out = append(out, d.Declared)
			}
		}
	}
	return out
}

// namedParameter is the offset of a parameter that the code gives a name.
func (st *statement) namedParameter(n int) (offset int, ok bool) {
	number := strconv.Itoa(n)
	for at := 0; at < len(st.sql.SQL); {
		size := max(pgtree.Token(st.sql.SQL[at:]), 1)
		if next := at + size; st.sql.SQL[at:next] == "$" && next < len(st.sql.SQL) &&
			st.sql.SQL[next:next+pgtree.Token(st.sql.SQL[next:])] == number {
			written := st.sql.Source(at)
			return at, written < len(st.text.SQL) && strings.IndexByte(":@", st.text.SQL[written]) >= 0
		}
		at += size
	}
	return 0, false
}

// declarations makes one finding for each other place that names at fault go with: the field
// of a model is what there is to change, and the calls may be many.
func declarations(list []Finding) []Finding {
	type place struct {
		elsewhere
		object string
		rule   Rule
		change string
	}
	var order []place
	worst, calls := map[place]Finding{}, map[place]int{}
	for _, f := range list {
		for _, e := range f.elsewhere {
			p := place{e, f.Object, f.Rule, ""}
			if f.Change != nil {
				p.change = fmt.Sprintf("%s:%d:%d", f.Change.File, f.Change.Line, f.Change.Column)
			}
			if calls[p] == 0 {
				order = append(order, p)
			}
			calls[p]++
			if w, ok := worst[p]; !ok || levelOrder[f.Level] < levelOrder[w.Level] {
				worst[p] = f
			}
		}
	}
	out := make([]Finding, 0, len(order))
	for _, p := range order {
		f := worst[p]
		use := *f.Use
		use.File, use.Line, use.Column, use.Function, use.Declared = p.file, p.line, p.column, "", nil
		use.Excerpt = Excerpt{}
		f.Use, f.elsewhere = &use, nil
		f.Message = fmt.Sprintf("%s; %s, %s", f.Message, p.what, sentBy(calls[p]))
		out = append(out, f)
	}
	return out
}

func sentBy(calls int) string {
	if calls == 1 {
		return "1 call sends it"
	}
	return fmt.Sprintf("%d calls send it", calls)
}
