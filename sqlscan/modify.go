package sqlscan

import (
	"fmt"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// update binds UPDATE in the order of transformUpdateStmt: the assignments come last.
func (b *binder) update(l *level, s *pg_query.UpdateStmt) ([]Column, bool) {
	b.with(l, s.WithClause)
	w := b.target(s.Relation)
	w.item.lateralOnly = true
	l.items = append(l.items, w.item)
	b.from(l, s.FromClause)
	if s.WhereClause != nil {
		b.boolean(b.expr(l, s.WhereClause), "WHERE")
	}
	cols, unknown := b.returning(l, w, s.ReturningList)
	b.writable(l, w, 'u', len(s.ReturningList) > 0)
	b.assignments(l, s.TargetList, w)
	b.guard(b.updateChange(w, s.TargetList))
	return cols, unknown
}

// updateChange is what SET writes to the table behind its target.
func (b *binder) updateChange(w write, list []*pg_query.Node) change {
	c := change{w: w, event: 'u', set: map[int16]bool{}}
	if w.rel == nil || insteadRule(w.rel, 'u') != nil {
		return c
	}
	base, num := b.writtenBase(w.rel)
	if base == nil {
		return c
	}
	c.base = base
	for _, n := range list {
		if col := w.rel.Column(n.GetResTarget().GetName()); col != nil {
			c.set[num(col.Num)] = true
		}
	}
	return c
}

// assignments binds SET: first the values, then the columns (transformUpdateTargetList).
func (b *binder) assignments(l *level, list []*pg_query.Node, w write) {
	w = b.writes(w, catalog.MayUpdate)
	values := make([]value, len(list))
	toDefault := make([]bool, len(list))
	var row []value
	var nodes []*pg_query.Node
	for i, n := range list {
		toDefault[i] = n.GetResTarget().GetVal().GetSetToDefault() != nil
		val := n.GetResTarget().GetVal()
		if multi := val.GetMultiAssignRef(); multi != nil {
			if multi.Colno == 1 {
				row, nodes = b.multiSource(l, multi), multi.Source.GetRowExpr().GetArgs()
			}
			toDefault[i] = int(multi.Colno) <= len(nodes) && nodes[multi.Colno-1].GetSetToDefault() != nil
			if n := int(multi.Colno) - 1; n < len(row) {
				values[i] = row[n]
			}
			continue
		}
		values[i] = b.expr(l, val)
	}
	seen := assigned{}
	for i, n := range list {
		rt := n.GetResTarget()
		at := b.at(rt.GetLocation())
		if multi := rt.GetVal().GetMultiAssignRef(); multi != nil {
			at = b.find(b.at(rt.GetLocation()), rt.GetName())
		}
		c := b.writeColumn(w, rt.GetName(), at, "column %q of relation %q does not exist")
		if c == nil {
			continue
		}
		b.assignedField(c, rt.GetIndirection(), at)
		if len(rt.GetIndirection()) == 0 {
			if toDefault[i] {
				values[i].isNull = b.baseColumn(w, c).Default == nil && c.Default == nil
				values[i].typ = c.Type
				b.toDefault(w, c, at)
			}
			b.store(w, c, values[i])
			if !hasInsteadTrigger(w.rel, 'u') && insteadRule(w.rel, 'u') == nil {
				b.assignedOnce(w, c, at, seen)
			}
		}
		b.viewColumn(w, c, at, "cannot update column %q of view %q")
		if under := b.baseColumn(w, c); (under.Generated || under.Identity == 'a') && !toDefault[i] {
			b.notWritable(w, c, at, fmt.Sprintf("column %q can only be updated to DEFAULT", c.Name))
		}
	}
}

// assignedField looks up the field of SET column.field (transformAssignmentIndirection).
func (b *binder) assignedField(c *catalog.Column, path []*pg_query.Node, at int) {
	if len(path) == 0 || path[0].GetString_() == nil {
		return
	}
	field := path[0].GetString_().Sval
	row, ok := b.env.Schema.RowColumns(c.Type.ID)
	b.looksType(c.Type.ID)
	o := Outcome{Start: at, End: b.nameEnd(at, 1), Kind: catalog.KindColumn, Fact: Field, Text: field, Name: field,
		Object: catalog.Name{Kind: catalog.KindColumn, Name: c.Name, Sub: field}}
	switch {
	case c.Type.ID == 0:
		return
	case !ok:
		o.State, o.SQLSTATE, o.Message = Failed, "42804",
			fmt.Sprintf("cannot assign to field %q of column %q because its type is not a composite type", field, c.Name)
	case !slices.ContainsFunc(row, func(x catalog.Column) bool { return x.Name == field }):
		o.State, o.SQLSTATE, o.Message = Failed, "42703",
			fmt.Sprintf("cannot assign to field %q of column %q because there is no such column in its type", field, c.Name)
	}
	b.note(o)
}

// toDefault notes what SET c = DEFAULT gives.
func (b *binder) toDefault(w write, c *catalog.Column, at int) {
	how := ByDefault
	if t, ok := b.env.Schema.TypeByID(c.Type.ID); c.Default == nil && c.Identity == 0 &&
		!(ok && t.Kind == catalog.DomainType && t.HasDefault) {
		how = ByNull
		if c.NotNull || b.baseColumn(w, c).NotNull {
			how = ByRefusedNull
		}
	}
	name := catalog.Name{Kind: catalog.KindColumn, Schema: w.rel.Schema, Name: w.rel.Name, Sub: c.Name}
	b.note(Outcome{Start: at, End: at, Kind: catalog.KindColumn, Fact: LeftOut, Number: int64(c.Num), Name: c.Name,
		Phase: RunPhase, Object: name, Origin: name, Meaning: Filling{By: how}})
}

// multiSource binds the right side of (a, b) = …: a row, or a query with as many columns. It
// returns the values by position.
func (b *binder) multiSource(l *level, m *pg_query.MultiAssignRef) []value {
	sub := m.Source.GetSubLink()
	if sub == nil {
		v := b.expr(l, m.Source)
		if v.elems != nil && len(v.elems) != int(m.Ncolumns) {
			b.fail(v.at, "row", "42601", "number of columns does not match number of values")
		}
		return v.elems
	}
	below := &level{parent: l}
	cols, unknown := b.query(below, sub.Subselect)
	b.singleRow(below, sub.Subselect.GetSelectStmt(), b.at(sub.Location), SubqueryRow)
	if !unknown && len(cols) != int(m.Ncolumns) {
		b.fail(b.at(sub.Location), "subquery", "42601", "number of columns does not match number of values")
	}
	var out []value
	for _, c := range cols {
		out = append(out, columnValue(c, b.at(sub.Location)))
	}
	return out
}

// delete binds DELETE.
func (b *binder) delete(l *level, s *pg_query.DeleteStmt) ([]Column, bool) {
	b.with(l, s.WithClause)
	w := b.target(s.Relation)
	w = b.writes(w, catalog.MayDelete)
	b.writable(l, w, 'd', len(s.ReturningList) > 0)
	w.item.lateralOnly = true
	l.items = append(l.items, w.item)
	b.from(l, s.UsingClause)
	if s.WhereClause != nil {
		b.boolean(b.expr(l, s.WhereClause), "WHERE")
	}
	if w.rel != nil && insteadRule(w.rel, 'd') == nil {
		base, _ := b.writtenBase(w.rel)
		b.guard(change{w: w, base: base, event: 'd'})
	}
	return b.returning(l, w, s.ReturningList)
}

// merge binds MERGE (transformMergeStmt).
func (b *binder) merge(l *level, s *pg_query.MergeStmt) {
	b.with(l, s.WithClause)
	w := b.target(s.Relation)
	b.ruled(w, "iud", "MERGE is not supported for relations with rules")
	if server := b.env.Schema.Server; w.rel != nil && w.rel.Kind == catalog.View && server > 0 && server < 17 {
		b.note(Outcome{Start: w.at, End: b.nameEnd(w.at, 1), Kind: catalog.KindRelation, Fact: Unfit, Text: "merge",
			State:    Failed,
			SQLSTATE: "0A000",
			Message:  fmt.Sprintf("cannot execute MERGE on relation %q", w.rel.Name),
			Object:   catalog.Name{Kind: catalog.KindRelation, Schema: w.rel.Schema, Name: w.rel.Name}})
	}
	_, source := b.fromItem(l, s.SourceRelation)
	both := append([]*item{w.item}, source...)
	b.conflicts([]*item{w.item}, source, w.at)
	l.items = both
	b.boolean(b.expr(l, s.JoinCondition), "ON")
	b.mergedOnce(s, source, w.at)
	for _, n := range s.MergeWhenClauses {
		b.mergeWhen(l, n.GetMergeWhenClause(), w, source)
	}
}

func (b *binder) mergeWhen(l *level, c *pg_query.MergeWhenClause, w write, source []*item) {
	sub := &level{parent: l.parent, ctes: l.ctes, items: slices.Clone(l.items)}
	if !c.Matched {
		sub.items = source
	}
	b.boolean(b.expr(sub, c.Condition), "WHEN")
	switch c.CommandType {
	case pg_query.CmdType_CMD_UPDATE:
		b.assignments(sub, c.TargetList, w)
		b.guard(b.updateChange(w, c.TargetList))
	case pg_query.CmdType_CMD_DELETE:
		w = b.writes(w, catalog.MayDelete)
		if w.rel != nil {
			base, _ := b.writtenBase(w.rel)
			b.guard(change{w: w, base: base, event: 'd'})
		}
	case pg_query.CmdType_CMD_INSERT:
		w = b.writes(w, catalog.MayInsert)
		ins := &pg_query.InsertStmt{Cols: c.TargetList, Override: c.Override}
		cols := b.insertColumns(w, ins)
		g := given{count: len(c.Values), at: w.at, defaults: make([]bool, len(c.Values))}
		for i, n := range c.Values {
			v := b.expr(sub, n)
			if i < len(cols) && cols[i].col != nil && !cols[i].part {
				b.store(w, cols[i].col, v)
			}
			g.defaults[i] = n.GetSetToDefault() != nil
		}
		if len(c.Values) > 0 {
			ins.SelectStmt = &pg_query.Node{}
		}
		b.insertCount(ins, w, cols, g)
		b.generated(w, cols, g, c.Override)
		g.conditional = true
		b.required(w, cols, g)
		b.guard(b.insertChange(w, cols, g))
	}
}

// copyStmt binds COPY.
func (b *binder) copyStmt(l *level, s *pg_query.CopyStmt) {
	if s.Query != nil {
		b.statement(s.Query)
		b.Command = pgtree.Copy
		return
	}
	w := b.writes(b.target(s.Relation), catalog.MaySelect)
	if s.IsFrom {
		w = b.writes(w, catalog.MayInsert)
	}
	at := b.nameEnd(w.at, 1)
	var cols []insertColumn
	for _, name := range strs(s.Attlist) {
		at = b.find(at, name)
		cols = append(cols, insertColumn{col: b.writeColumn(w, name, at, "column %q of relation %q does not exist"), at: at,
			hole: sqltext.IsHole(name)})
		at = b.nameEnd(at, 1)
	}
	if s.WhereClause != nil {
		b.expr(&level{parent: l, items: []*item{w.item}}, s.WhereClause)
	}
	if w.rel == nil {
		return
	}
	if w.rel.Kind == catalog.View && s.IsFrom && hasInsteadTrigger(w.rel, 'i') {
		return
	}
	if !w.rel.IsTable() {
		b.note(Outcome{Start: w.at, End: b.nameEnd(w.at, 1), Kind: catalog.KindRelation, Fact: Unfit, Text: "copy",
			State:    Failed,
			SQLSTATE: "42809",
			Message:  fmt.Sprintf("cannot copy %s %q", w.rel.Kind, w.rel.Name)})
		return
	}
	if w.rel.Kind == catalog.Partitioned && !s.IsFrom {
		b.note(Outcome{Start: w.at, End: b.nameEnd(w.at, 1), Kind: catalog.KindRelation, Fact: Unfit, Text: "copy",
			State:    Failed,
			SQLSTATE: "42809", Phase: RunPhase,
			Message: fmt.Sprintf("cannot copy from partitioned table %q", w.rel.Name)})
	}
	b.copyColumns(s, w, cols)
}

// copyRow is what the rows of a COPY without a list must look like: the number of columns, and
// their names where the header must match.
func copyRow(s *pg_query.CopyStmt, cols []insertColumn) CopyRow {
	row := CopyRow{From: s.IsFrom, Columns: len(cols)}
	for _, n := range s.Options {
		if d := n.GetDefElem(); d.GetDefname() == "header" && strings.EqualFold(d.GetArg().GetString_().GetSval(), "match") {
			for _, c := range cols {
				row.Header = append(row.Header, c.col.Name)
			}
		}
	}
	return row
}

// copyColumns notes what COPY reads or writes: by position, without generated columns.
func (b *binder) copyColumns(s *pg_query.CopyStmt, w write, cols []insertColumn) {
	if len(s.Attlist) == 0 {
		for i := range w.rel.Columns {
			c := &w.rel.Columns[i]
			if c.Generated {
				continue
			}
			name := catalog.Name{Kind: catalog.KindColumn, Schema: w.rel.Schema, Name: w.rel.Name, Sub: c.Name}
			b.note(Outcome{Start: w.at, End: b.nameEnd(w.at, 1), Kind: catalog.KindColumn,
				Fact: Position, Number: int64(len(cols) + 1),
				Name: c.Name, Object: name, Origin: name, Place: w.item.num, Type: c.Type,
				Ref: catalog.Dep{Class: catalog.ClassRelation, ID: w.rel.ID, Column: c.Num}})
			cols = append(cols, insertColumn{col: c, at: w.at})
		}
	} else {
		for _, ic := range cols {
			if ic.col != nil && ic.col.Generated {
				b.note(Outcome{Start: ic.at, End: b.nameEnd(ic.at, 1), Kind: catalog.KindColumn, Fact: GeneratedColumn,
					Name: ic.col.Name, State: Failed,
					SQLSTATE: "42P10", Message: fmt.Sprintf("column %q is a generated column", ic.col.Name),
					Object: catalog.Name{Kind: catalog.KindColumn, Schema: w.rel.Schema, Name: w.rel.Name, Sub: ic.col.Name}})
			}
		}
	}
	if len(s.Attlist) == 0 {
		b.note(Outcome{Start: w.at, End: b.nameEnd(w.at, 1), Kind: catalog.KindRelation, Fact: CopyColumns,
			Name: w.rel.Name, Phase: RunPhase,
			Object:  catalog.Name{Kind: catalog.KindRelation, Schema: w.rel.Schema, Name: w.rel.Name},
			Meaning: copyRow(s, cols)})
	}
	if s.IsFrom {
		for _, c := range cols {
			if c.col != nil {
				b.nulls(w, w.rel, c.col.Num, value{isParam: true}, w.at)
			}
		}
		b.required(w, cols, given{count: len(cols)})
		c := b.insertChange(w, cols, given{count: len(cols)})
		b.guard(c)
	}
}
