package sqlscan

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
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
	// constants are the values of an INSERT that stand in it, by the numbers of base's columns.
	constants map[int16]string
	// arbiter is the index that ON CONFLICT names, ignored says DO NOTHING without one.
	arbiter catalog.ID
	ignored bool
}

// possible notes something that may happen when the statement runs.
func (b *binder) possible(k Key, sqlstate, message string, object catalog.Name) {
	b.note(Outcome{Start: k.Start, End: k.Start, Kind: k.Kind, Fact: k.Fact, Number: k.Number, Text: k.Text,
		State: Possible, Phase: RunPhase, SQLSTATE: sqlstate, Message: message, Object: object})
}

func (b *binder) guard(c change) {
	if b.env.Static || c.base == nil || c.base.ID == 0 {
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
	b.guardPublications(c)
	b.guardIndexes(c)
	b.triggers(c)
}

// guardIndexes binds the functions that index expressions call.
func (b *binder) guardIndexes(c change) {
	if c.event == 'd' {
		return
	}
	for _, x := range b.env.Schema.Indexes(c.base.ID) {
		for _, k := range x.Index.Keys {
			if k.Expr == nil {
				continue
			}
			for _, d := range k.Expr.Deps {
				b.calledBy(d, c.w.at)
			}
		}
	}
}

// guardCheckOption notes that a row written through a view must be one that the view shows.
func (b *binder) guardCheckOption(c change) {
	for rel := c.w.rel; rel != nil && rel.View != nil && c.event != 'd'; rel,
		_ = b.env.Schema.RelationByID(rel.View.Base) {
		if rel.View.CheckOption {
			b.possible(c.check(CheckOption, rel.View.SQL), "44000",
				fmt.Sprintf("new row may violate check option for view %q", rel.Name),
				catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name})
		}
	}
}

// check is the key of something that the written row must pass.
func (c change) check(as Fact, demands string) Key {
	return Key{Start: c.w.at, Kind: catalog.KindConstraint, Fact: as, Text: demands}
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
		b.possible(c.check(CheckConstraint, strings.Join(b.env.Memo.textConjuncts(con.Expr.SQL), " AND ")), "23514",
			fmt.Sprintf("a row may violate check constraint %q of relation %q", con.Name, c.base.Name),
			conName(c.base, con.Name))
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
		if !x.Index.Unique && !exclusion || x.ID == c.arbiter || !c.touches(keyNums(x.Index)) || c.neverMeets(x.Index) {
			continue
		}
		state, message := "23505", fmt.Sprintf("a row may violate unique constraint %q", x.Name)
		if exclusion {
			state, message = "23P01", fmt.Sprintf("a row may violate exclusion constraint %q", x.Name)
		}
		key := b.keyText(x.Index, exclusion)
		if i >= 0 && c.base.Constraints[i].Deferrable {
			key = "deferrable " + key
		}
		if c.ignored {
			state, message = "", fmt.Sprintf("ON CONFLICT DO NOTHING may now skip rows because of %q", x.Name)
		}
		b.possible(c.check(UniqueKey, key), state, message, conName(c.base, x.Name))
	}
}

// neverMeets says that the key of an inserted row is that of no other: a column of it is left out, and gets NULL, or
// what is new each time.
func (c change) neverMeets(x *catalog.IndexDetail) bool {
	return c.event == 'i' && !hasInsertTrigger(c.base) && slices.ContainsFunc(x.Keys, func(k catalog.IndexKey) bool {
		col := c.base.ColumnByNum(k.Column)
		switch {
		case col == nil || c.set[k.Column] || col.Generated:
			return false
		case col.Identity != 0:
			return true
		case col.Default == nil:
			return !x.NullsNotDistinct
		}
		return newEachTime.MatchString(col.Default.SQL)
	})
}

// newEachTime matches defaults that give another value each time.
var newEachTime = regexp.MustCompile(`(?i)^\(*(pg_catalog\.)?(nextval|gen_random_uuid|uuid_generate_v[147]|uuidv[47])\(`)

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
func (b *binder) keyText(x *catalog.IndexDetail, exclusion bool) string {
	var parts []string
	for _, k := range x.Keys {
		if k.Expr != nil {
			parts = append(parts, strings.Join(b.env.Memo.textConjuncts(k.Expr.SQL), " AND "))
		} else {
			parts = append(parts, fmt.Sprint(k.Column))
		}
	}
	slices.Sort(parts)
	text := strings.Join(parts, ",")
	if x.Predicate != nil {
		text += " where " + strings.Join(b.env.Memo.textConjuncts(x.Predicate.SQL), " AND ")
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
		if con.Kind != catalog.ForeignKey || !c.touches(con.Columns) ||
			c.event == 'i' && !slices.ContainsFunc(con.Columns, func(n int16) bool { return c.set[n] }) {
			continue
		}
		key := c.check(References, fmt.Sprint(con.Columns, con.RefColumns, con.Deferrable))
		key.Number = int64(con.Ref)
		b.possible(key, "23503",
			fmt.Sprintf("a row may violate foreign key constraint %q of table %q", con.Name, c.base.Name),
			conName(c.base, con.Name))
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
			key := c.check(Referenced, fmt.Sprintf("%c %v", action, con.Columns))
			key.Number = int64(r.ID)
			if action == 'a' || action == 'r' {
				key.Text = fmt.Sprintf("r %v", con.Columns)
				b.possible(key, "23503",
					fmt.Sprintf("rows of %q may still refer to it (foreign key constraint %q)", r.Name, con.Name),
					conName(r, con.Name))
			} else {
				b.possible(key, "",
					fmt.Sprintf("rows of %q that refer to it are changed or deleted with it (foreign key constraint %q)", r.Name,
						con.Name), conName(r, con.Name))
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
	under := change{w: write{at: c.w.at, rel: r}, base: r, event: event, set: set}
	if event == 'u' {
		b.guardChecks(under)
	}
	b.guardPublications(under)
	b.setsNull(under, con, action)
	b.triggers(under)
}

// setsNull notes the columns that a foreign key sets to NULL, or to a default that is none,
// and that take none.
func (b *binder) setsNull(c change, con catalog.Constraint, action byte) {
	for _, n := range con.Columns {
		col := c.base.ColumnByNum(n)
		if col == nil || !col.NotNull || action == 'c' || action == 'd' && col.Default != nil {
			continue
		}
		key := Key{Start: c.w.at, Kind: catalog.KindColumn, Fact: SetNull, Number: int64(c.base.ID),
			Text: strconv.Itoa(int(n))}
		b.possible(key, "23502",
			fmt.Sprintf("null value in column %q of relation %q violates not-null constraint", col.Name, c.base.Name),
			catalog.Name{Kind: catalog.KindColumn, Schema: c.base.Schema, Name: c.base.Name, Sub: col.Name})
	}
}

// guardPartitions notes the partitions that rows can go to: one less may leave a row none.
// One that is written by name takes only the rows of its bound.
func (b *binder) guardPartitions(c change) {
	if c.base.PartitionOf {
		b.possible(c.check(OwnBound, ""), "23514",
			fmt.Sprintf("a row may violate the partition constraint of %q", c.base.Name),
			catalog.Name{Kind: catalog.KindRelation, Schema: c.base.Schema, Name: c.base.Name})
	}
	if c.base.Kind != catalog.Partitioned || c.event == 'u' && !c.touches(partitionNums(c.base)) {
		return
	}
	children := b.env.Schema.Children(c.base.ID)
	if taker, known := b.taker(c, children); known {
		b.guardTaker(c, children, taker)
		return
	}
	if !slices.ContainsFunc(children,
		func(r *catalog.Relation) bool { return r.PartitionBound == catalog.DefaultPartition }) {
		b.possible(c.check(NoPartition, ""), "23514",
			fmt.Sprintf("no partition of relation %q may be found for a row", c.base.Name),
			catalog.Name{Kind: catalog.KindRelation, Schema: c.base.Schema, Name: c.base.Name})
	}
	for _, child := range children {
		b.looks(catalog.KindRelation, child.Schema, child.Name)
		b.guardPartition(c, child)
		b.note(Outcome{Start: c.w.at, End: c.w.at, Kind: catalog.KindConstraint,
			Fact: Partition, Number: int64(child.ID), Name: child.Name, Phase: RunPhase,
			Object:  catalog.Name{Kind: catalog.KindRelation, Schema: child.Schema, Name: child.Name},
			Meaning: PartitionBound(child.PartitionBound)})
		if child.Kind == catalog.Partitioned {
			below := c
			below.base = child
			b.guardPartitions(below)
		}
	}
}

// guardTaker notes what a row meets whose partition is known: none refuses it.
func (b *binder) guardTaker(c change, children []*catalog.Relation, taker *catalog.Relation) {
	for _, child := range children {
		b.looks(catalog.KindRelation, child.Schema, child.Name)
	}
	if taker == nil {
		b.note(Outcome{Start: c.w.at, End: c.w.at, Kind: catalog.KindConstraint, Fact: NoPartition, Text: "constant",
			State: Failed, Phase: RunPhase, SQLSTATE: "23514",
			Message: fmt.Sprintf("no partition of relation %q found for row", c.base.Name),
			Object:  catalog.Name{Kind: catalog.KindRelation, Schema: c.base.Schema, Name: c.base.Name}})
		return
	}
	b.guardPartition(c, taker)
	if taker.Kind == catalog.Partitioned {
		c.base = taker
		b.guardPartitions(c)
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
	checks.Constraints = slices.DeleteFunc(slices.Clone(child.Constraints),
		func(con catalog.Constraint) bool { return con.Inherited })
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
			key := c.check(DomainCheck, expr)
			key.Number = int64(col.Num)
			b.possible(key, "23514",
				fmt.Sprintf("value for domain %s may violate check constraint %q", t.Name, con.Name), name)
		}
	}
}

// guardDomain notes the checks of a domain that a value is cast to, or passed as.
func (b *binder) guardDomain(id catalog.ID, at int) {
	t, ok := b.env.Schema.TypeByID(id)
	if !ok || t.Kind != catalog.DomainType {
		return
	}
	b.looksType(id)
	for _, con := range t.Constraints {
		if con.Expr != nil {
			key := Key{Start: at, Kind: catalog.KindConstraint, Fact: CastCheck, Number: int64(id), Text: con.Expr.SQL}
			b.possible(key, "23514",
				fmt.Sprintf("value for domain %s may violate check constraint %q", t.Name, con.Name),
				catalog.Name{Kind: catalog.KindType, Schema: t.Schema, Name: t.Name})
		}
	}
}

// triggers binds the bodies of the triggers that a write fires, and notes those that can
// refuse it or change what it does.
func (b *binder) triggers(c change) {
	for _, t := range c.base.Triggers {
		if t.Disabled || !slices.Contains([]byte(t.Events), c.event) ||
			c.event == 'u' && len(t.Columns) > 0 && !c.touches(t.Columns) {
			continue
		}
		f, ok := b.env.Schema.FunctionByID(t.Function)
		if !ok {
			continue
		}
		b.transitions = map[string]*catalog.Relation{}
		for _, name := range []string{t.OldTable, t.NewTable} {
			if name != "" {
				b.transitions[name] = c.base
			}
		}
		doubtful := b.doubtful
		b.event, b.doubtful = c.event, doubtful || t.When != nil
		b.body(f, c.w.at, c.base)
		b.event, b.doubtful, b.transitions = 0, doubtful, nil
		body := strings.ToLower(f.Body)
		key := Key{Start: c.w.at, Kind: catalog.KindTrigger, Fact: FiredTrigger, Text: fmt.Sprintf("%s %c", f.Name, c.event)}
		o := catalog.Name{Kind: catalog.KindTrigger, Schema: c.base.Schema, Name: c.base.Name, Sub: t.Name}
		switch {
		case raises(body):
			b.possible(key, raised(body),
				fmt.Sprintf("trigger %q may refuse the row", t.Name), o)
		case t.Row && (t.Before || t.InsteadOf) && strings.Contains(body, "return null"):
			b.possible(key, "",
				fmt.Sprintf("trigger %q may skip the row", t.Name), o)
		case t.Row && t.Before && assignsNew(body):
			b.note(Outcome{Start: c.w.at, End: c.w.at, Kind: key.Kind, Fact: key.Fact, Text: key.Text, Name: t.Name,
				Phase: RunPhase, Object: o})
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

// errorCodes are the conditions that RAISE … USING ERRCODE names (PostgreSQL's appendix A).
var errorCodes = map[string]string{
	"integrity_constraint_violation": "23000", "restrict_violation": "23001", "not_null_violation": "23502",
	"foreign_key_violation": "23503", "unique_violation": "23505", "check_violation": "23514",
	"exclusion_violation": "23P01", "invalid_parameter_value": "22023", "data_exception": "22000",
	"no_data_found": "P0002", "too_many_rows": "P0003", "assert_failure": "P0004", "insufficient_privilege": "42501",
	"feature_not_supported": "0A000", "object_not_in_prerequisite_state": "55000", "read_only_sql_transaction": "25006",
	"raise_exception": "P0001",
}

var errorCode = regexp.MustCompile(`errcode\s*:?=\s*'([a-z0-9_]+)'`)

// raised is the SQLSTATE of the first error that a body raises by itself.
func raised(body string) string {
	m := errorCode.FindStringSubmatch(body)
	switch {
	case m == nil:
		return "P0001"
	case errorCodes[m[1]] != "":
		return errorCodes[m[1]]
	case len(m[1]) == 5:
		return strings.ToUpper(m[1])
	}
	return "P0001"
}

func assignsNew(body string) bool {
	return strings.Contains(body, "new.") && strings.ContainsAny(body, "=")
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
	n := nullnessOf(v)
	if n == neverNull {
		return
	}
	o := Outcome{Start: at, End: at, Kind: catalog.KindColumn, Fact: NullGiven, Number: int64(num), Name: col.Name,
		Phase:  RunPhase,
		Object: catalog.Name{Kind: catalog.KindColumn, Schema: base.Schema, Name: base.Name, Sub: col.Name}}
	if col.NotNull {
		o.State, o.SQLSTATE = Possible, "23502"
		o.Message = fmt.Sprintf("column %q of relation %q takes no NULL", col.Name, base.Name)
	}
	if col.NotNull && n == alwaysNull {
		o.Message = fmt.Sprintf("null value in column %q of relation %q violates not-null constraint", col.Name, base.Name)
		if !hasRowTrigger(base) {
			o.State = Failed
		}
	}
	b.note(o)
}

func hasRowTrigger(r *catalog.Relation) bool {
	return slices.ContainsFunc(r.Triggers, func(t catalog.Trigger) bool { return !t.Disabled && t.Before && t.Row })
}
