package ddl

import (
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// target is something that is dropped: an object, or a part of one. Targets that are equal are the same.
type target interface {
	// of is the relation, type or function that it is, or is a part of; 0 for others.
	of() catalog.ID
	// name is what messages and effects call it; nothing if it is gone already.
	name(a *applier) catalog.Name
	// reached notes what goes with it at once, and which dependencies point at it.
	reached(d *dropper)
	// remove takes it out of the schema.
	remove(a *applier)
}

type (
	relationTarget  catalog.ID
	typeTarget      catalog.ID
	functionTarget  catalog.ID
	namespaceTarget string
	extensionTarget string
	// columnTarget and defaultTarget are a column, and the default of one, by its number.
	columnTarget struct {
		relation catalog.ID
		num      int16
	}
	defaultTarget struct {
		relation catalog.ID
		num      int16
	}
	// partTarget is a constraint, trigger, policy or rule.
	partTarget struct {
		kind     catalog.Kind
		relation catalog.ID
		part     string
	}
	// objectTarget is an object of which only the existence is kept.
	objectTarget struct {
		kind         catalog.Kind
		schema, path string
	}
	operatorTarget struct {
		schema, operator string
		left, right      catalog.ID
	}
	castTarget struct{ from, to catalog.ID }
	// opClassTarget is an operator class of a method for a type.
	opClassTarget struct {
		schema, class, method string
		typ                   catalog.ID
	}
)

func operatorTargetOf(o catalog.Operator) target {
	return operatorTarget{o.Schema, o.Name, o.Left, o.Right}
}

func opClassTargetOf(o catalog.OpClass) target {
	return opClassTarget{o.Schema, o.Name, o.Method, o.Type}
}

func (t relationTarget) of() catalog.ID  { return catalog.ID(t) }
func (t typeTarget) of() catalog.ID      { return catalog.ID(t) }
func (t functionTarget) of() catalog.ID  { return catalog.ID(t) }
func (t columnTarget) of() catalog.ID    { return t.relation }
func (t defaultTarget) of() catalog.ID   { return t.relation }
func (t partTarget) of() catalog.ID      { return t.relation }
func (t castTarget) of() catalog.ID      { return t.from }
func (t namespaceTarget) of() catalog.ID { return 0 }
func (t extensionTarget) of() catalog.ID { return 0 }
func (t objectTarget) of() catalog.ID    { return 0 }
func (t operatorTarget) of() catalog.ID  { return 0 }
func (t opClassTarget) of() catalog.ID   { return 0 }

func (t relationTarget) name(a *applier) catalog.Name {
	if r := a.current(catalog.ID(t)); r != nil {
		return relationName(r)
	}
	return catalog.Name{}
}

func (t typeTarget) name(a *applier) catalog.Name {
	if typ, ok := a.s.TypeByID(catalog.ID(t)); ok {
		return catalog.Name{Kind: catalog.KindType, Schema: typ.Schema, Name: typ.Name}
	}
	return catalog.Name{}
}

func (t functionTarget) name(a *applier) catalog.Name {
	if f, ok := a.s.FunctionByID(catalog.ID(t)); ok {
		return catalog.Name{Kind: catalog.KindFunction, Schema: f.Schema, Name: f.Name}
	}
	return catalog.Name{}
}

func (t columnTarget) name(a *applier) catalog.Name { return a.columnNamed(t.relation, t.num) }

func (t defaultTarget) name(a *applier) catalog.Name { return a.columnNamed(t.relation, t.num) }

// columnNamed is a column by its number; its relation if the column is gone.
func (a *applier) columnNamed(relation catalog.ID, num int16) catalog.Name {
	r := a.current(relation)
	if r == nil {
		return catalog.Name{}
	}
	if c := r.ColumnByNum(num); c != nil {
		return columnName(r, c.Name)
	}
	return relationName(r)
}

func (t partTarget) name(a *applier) catalog.Name {
	if r := a.current(t.relation); r != nil {
		return catalog.Name{Kind: t.kind, Schema: r.Schema, Name: r.Name, Sub: t.part}
	}
	return catalog.Name{}
}

func (t namespaceTarget) name(*applier) catalog.Name {
	return catalog.Name{Kind: catalog.KindSchema, Name: string(t)}
}

func (t extensionTarget) name(*applier) catalog.Name {
	return catalog.Name{Kind: catalog.KindExtension, Name: string(t)}
}

func (t objectTarget) name(*applier) catalog.Name {
	return catalog.Name{Kind: t.kind, Schema: t.schema, Name: t.path}
}

func (t operatorTarget) name(*applier) catalog.Name {
	return catalog.Name{Kind: catalog.KindOperator, Schema: t.schema, Name: t.operator}
}

func (t castTarget) name(*applier) catalog.Name { return catalog.Name{Kind: catalog.KindCast} }

func (t opClassTarget) name(*applier) catalog.Name {
	return catalog.Name{Kind: catalog.KindOpClass, Schema: t.schema, Name: t.class}
}

func (t relationTarget) reached(d *dropper) {
	d.deps[catalog.Dep{Class: catalog.ClassRelation, ID: catalog.ID(t)}] = true
	if rel := d.current(catalog.ID(t)); rel != nil && rel.RowType != 0 {
		d.reach(typeTarget(rel.RowType), true)
	}
}

func (t typeTarget) reached(d *dropper) {
	d.deps[catalog.Dep{Class: catalog.ClassType, ID: catalog.ID(t)}] = true
	typ, ok := d.s.TypeByID(catalog.ID(t))
	if !ok {
		return
	}
	if typ.Array != 0 {
		d.reach(typeTarget(typ.Array), true)
	}
	// A composite type goes with its relation; a table reached before keeps how it was reached.
	if rel := relationTarget(typ.Relation); typ.Relation != 0 && !d.goes(rel) {
		d.reach(rel, true)
	}
}

func (t functionTarget) reached(d *dropper) {
	d.deps[catalog.Dep{Class: catalog.ClassFunction, ID: catalog.ID(t)}] = true
}

func (t columnTarget) reached(d *dropper) {
	d.deps[catalog.Dep{Class: catalog.ClassRelation, ID: t.relation, Column: t.num}] = true
}

func (t namespaceTarget) reached(d *dropper) { d.whole = true }
func (t extensionTarget) reached(d *dropper) { d.whole = true }
func (t defaultTarget) reached(*dropper)     {}
func (t partTarget) reached(*dropper)        {}
func (t objectTarget) reached(*dropper)      {}
func (t operatorTarget) reached(*dropper)    {}
func (t castTarget) reached(*dropper)        {}
func (t opClassTarget) reached(*dropper)     {}

func (t relationTarget) remove(a *applier) {
	r := a.current(catalog.ID(t))
	if r.Index != nil {
		a.touches(r.Index.Table)
	}
	for _, parent := range r.Parents {
		a.touches(parent)
	}
	for _, con := range r.Constraints {
		if con.Kind == catalog.ForeignKey {
			a.touches(con.Ref)
		}
	}
	a.s = a.s.WithoutRelation(catalog.ID(t))
}

// touches notes that a relation changes with another one.
func (a *applier) touches(id catalog.ID) {
	if r := a.current(id); r != nil {
		a.effect(catalog.Effect{Op: catalog.OpChange, Name: relationName(r), Cascade: true})
	}
}

func (t typeTarget) remove(a *applier)      { a.s = a.s.WithoutType(catalog.ID(t)) }
func (t functionTarget) remove(a *applier)  { a.s = a.s.WithoutFunction(catalog.ID(t)) }
func (t namespaceTarget) remove(a *applier) { a.s = a.s.WithoutNamespace(string(t)) }
func (t extensionTarget) remove(a *applier) { a.s = a.s.WithoutExtension(string(t)) }
func (t objectTarget) remove(a *applier)    { a.s = a.s.WithoutObject(t.kind, t.schema, t.path) }
func (t castTarget) remove(a *applier)      { a.s = a.s.WithoutCast(t.from, t.to) }

func (t columnTarget) remove(a *applier) {
	a.edit(t.relation, func(r *catalog.Relation) { r.DropColumn(t.num) })
}

func (t defaultTarget) remove(a *applier) {
	a.edit(t.relation, func(r *catalog.Relation) { r.ColumnByNum(t.num).Default = nil })
}

func (t operatorTarget) remove(a *applier) {
	a.s = a.s.WithoutOperator(catalog.Operator{Schema: t.schema, Name: t.operator, Left: t.left, Right: t.right})
}

func (t opClassTarget) remove(a *applier) {
	a.s = a.s.WithoutOpClass(catalog.OpClass{Schema: t.schema, Name: t.class, Method: t.method, Type: t.typ})
}

func (t partTarget) remove(a *applier) {
	if con := a.current(t.relation).Constraint(t.part); t.kind == catalog.KindConstraint && con != nil &&
		con.Kind == catalog.ForeignKey {
		a.touches(con.Ref)
	}
	a.edit(t.relation, func(r *catalog.Relation) {
		switch t.kind {
		case catalog.KindConstraint:
			r.Constraints = slices.DeleteFunc(r.Constraints, func(c catalog.Constraint) bool { return c.Name == t.part })
		case catalog.KindTrigger:
			r.Triggers = slices.DeleteFunc(r.Triggers, func(x catalog.Trigger) bool { return x.Name == t.part })
		case catalog.KindPolicy:
			r.Policies = slices.DeleteFunc(r.Policies, func(x catalog.Policy) bool { return x.Name == t.part })
		case catalog.KindRule:
			r.Rules = slices.DeleteFunc(r.Rules, func(x catalog.Rule) bool { return x.Name == t.part })
		}
	})
}

// remove takes one target out of the schema and records it.
func (a *applier) remove(t target, cascade bool) {
	name := t.name(a)
	if name == (catalog.Name{}) {
		return
	}
	op := catalog.OpRemove
	if _, ok := t.(defaultTarget); ok {
		op = catalog.OpChange
	}
	t.remove(a)
	a.effect(catalog.Effect{Op: op, Name: name, Cascade: cascade})
}
