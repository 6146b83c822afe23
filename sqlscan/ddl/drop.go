package ddl

import (
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// targetKind says what a target of DROP is.
type targetKind byte

const (
	targetRelation targetKind = iota
	targetColumn
	targetType
	targetFunction
	targetConstraint
	targetDefault
	targetTrigger
	targetPolicy
	targetRule
	targetNamespace
	targetExtension
	targetObject
	targetOperator
	targetCast
	targetOpClass
)

// target is something that is dropped: an object by ID, a part of one by number or name.
type target struct {
	kind targetKind
	id   catalog.ID
	num  int16
	name string
	obj  catalog.Object
	// oper and class are set for those kinds; a cast is known by its two types, id and to.
	oper  catalog.Operator
	class catalog.OpClass
	to    catalog.ID
}

// targetKey tells targets apart.
type targetKey struct {
	kind         targetKind
	id, to       catalog.ID
	num          int16
	class        catalog.Kind
	schema, name string
}

func (t target) key() targetKey {
	k := targetKey{kind: t.kind, id: t.id, to: t.to, num: t.num, name: t.name}
	switch t.kind {
	case targetObject:
		k.class, k.schema, k.name = t.obj.Kind, t.obj.Schema, t.obj.Name
	case targetOperator:
		k.id, k.to, k.schema, k.name = t.oper.Left, t.oper.Right, t.oper.Schema, t.oper.Name
	case targetOpClass:
		k.id, k.class, k.schema, k.name = t.class.Type, catalog.Kind(t.class.Method), t.class.Schema, t.class.Name
	}
	return k
}

func castTarget(c catalog.Cast) target { return target{kind: targetCast, id: c.From, to: c.To} }

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
	d := &dropper{applier: a, found: map[targetKey]*reach{}, deps: map[catalog.Dep]bool{}, touched: map[catalog.ID]bool{}}
	for _, t := range targets {
		d.reach(t, true).given = true
	}
	d.close()
	for _, key := range d.order {
		if r := d.found[key]; !r.auto && !cascade && !a.sess.Freed {
			a.fail(a.targetName(targets[0]), "2BP01", "cannot drop %s because other objects depend on it: %s",
				a.targetName(targets[0]), a.targetName(r.target))
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
	found map[targetKey]*reach
	order []targetKey
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
func (d *dropper) neighbours(keys []targetKey) []catalog.ID {
	var out []catalog.ID
	add := func(list []*catalog.Relation) {
		for _, r := range list {
			out = append(out, r.ID)
		}
	}
	for _, key := range keys {
		table := key.id
		out = append(out, key.id)
		if r := d.current(key.id); r != nil && r.Index != nil {
			table = r.Index.Table // Its constraints, and the foreign keys that need it, are the table's.
			out = append(out, table)
		}
		out = append(out, d.s.Users(key.id)...)
		add(d.s.Indexes(key.id))
		add(d.s.Children(key.id))
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
	key := t.key()
	if r, ok := d.found[key]; ok {
		r.auto = r.auto || auto
		return r
	}
	r := &reach{target: t, auto: auto}
	d.found[key] = r
	d.order = append(d.order, key)
	d.touched[t.id] = true
	switch t.kind {
	case targetRelation:
		d.deps[catalog.Dep{Class: catalog.ClassRelation, ID: t.id}] = true
		if rel := d.current(t.id); rel != nil && rel.RowType != 0 {
			d.reach(target{kind: targetType, id: rel.RowType}, true)
		}
	case targetColumn:
		d.deps[catalog.Dep{Class: catalog.ClassRelation, ID: t.id, Column: t.num}] = true
	case targetType:
		d.deps[catalog.Dep{Class: catalog.ClassType, ID: t.id}] = true
		if typ, ok := d.s.TypeByID(t.id); ok {
			if typ.Array != 0 {
				d.reach(target{kind: targetType, id: typ.Array}, true)
			}
			// A composite type goes with its relation; a table reached before keeps how it
			// was reached.
			if rel := (target{kind: targetRelation, id: typ.Relation}); typ.Relation != 0 && !d.goes(rel) {
				d.reach(rel, true)
			}
		}
	case targetFunction:
		d.deps[catalog.Dep{Class: catalog.ClassFunction, ID: t.id}] = true
	case targetNamespace, targetExtension:
		d.whole = true
	}
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
	if !d.touched[t.id] {
		return false
	}
	_, ok := d.found[t.key()]
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
	self := target{kind: targetRelation, id: r.ID}
	if r.Extension != "" && d.goes(target{kind: targetExtension, name: r.Extension}) {
		d.reach(self, true)
	}
	for _, p := range r.Parents {
		if d.goes(target{kind: targetRelation, id: p}) {
			d.reach(self, r.PartitionOf)
		}
	}
	if x := r.Index; x != nil {
		d.indexDependents(r, x)
		if slices.ContainsFunc(x.Extensions, func(e string) bool { return d.goes(target{kind: targetExtension, name: e}) }) {
			d.reach(self, false)
		}
	}
	if q := r.Sequence; q != nil && q.Owner != 0 &&
		(q.OwnerColumn > 0 && d.column(q.Owner, q.OwnerColumn) || d.goes(target{kind: targetRelation, id: q.Owner})) {
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
	col := target{kind: targetColumn, id: r.ID, num: c.Num}
	if d.hit(catalog.Dep{Class: catalog.ClassType, ID: c.Type.ID}) {
		if slices.Contains(r.PartitionColumns(), c.Num) {
			// Without the key there is no partitioned table.
			col = target{kind: targetRelation, id: r.ID}
		}
		d.reach(col, false)
	}
	if c.Default == nil || d.goes(col) || !d.hits(c.Default.Deps) {
		return
	}
	if c.Generated {
		d.reach(col, false)
	} else {
		d.reach(target{kind: targetDefault, id: r.ID, num: c.Num}, false)
	}
}

func (d *dropper) indexDependents(r *catalog.Relation, x *catalog.IndexDetail) {
	self := target{kind: targetRelation, id: r.ID}
	if d.goes(target{kind: targetRelation, id: x.Table}) ||
		x.Parent != 0 && d.goes(target{kind: targetRelation, id: x.Parent}) || d.columns(x.Table, x.Include) {
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
	self := target{kind: targetConstraint, id: r.ID, name: con.Name}
	if d.columns(r.ID, con.Columns) {
		d.reach(self, true)
	}
	if con.Expr != nil {
		d.exprDependents(self, r.ID, con.Expr.Deps)
	}
	if con.Index != 0 {
		if d.goes(self) {
			d.reach(target{kind: targetRelation, id: con.Index}, true)
		} else if d.goes(target{kind: targetRelation, id: con.Index}) {
			if x := d.found[target{kind: targetRelation, id: con.Index}.key()]; x.given {
				d.fail(constraintName(r, con.Name), "2BP01", "cannot drop index because constraint %s on table %s requires it",
					con.Name, r.Name)
			}
			d.reach(self, true)
		}
	}
	if con.Kind != catalog.ForeignKey {
		return
	}
	if d.goes(target{kind: targetRelation, id: con.Ref}) || d.columns(con.Ref, con.RefColumns) ||
		d.goes(target{kind: targetRelation, id: con.RefIndex}) {
		d.reach(self, false)
	}
}

// attached follows triggers, policies and rules.
func (d *dropper) attached(r *catalog.Relation) {
	for _, t := range r.Triggers {
		self := target{kind: targetTrigger, id: r.ID, name: t.Name}
		if d.hit(catalog.Dep{Class: catalog.ClassFunction, ID: t.Function}) || d.columns(r.ID, t.Columns) ||
			t.When != nil && d.hits(t.When.Deps) {
			d.reach(self, false)
		}
	}
	for _, p := range r.Policies {
		if d.hits(p.Deps) {
			d.reach(target{kind: targetPolicy, id: r.ID, name: p.Name}, false)
		}
	}
	for _, u := range r.Rules {
		if d.hits(u.Deps) {
			d.reach(target{kind: targetRule, id: r.ID, name: u.Name}, false)
		}
	}
}

func (d *dropper) typeDependents(t *catalog.Type) {
	self := target{kind: targetType, id: t.ID}
	if t.Extension != "" && d.goes(target{kind: targetExtension, name: t.Extension}) {
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
	self := target{kind: targetFunction, id: f.ID}
	if f.Extension != "" && d.goes(target{kind: targetExtension, name: f.Extension}) {
		d.reach(self, true)
	}
	if d.hits(f.Deps) {
		t, ok := d.s.TypeByID(f.Result.ID)
		d.reach(self, ok && f.Language == "internal" && (t.Kind == catalog.RangeType || t.Kind == catalog.MultirangeType))
	}
}

func (d *dropper) objectDependents(o catalog.Object) {
	self := target{kind: targetObject, obj: catalog.Object{Kind: o.Kind, Schema: o.Schema, Name: o.Name}}
	if o.Extension != "" && d.goes(target{kind: targetExtension, name: o.Extension}) {
		d.reach(self, true)
	}
	if d.hits(o.Deps) {
		d.reach(self, false)
	}
}

// operatorDependents follows operators, casts and operator classes.
func (d *dropper) operatorDependents() {
	of := func(extension string) bool {
		return extension != "" && d.goes(target{kind: targetExtension, name: extension})
	}
	for _, o := range d.s.AllOperators() {
		if t := (target{kind: targetOperator, oper: o}); of(o.Extension) ||
			d.goes(target{kind: targetNamespace, name: o.Schema}) {
			d.reach(t, of(o.Extension))
		} else if d.hits(o.Deps) {
			d.reach(t, false)
		}
	}
	for _, c := range d.s.Casts() {
		if of(c.Extension) {
			d.reach(castTarget(c), true)
		} else if d.hits(c.Deps) {
			multi, ok := d.s.TypeByID(c.To)
			d.reach(castTarget(c), ok && multi.Range == c.From)
		}
	}
	for _, o := range d.s.OpClasses() {
		if t := (target{kind: targetOpClass, class: o}); of(o.Extension) {
			d.reach(t, true)
		} else if d.goes(target{kind: targetNamespace, name: o.Schema}) ||
			d.hit(catalog.Dep{Class: catalog.ClassType, ID: o.Type}) {
			d.reach(t, false)
		}
	}
}

// namespaceMembers reaches what lives in a schema that goes.
func (d *dropper) namespaceMembers() {
	in := func(schema string) bool { return d.goes(target{kind: targetNamespace, name: schema}) }
	for _, r := range d.s.Relations() {
		if in(r.Schema) {
			d.reach(target{kind: targetRelation, id: r.ID}, r.Index != nil)
		}
	}
	for _, t := range d.s.Types() {
		if in(t.Schema) {
			d.reach(target{kind: targetType, id: t.ID}, t.Relation != 0 || t.Elem != 0)
		}
	}
	for _, f := range d.s.AllFunctions() {
		if in(f.Schema) {
			d.reach(target{kind: targetFunction, id: f.ID}, false)
		}
	}
	for _, o := range d.s.Objects() {
		if o.Schema != "" && in(o.Schema) {
			d.reach(target{kind: targetObject, obj: catalog.Object{Kind: o.Kind, Schema: o.Schema, Name: o.Name}}, false)
		}
	}
	for _, e := range d.s.Extensions() {
		if in(e.Schema) {
			d.reach(target{kind: targetExtension, name: e.Name}, false)
		}
	}
}

func (a *applier) ownedSequences(table catalog.ID, num int16) []*catalog.Relation {
	return slices.DeleteFunc(a.s.OwnedSequences(table),
		func(r *catalog.Relation) bool { return r.Sequence.OwnerColumn != num })
}

// targetName is the name of a target for messages and effects.
func (a *applier) targetName(t target) catalog.Name {
	switch t.kind {
	case targetType:
		if typ, ok := a.s.TypeByID(t.id); ok {
			return catalog.Name{Kind: catalog.KindType, Schema: typ.Schema, Name: typ.Name}
		}
	case targetFunction:
		if f, ok := a.s.FunctionByID(t.id); ok {
			return catalog.Name{Kind: catalog.KindFunction, Schema: f.Schema, Name: f.Name}
		}
	case targetNamespace:
		return catalog.Name{Kind: catalog.KindSchema, Name: t.name}
	case targetExtension:
		return catalog.Name{Kind: catalog.KindExtension, Name: t.name}
	case targetObject:
		return catalog.Name{Kind: t.obj.Kind, Schema: t.obj.Schema, Name: t.obj.Name}
	case targetOperator:
		return catalog.Name{Kind: catalog.KindOperator, Schema: t.oper.Schema, Name: t.oper.Name}
	case targetCast:
		return catalog.Name{Kind: catalog.KindCast}
	case targetOpClass:
		return catalog.Name{Kind: catalog.KindOpClass, Schema: t.class.Schema, Name: t.class.Name}
	default:
		if r := a.current(t.id); r != nil {
			return partName(r, t)
		}
	}
	return catalog.Name{}
}

var partKinds = map[targetKind]catalog.Kind{targetConstraint: catalog.KindConstraint,
	targetTrigger: catalog.KindTrigger,
	targetPolicy:  catalog.KindPolicy, targetRule: catalog.KindRule}

func partName(r *catalog.Relation, t target) catalog.Name {
	switch t.kind {
	case targetColumn, targetDefault:
		if c := r.ColumnByNum(t.num); c != nil {
			return columnName(r, c.Name)
		}
	case targetRelation:
	default:
		return catalog.Name{Kind: partKinds[t.kind], Schema: r.Schema, Name: r.Name, Sub: t.name}
	}
	return relationName(r)
}

// remove takes one target out of the schema and records it.
func (a *applier) remove(t target, cascade bool) {
	name := a.targetName(t)
	if name == (catalog.Name{}) {
		return
	}
	op := catalog.OpRemove
	switch t.kind {
	case targetRelation:
		if r := a.current(t.id); r.Index != nil {
			if table := a.current(r.Index.Table); table != nil {
				a.effect(catalog.Effect{Op: catalog.OpChange, Name: relationName(table), Cascade: true})
			}
		}
		for _, p := range a.current(t.id).Parents {
			if parent := a.current(p); parent != nil {
				a.effect(catalog.Effect{Op: catalog.OpChange, Name: relationName(parent), Cascade: true})
			}
		}
		for _, con := range a.current(t.id).Constraints {
			if ref := a.current(con.Ref); con.Kind == catalog.ForeignKey && ref != nil {
				a.effect(catalog.Effect{Op: catalog.OpChange, Name: relationName(ref), Cascade: true})
			}
		}
		a.s = a.s.WithoutRelation(t.id)
	case targetColumn:
		a.edit(t.id, func(r *catalog.Relation) { r.DropColumn(t.num) })
	case targetType:
		a.s = a.s.WithoutType(t.id)
	case targetFunction:
		a.s = a.s.WithoutFunction(t.id)
	case targetConstraint:
		if con := a.current(t.id).Constraint(t.name); con != nil && con.Kind == catalog.ForeignKey {
			if ref := a.current(con.Ref); ref != nil {
				a.effect(catalog.Effect{Op: catalog.OpChange, Name: relationName(ref), Cascade: true})
			}
		}
		a.edit(t.id, func(r *catalog.Relation) {
			r.Constraints = slices.DeleteFunc(r.Constraints, func(c catalog.Constraint) bool { return c.Name == t.name })
		})
	case targetDefault:
		op = catalog.OpChange
		a.edit(t.id, func(r *catalog.Relation) { r.ColumnByNum(t.num).Default = nil })
	case targetTrigger:
		a.edit(t.id, func(r *catalog.Relation) {
			r.Triggers = slices.DeleteFunc(r.Triggers, func(x catalog.Trigger) bool { return x.Name == t.name })
		})
	case targetPolicy:
		a.edit(t.id, func(r *catalog.Relation) {
			r.Policies = slices.DeleteFunc(r.Policies, func(x catalog.Policy) bool { return x.Name == t.name })
		})
	case targetRule:
		a.edit(t.id, func(r *catalog.Relation) {
			r.Rules = slices.DeleteFunc(r.Rules, func(x catalog.Rule) bool { return x.Name == t.name })
		})
	case targetNamespace:
		a.s = a.s.WithoutNamespace(t.name)
	case targetExtension:
		a.s = a.s.WithoutExtension(t.name)
	case targetObject:
		a.s = a.s.WithoutObject(t.obj.Kind, t.obj.Schema, t.obj.Name)
	case targetOperator:
		a.s = a.s.WithoutOperator(t.oper)
	case targetCast:
		a.s = a.s.WithoutCast(t.id, t.to)
	case targetOpClass:
		a.s = a.s.WithoutOpClass(t.class)
	}
	a.effect(catalog.Effect{Op: op, Name: name, Cascade: cascade})
}
