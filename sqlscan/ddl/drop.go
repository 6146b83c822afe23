package ddl

import (
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// reach is how the closure came to a target: automatically, or only by a normal
// dependency, which needs CASCADE.
type reach struct {
	target target
	auto   bool
	given  bool
}

// drop removes targets with all that depends on them (performMultipleDeletions). Without
// cascade a normal dependency refuses.
func (a *applier) drop(targets []target, cascade bool) {
	d := &dropper{applier: a, found: map[target]*reach{}, deps: map[catalog.Dep]bool{}, touched: map[catalog.ID]bool{}}
	for _, t := range targets {
		d.reach(t, true).given = true
	}
	d.close()
	for _, key := range d.order {
		if r := d.found[key]; !r.auto && !cascade && !a.sess.Freed {
			a.fail(targets[0].name(a), "2BP01", "cannot drop %s because other objects depend on it: %s",
				targets[0].name(a), r.target.name(a))
		}
	}
	for i := len(d.order) - 1; i >= 0; i-- {
		r := d.found[d.order[i]]
		a.remove(r.target, !r.given)
	}
}

// dropper computes the closure of a drop.
type dropper struct {
	*applier
	found map[target]*reach
	order []target
	deps  map[catalog.Dep]bool
	// touched are the IDs in found and deps: nearly all look-ups end there.
	touched map[catalog.ID]bool
	// whole says that a schema or an extension goes: anything may belong to it.
	whole bool
}

// close follows dependencies until nothing more goes.
func (d *dropper) close() {
	for seen, grown := 0, true; grown; {
		n := len(d.order)
		if d.whole {
			d.everything()
		} else {
			next := d.neighbours(d.order[seen:])
			seen = n
			d.dependents(next)
		}
		for _, o := range d.s.Objects() {
			d.objectDependents(o)
		}
		d.operatorDependents()
		grown = len(d.order) > n
	}
}

// everything looks at all that there is.
func (d *dropper) everything() {
	for _, r := range d.s.Relations() {
		d.relationDependents(r)
	}
	for _, t := range d.s.Types() {
		d.typeDependents(t)
	}
	for _, f := range d.s.AllFunctions() {
		d.functionDependents(f)
	}
	d.namespaceMembers()
}

// neighbours are the targets themselves and what names them, in the order of their making.
func (d *dropper) neighbours(targets []target) []catalog.ID {
	var out []catalog.ID
	add := func(list []*catalog.Relation) {
		for _, r := range list {
			out = append(out, r.ID)
		}
	}
	for _, t := range targets {
		id := t.of()
		table := id
		out = append(out, id)
		if r := d.current(id); r != nil && r.Index != nil {
			table = r.Index.Table // Its constraints, and the foreign keys that need it, are the table's.
			out = append(out, table)
		}
		out = append(out, d.s.Users(id)...)
		add(d.s.Indexes(id))
		add(d.s.Children(id))
		add(d.s.Referencing(table))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (d *dropper) dependents(ids []catalog.ID) {
	for _, id := range ids {
		if r := d.current(id); r != nil {
			d.relationDependents(r)
		}
	}
	for _, id := range ids {
		if t, ok := d.s.TypeByID(id); ok && id >= catalog.FirstID {
			d.typeDependents(t)
		}
	}
	for _, id := range ids {
		if f, ok := d.s.FunctionByID(id); ok {
			d.functionDependents(f)
		}
	}
}

// reach adds a target to the closure; a second, automatic way to it lifts the first.
func (d *dropper) reach(t target, auto bool) *reach {
	if r, ok := d.found[t]; ok {
		r.auto = r.auto || auto
		return r
	}
	r := &reach{target: t, auto: auto}
	d.found[t] = r
	d.order = append(d.order, t)
	d.touched[t.of()] = true
	t.reached(d)
	return r
}

// hit says that a dependency points at something that goes.
func (d *dropper) hit(dep catalog.Dep) bool {
	if !d.touched[dep.ID] {
		return false
	}
	if d.deps[catalog.Dep{Class: dep.Class, ID: dep.ID}] {
		return true
	}
	return dep.Column > 0 && d.deps[dep]
}

func (d *dropper) hits(deps []catalog.Dep) bool { return slices.ContainsFunc(deps, d.hit) }

func (d *dropper) goes(t target) bool {
	if !d.touched[t.of()] {
		return false
	}
	_, ok := d.found[t]
	return ok
}

func (d *dropper) column(id catalog.ID, num int16) bool {
	return d.hit(catalog.Dep{Class: catalog.ClassRelation, ID: id, Column: num})
}

func (d *dropper) columns(id catalog.ID, nums []int16) bool {
	return slices.ContainsFunc(nums, func(n int16) bool { return d.column(id, n) })
}

// relationDependents follows what a relation, its columns and what hangs on it need.
func (d *dropper) relationDependents(r *catalog.Relation) {
	self := relationTarget(r.ID)
	if r.Extension != "" && d.goes(extensionTarget(r.Extension)) {
		d.reach(self, true)
	}
	for _, p := range r.Parents {
		if d.goes(relationTarget(p)) {
			d.reach(self, r.PartitionOf)
		}
	}
	if x := r.Index; x != nil {
		d.indexDependents(r, x)
		if slices.ContainsFunc(x.Extensions, func(e string) bool { return d.goes(extensionTarget(e)) }) {
			d.reach(self, false)
		}
	}
	if q := r.Sequence; q != nil && q.Owner != 0 &&
		(q.OwnerColumn > 0 && d.column(q.Owner, q.OwnerColumn) || d.goes(relationTarget(q.Owner))) {
		d.reach(self, true)
	}
	if r.View != nil && d.hits(r.View.Deps) ||
		r.OfType != 0 && d.hit(catalog.Dep{Class: catalog.ClassType, ID: r.OfType}) {
		d.reach(self, false)
	}
	if d.goes(self) {
		return
	}
	for _, c := range r.Columns {
		d.columnDependents(r, c)
	}
	for _, con := range r.Constraints {
		d.constraintDependents(r, con)
	}
	d.attached(r)
}

func (d *dropper) columnDependents(r *catalog.Relation, c catalog.Column) {
	var col target = columnTarget{r.ID, c.Num}
	if d.hit(catalog.Dep{Class: catalog.ClassType, ID: c.Type.ID}) {
		if slices.Contains(r.PartitionColumns(), c.Num) {
			// Without the key there is no partitioned table.
			col = relationTarget(r.ID)
		}
		d.reach(col, false)
	}
	if c.Default == nil || d.goes(col) || !d.hits(c.Default.Deps) {
		return
	}
	switch before15 := d.s.Server > 0 && d.s.Server < 15; {
	case c.Generated && before15:
		d.exprDependents(col, r.ID, c.Default.Deps) // goes silently, as an index on the column does
	case c.Generated:
		d.reach(col, false)
	default:
		d.reach(defaultTarget{r.ID, c.Num}, false)
	}
}

func (d *dropper) indexDependents(r *catalog.Relation, x *catalog.IndexDetail) {
	self := relationTarget(r.ID)
	if d.goes(relationTarget(x.Table)) ||
		x.Parent != 0 && d.goes(relationTarget(x.Parent)) || d.columns(x.Table, x.Include) {
		d.reach(self, true)
	}
	for _, k := range x.Keys {
		if k.Column > 0 && d.column(x.Table, k.Column) {
			d.reach(self, true)
		}
		if k.Expr != nil {
			d.exprDependents(self, x.Table, k.Expr.Deps)
		}
	}
	if x.Predicate != nil {
		d.exprDependents(self, x.Table, x.Predicate.Deps)
	}
}

// exprDependents: an expression goes silently with columns of its own table, and needs
// CASCADE for anything else.
func (d *dropper) exprDependents(self target, table catalog.ID, deps []catalog.Dep) {
	for _, dep := range deps {
		if d.hit(dep) {
			d.reach(self, dep.Class == catalog.ClassRelation && dep.ID == table)
		}
	}
}

func (d *dropper) constraintDependents(r *catalog.Relation, con catalog.Constraint) {
	self := partTarget{catalog.KindConstraint, r.ID, con.Name}
	if d.columns(r.ID, con.Columns) {
		d.reach(self, true)
	}
	if con.Expr != nil {
		d.exprDependents(self, r.ID, con.Expr.Deps)
	}
	if con.Index != 0 {
		if d.goes(self) {
			d.reach(relationTarget(con.Index), true)
		} else if d.goes(relationTarget(con.Index)) {
			if x := d.found[relationTarget(con.Index)]; x.given {
				d.fail(constraintName(r, con.Name), "2BP01", "cannot drop index because constraint %s on table %s requires it",
					con.Name, r.Name)
			}
			d.reach(self, true)
		}
	}
	if con.Kind != catalog.ForeignKey {
		return
	}
	if d.goes(relationTarget(con.Ref)) || d.columns(con.Ref, con.RefColumns) ||
		d.goes(relationTarget(con.RefIndex)) {
		d.reach(self, false)
	}
}

// attached follows triggers, policies and rules.
func (d *dropper) attached(r *catalog.Relation) {
	for _, t := range r.Triggers {
		self := partTarget{catalog.KindTrigger, r.ID, t.Name}
		if d.hit(catalog.Dep{Class: catalog.ClassFunction, ID: t.Function}) || d.columns(r.ID, t.Columns) ||
			t.When != nil && d.hits(t.When.Deps) {
			d.reach(self, false)
		}
	}
	for _, p := range r.Policies {
		if d.hits(p.Deps) {
			d.reach(partTarget{catalog.KindPolicy, r.ID, p.Name}, false)
		}
	}
	for _, u := range r.Rules {
		if d.hits(u.Deps) {
			d.reach(partTarget{catalog.KindRule, r.ID, u.Name}, false)
		}
	}
}

func (d *dropper) typeDependents(t *catalog.Type) {
	self := typeTarget(t.ID)
	if t.Extension != "" && d.goes(extensionTarget(t.Extension)) {
		d.reach(self, true)
	}
	if t.Base.ID != 0 && d.hit(catalog.Dep{Class: catalog.ClassType, ID: t.Base.ID}) ||
		t.Subtype != 0 && d.hit(catalog.Dep{Class: catalog.ClassType, ID: t.Subtype}) {
		d.reach(self, false)
	}
	if t.Range != 0 && d.hit(catalog.Dep{Class: catalog.ClassType, ID: t.Range}) {
		d.reach(self, true)
	}
}

func (d *dropper) functionDependents(f *catalog.Function) {
	self := functionTarget(f.ID)
	if f.Extension != "" && d.goes(extensionTarget(f.Extension)) {
		d.reach(self, true)
	}
	if d.hits(f.Deps) {
		t, ok := d.s.TypeByID(f.Result.ID)
		d.reach(self, ok && f.Language == "internal" && (t.Kind == catalog.RangeType || t.Kind == catalog.MultirangeType))
	}
}

func (d *dropper) objectDependents(o catalog.Object) {
	self := objectTarget{o.Kind, o.Schema, o.Name}
	if o.Extension != "" && d.goes(extensionTarget(o.Extension)) {
		d.reach(self, true)
	}
	if d.hits(o.Deps) {
		d.reach(self, false)
	}
}

// operatorDependents follows operators, casts and operator classes.
func (d *dropper) operatorDependents() {
	of := func(extension string) bool {
		return extension != "" && d.goes(extensionTarget(extension))
	}
	for _, o := range d.s.AllOperators() {
		if t := (operatorTargetOf(o)); of(o.Extension) ||
			d.goes(namespaceTarget(o.Schema)) {
			d.reach(t, of(o.Extension))
		} else if d.hits(o.Deps) {
			d.reach(t, false)
		}
	}
	for _, c := range d.s.Casts() {
		if of(c.Extension) {
			d.reach(castTarget{c.From, c.To}, true)
		} else if d.hits(c.Deps) {
			multi, ok := d.s.TypeByID(c.To)
			d.reach(castTarget{c.From, c.To}, ok && multi.Range == c.From)
		}
	}
	for _, o := range d.s.OpClasses() {
		if t := (opClassTargetOf(o)); of(o.Extension) {
			d.reach(t, true)
		} else if d.goes(namespaceTarget(o.Schema)) ||
			d.hit(catalog.Dep{Class: catalog.ClassType, ID: o.Type}) {
			d.reach(t, false)
		}
	}
}

// namespaceMembers reaches what lives in a schema that goes.
func (d *dropper) namespaceMembers() {
	in := func(schema string) bool { return d.goes(namespaceTarget(schema)) }
	for _, r := range d.s.Relations() {
		if in(r.Schema) {
			d.reach(relationTarget(r.ID), r.Index != nil)
		}
	}
	for _, t := range d.s.Types() {
		if in(t.Schema) {
			d.reach(typeTarget(t.ID), t.Relation != 0 || t.Elem != 0)
		}
	}
	for _, f := range d.s.AllFunctions() {
		if in(f.Schema) {
			d.reach(functionTarget(f.ID), false)
		}
	}
	for _, o := range d.s.Objects() {
		if o.Schema != "" && in(o.Schema) {
			d.reach(objectTarget{o.Kind, o.Schema, o.Name}, false)
		}
	}
	for _, e := range d.s.Extensions() {
		if in(e.Schema) {
			d.reach(extensionTarget(e.Name), false)
		}
	}
}

func (a *applier) ownedSequences(table catalog.ID, num int16) []*catalog.Relation {
	return slices.DeleteFunc(a.s.OwnedSequences(table),
		func(r *catalog.Relation) bool { return r.Sequence.OwnerColumn != num })
}
