package sqlscan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
)

// What the executor checks of a written row depends on data: constraints, domains, triggers,
// partitions. Each is noted as Possible, under a name that a rename of the constraint does not
// change, so that a later state in which there is one more differs from the base.

// change is a write as the guards look at it.
type change struct {
	w     write
	base  *catalog.Relation
	event byte // 'i', 'u' or 'd'
	// set are the columns of base that get a value; of an INSERT that may be all.
	set map[int16]bool
	// arbiter is the index that ON CONFLICT names, ignored says DO NOTHING without one.
	arbiter catalog.ID
	ignored bool
}

// possible notes something that may happen when the statement runs.
func (b *binder) possible(at int, kind catalog.Kind, part, sqlstate, message string, object catalog.Name) {
	b.note(Outcome{Start: at, End: at, Kind: kind, Part: part, State: Possible, Phase: RunPhase, SQLSTATE: sqlstate, Message: message, Object: object})
}

func (b *binder) guard(c change) {
	if c.base == nil || c.base.ID == 0 {
		return
	}
	b.guardCheckOption(c)
	if c.event != 'd' {
		b.guardChecks(c)
		b.guardKeys(c)
		b.guardForeignKeys(c)
		b.guardPartitions(c)
		b.guardDomains(c)
	}
	if c.event != 'i' {
		b.guardReferences(c)
	}
	b.triggers(c)
}

// guardCheckOption notes that a row written through a view must be one that the view shows.
func (b *binder) guardCheckOption(c change) {
	for rel := c.w.rel; rel != nil && rel.View != nil && c.event != 'd'; rel, _ = b.env.Schema.RelationByID(rel.View.Base) {
		if rel.View.CheckOption {
			b.possible(c.w.at, catalog.KindConstraint, "check option "+rel.View.SQL, "44000", fmt.Sprintf("new row may violate check option for view %q", rel.Name),
				catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name})
		}
	}
}

func conName(r *catalog.Relation, name string) catalog.Name {
	return catalog.Name{Kind: catalog.KindConstraint, Schema: r.Schema, Name: r.Name, Sub: name}
}

func (c change) touches(cols []int16) bool {
	return c.event == 'i' || slices.ContainsFunc(cols, func(n int16) bool { return c.set[n] })
}

func (b *binder) guardChecks(c change) {
	for _, con := range c.base.Constraints {
		if con.Kind != catalog.Check || !c.touches(con.Columns) && !con.NotValid || con.Expr == nil {
			continue
		}
		b.possible(c.w.at, catalog.KindConstraint, "check "+strings.Join(textConjuncts(con.Expr.SQL), " AND "), "23514",
			fmt.Sprintf("a row may violate check constraint %q of relation %q", con.Name, c.base.Name), conName(c.base, con.Name))
		for _, d := range con.Expr.Deps {
			b.calledBy(d, c.w.at)
		}
	}
}

// calledBy binds the body of a function that a default, check or view calls.
func (b *binder) calledBy(d catalog.Dep, at int) {
	if d.Class != catalog.ClassFunction {
		return
	}
	if f, ok := b.env.Schema.FunctionByID(d.ID); ok {
		b.body(f, at, nil)
	}
}

// guardKeys notes unique and exclusion constraints and unique indexes.
func (b *binder) guardKeys(c change) {
	for _, x := range b.env.Schema.Indexes(c.base.ID) {
		i := slices.IndexFunc(c.base.Constraints, func(con catalog.Constraint) bool { return con.Index == x.ID })
		exclusion := i >= 0 && c.base.Constraints[i].Kind == catalog.Exclusion
		if !x.Index.Unique && !exclusion || x.ID == c.arbiter || !c.touches(keyNums(x.Index)) {
			continue
		}
		state, message := "23505", fmt.Sprintf("a row may violate unique constraint %q", x.Name)
		if exclusion {
			state, message = "23P01", fmt.Sprintf("a row may violate exclusion constraint %q", x.Name)
		}
		if c.ignored {
			state, message = "", fmt.Sprintf("ON CONFLICT DO NOTHING may now skip rows because of %q", x.Name)
		}
		b.possible(c.w.at, catalog.KindConstraint, "key "+keyText(x.Index, exclusion), state, message, conName(c.base, x.Name))
	}
}

func keyNums(x *catalog.IndexDetail) []int16 {
	var out []int16
	for _, k := range x.Keys {
		if k.Column > 0 {
			out = append(out, k.Column)
		}
		if k.Expr != nil {
			for _, d := range k.Expr.Deps {
				out = append(out, d.Column)
			}
		}
	}
	if x.Predicate != nil {
		for _, d := range x.Predicate.Deps {
			out = append(out, d.Column)
		}
	}
	return out
}

// keyText tells keys apart by what they forbid.
func keyText(x *catalog.IndexDetail, exclusion bool) string {
	var parts []string
	for _, k := range x.Keys {
		if k.Expr != nil {
			parts = append(parts, strings.Join(textConjuncts(k.Expr.SQL), " AND "))
		} else {
			parts = append(parts, fmt.Sprint(k.Column))
		}
	}
	slices.Sort(parts)
	text := strings.Join(parts, ",")
	if x.Predicate != nil {
		text += " where " + strings.Join(textConjuncts(x.Predicate.SQL), " AND ")
	}
	if x.NullsNotDistinct {
		text += " nulls not distinct"
	}
	if exclusion {
		text += " exclusion"
	}
	return text
}

func (b *binder) guardForeignKeys(c change) {
	for _, con := range c.base.Constraints {
		if con.Kind != catalog.ForeignKey || !c.touches(con.Columns) || c.event == 'i' && !slices.ContainsFunc(con.Columns, func(n int16) bool { return c.set[n] }) {
			continue
		}
		b.possible(c.w.at, catalog.KindConstraint, fmt.Sprintf("references %v %d %v", con.Columns, con.Ref, con.RefColumns), "23503",
			fmt.Sprintf("a row may violate foreign key constraint %q of table %q", con.Name, c.base.Name), conName(c.base, con.Name))
	}
}

// guardReferences notes the foreign keys of other tables that a deleted or changed key
// meets, by what they do then.
func (b *binder) guardReferences(c change) {
	for _, r := range b.env.Schema.Referencing(c.base.ID) {
		for _, con := range r.Constraints {
			if con.Kind != catalog.ForeignKey || con.Ref != c.base.ID {
				continue
			}
			action := con.OnDelete
			if c.event == 'u' {
				if action = con.OnUpdate; !c.touches(con.RefColumns) {
					continue
				}
			}
			part := fmt.Sprintf("referenced %c %d %v", action, r.ID, con.Columns)
			if action == 'a' || action == 'r' {
				b.possible(c.w.at, catalog.KindConstraint, strings.Replace(part, " a ", " r ", 1), "23503",
					fmt.Sprintf("rows of %q may still refer to it (foreign key constraint %q)", r.Name, con.Name), conName(r, con.Name))
			} else {
				b.possible(c.w.at, catalog.KindConstraint, part, "", fmt.Sprintf("rows of %q that refer to it are changed or deleted with it (foreign key constraint %q)", r.Name, con.Name), conName(r, con.Name))
			}
			b.looks(catalog.KindRelation, r.Schema, r.Name)
			if action == 'c' || action == 'n' || action == 'd' {
				b.cascade(c, r, con, action)
			}
		}
	}
}

// cascade follows what a foreign key does to the other table, which fires its triggers.
func (b *binder) cascade(c change, r *catalog.Relation, con catalog.Constraint, action byte) {
	if b.cascades[r.ID] {
		return
	}
	if b.cascades == nil {
		b.cascades = map[catalog.ID]bool{}
	}
	b.cascades[r.ID] = true
	event := byte('u')
	set := map[int16]bool{}
	for _, n := range con.Columns {
		set[n] = true
	}
	if action == 'c' && c.event == 'd' {
		event = 'd'
	}
	b.triggers(change{w: write{at: c.w.at, rel: r}, base: r, event: event, set: set})
}

// guardPartitions notes the partitions that rows can go to: one less may leave a row none.
func (b *binder) guardPartitions(c change) {
	if c.base.Kind != catalog.Partitioned || c.event == 'u' && !c.touches(partitionNums(c.base)) {
		return
	}
	for _, child := range b.env.Schema.Children(c.base.ID) {
		b.looks(catalog.KindRelation, child.Schema, child.Name)
		b.guardPartition(c, child)
		b.note(Outcome{Start: c.w.at, End: c.w.at, Kind: catalog.KindConstraint, Part: fmt.Sprintf("partition %d", child.ID), Name: child.Name, Phase: RunPhase,
			Object: catalog.Name{Kind: catalog.KindRelation, Schema: child.Schema, Name: child.Name}})
	}
}

// guardPartition notes the checks and triggers that a partition has by itself.
func (b *binder) guardPartition(c change, child *catalog.Relation) {
	own := c
	own.base, own.set = child, map[int16]bool{}
	for n := range c.set {
		if col := c.base.ColumnByNum(n); col != nil && child.Column(col.Name) != nil {
			own.set[child.Column(col.Name).Num] = true
		}
	}
	checks := *child
	checks.Constraints = slices.DeleteFunc(slices.Clone(child.Constraints), func(con catalog.Constraint) bool { return con.Inherited })
	own.base = &checks
	b.guardChecks(own)
	own.base = child
	b.triggers(own)
}

func partitionNums(r *catalog.Relation) []int16 {
	var out []int16
	for _, k := range r.PartitionKey {
		out = append(out, k.Column)
	}
	return out
}

func (b *binder) guardDomains(c change) {
	for _, col := range c.base.Columns {
		t, ok := b.env.Schema.TypeByID(col.Type.ID)
		if !ok || t.Kind != catalog.DomainType || !c.set[col.Num] {
			continue
		}
		b.looksType(t.ID)
		for _, con := range t.Constraints {
			name := catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: t.Name}
			expr := con.Name
			if con.Expr != nil {
				expr = con.Expr.SQL
			}
			b.possible(c.w.at, catalog.KindConstraint, fmt.Sprintf("domain %d %s", col.Num, expr), "23514",
				fmt.Sprintf("value for domain %s may violate check constraint %q", t.Name, con.Name), name)
		}
	}
}

// triggers binds the bodies of the triggers that a write fires, and notes those that can
// refuse it or change what it does.
func (b *binder) triggers(c change) {
	for _, t := range c.base.Triggers {
		if t.Disabled || !slices.Contains([]byte(t.Events), c.event) || c.event == 'u' && len(t.Columns) > 0 && !c.touches(t.Columns) {
			continue
		}
		f, ok := b.env.Schema.FunctionByID(t.Function)
		if !ok {
			continue
		}
		b.body(f, c.w.at, c.base)
		body := strings.ToLower(f.Body)
		o := catalog.Name{Kind: catalog.KindTrigger, Schema: c.base.Schema, Name: c.base.Name, Sub: t.Name}
		switch {
		case raises(body):
			b.possible(c.w.at, catalog.KindTrigger, fmt.Sprintf("trigger %s %c", f.Name, c.event), "P0001", fmt.Sprintf("trigger %q may refuse the row", t.Name), o)
		case t.Row && (t.Before || t.InsteadOf) && strings.Contains(body, "return null"):
			b.possible(c.w.at, catalog.KindTrigger, fmt.Sprintf("trigger %s %c", f.Name, c.event), "", fmt.Sprintf("trigger %q may skip the row", t.Name), o)
		case t.Row && t.Before && assignsNew(body):
			b.note(Outcome{Start: c.w.at, End: c.w.at, Kind: catalog.KindTrigger, Part: fmt.Sprintf("trigger %s %c", f.Name, c.event), Name: t.Name, Phase: RunPhase, Object: o})
		}
	}
}

// raises says that a body can raise an error of its own.
func raises(body string) bool {
	for rest := body; ; {
		_, after, ok := strings.Cut(rest, "raise")
		if !ok {
			return false
		}
		word := strings.TrimSpace(after)
		if !strings.HasPrefix(word, "notice") && !strings.HasPrefix(word, "warning") && !strings.HasPrefix(word, "info") &&
			!strings.HasPrefix(word, "log") && !strings.HasPrefix(word, "debug") {
			return true
		}
		rest = after
	}
}

func assignsNew(body string) bool {
	return strings.Contains(body, "new.") && strings.ContainsAny(body, "=")
}

// filledByTrigger says that a trigger sets a column of new rows.
func (b *binder) filledByTrigger(r *catalog.Relation, column string) bool {
	return slices.ContainsFunc(r.Triggers, func(t catalog.Trigger) bool {
		if t.Disabled || !t.Before || !t.Row || !slices.Contains([]byte(t.Events), 'i') {
			return false
		}
		f, ok := b.env.Schema.FunctionByID(t.Function)
		return ok && strings.Contains(strings.ToLower(f.Body), "new."+column)
	})
}

// omitted notes how columns that an INSERT leaves out are filled.
func (b *binder) omitted(c change) {
	for _, col := range c.base.Columns {
		if c.set[col.Num] {
			continue
		}
		how := "null"
		domain, ok := b.env.Schema.TypeByID(col.Type.ID)
		switch {
		case col.Generated:
			how = "generated"
		case col.Identity != 0:
			how = "identity"
		case col.Default != nil:
			how = "default"
			for _, d := range col.Default.Deps {
				b.calledBy(d, c.w.at)
			}
			b.defaultNeeds(col.Default, c.w.at)
		case ok && domain.Kind == catalog.DomainType && domain.HasDefault:
			how = "default"
		case b.filledByTrigger(c.base, col.Name):
			how = "trigger"
		}
		name := catalog.Name{Kind: catalog.KindColumn, Schema: c.base.Schema, Name: c.base.Name, Sub: col.Name}
		b.note(Outcome{Start: c.w.at, End: c.w.at, Kind: catalog.KindColumn, Part: fmt.Sprintf("omitted %d", col.Num), Name: col.Name, Phase: RunPhase,
			Object: name, Origin: name, Semantics: how, Ref: catalog.Dep{Class: catalog.ClassRelation, ID: c.base.ID, Column: col.Num}})
	}
}

// nullness says whether a written value can be NULL: never, maybe, always.
type nullness byte

const (
	neverNull nullness = iota
	maybeNull
	alwaysNull
)

func nullnessOf(v value) nullness {
	switch {
	case v.isNull:
		return alwaysNull
	case v.param > 0 || v.isParam:
		return maybeNull
	case v.col != nil && v.col.ref.ID != 0 && !v.col.notNull, v.maybeNull:
		return maybeNull
	}
	return neverNull
}

// nulls notes the NOT NULL columns that get a value that is, or may be, NULL.
func (b *binder) nulls(w write, base *catalog.Relation, num int16, v value, at int) {
	col := base.ColumnByNum(num)
	if col == nil || col.Generated {
		return
	}
	o := Outcome{Start: at, End: at, Kind: catalog.KindColumn, Part: fmt.Sprintf("null %d", num), Name: col.Name, State: Possible, Phase: RunPhase,
		SQLSTATE: "23502", Message: fmt.Sprintf("null value in column %q of relation %q violates not-null constraint", col.Name, base.Name),
		Object: catalog.Name{Kind: catalog.KindColumn, Schema: base.Schema, Name: base.Name, Sub: col.Name}}
	switch n := nullnessOf(v); {
	case n == neverNull:
		return
	case !col.NotNull:
		o.State, o.SQLSTATE, o.Message = Bound, "", ""
	case n == alwaysNull:
		if !hasRowTrigger(base) {
			o.State = Failed
		}
	default:
		o.Message = fmt.Sprintf("column %q of relation %q takes no NULL", col.Name, base.Name)
	}
	b.note(o)
}

func hasRowTrigger(r *catalog.Relation) bool {
	return slices.ContainsFunc(r.Triggers, func(t catalog.Trigger) bool { return !t.Disabled && t.Before && t.Row })
}
