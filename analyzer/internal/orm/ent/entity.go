package ent

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"github.com/jinzhu/inflection"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// entity is what the generated package of one entity says.
type entity struct {
	name      string
	root, pkg *types.Package
	table, id string
	// columns are those that every query names; fks those that only edges need.
	columns, fks []string
	// fields are the columns by the name in methods: Name of SetName.
	fields map[string]string
	edges  map[string]*edge
	es     *entities
}

// edge is a relation: its table and columns are where sqlgraph finds it.
type edge struct {
	name, rel string
	inverse   bool
	table     string
	columns   []string
	to        string // the name of the other entity
}

// fromOwner says that the foreign key is a column of the entity that the edge belongs to.
func (e *edge) fromOwner() bool { return e.rel == "M2O" || e.rel == "O2O" && e.inverse }

type entities struct {
	env   orm.Env
	known map[entityName]*entity
}

type entityName struct {
	root *types.Package
	name string
}

// of is the entity of a generated package by its name; nil if its package is not found.
func (es *entities) of(root *types.Package, name string) *entity {
	key := entityName{root, name}
	if e, ok := es.known[key]; ok {
		return e
	}
	var pkg *types.Package
	for _, p := range root.Imports() {
		// The folder has the entity's name; the package another one if that is taken.
		if p.Path() == root.Path()+"/"+strings.ToLower(name) {
			pkg = p
		}
	}
	es.known[key] = nil
	if pkg == nil || !isEntity(pkg) {
		return nil
	}
	e := &entity{name: name, root: root, pkg: pkg, table: text(pkg, "Table"), id: text(pkg, "FieldID"),
		fields: map[string]string{}, edges: map[string]*edge{}, es: es}
	e.columns, e.fks = es.list(pkg, "Columns"), es.list(pkg, "ForeignKeys")
	if len(e.columns) == 0 {
		return nil
	}
	es.known[key] = e
	for _, n := range pkg.Scope().Names() {
		if field, ok := strings.CutPrefix(n, "Field"); ok && text(pkg, n) != "" {
			e.fields[field] = text(pkg, n)
		}
		if name, ok := strings.CutPrefix(n, "Edge"); ok && text(pkg, n) != "" {
			e.addEdge(name)
		}
	}
	return e
}

// text is a constant of a package.
func text(pkg *types.Package, name string) string {
	c, ok := pkg.Scope().Lookup(name).(*types.Const)
	if !ok || c.Val().Kind() != constant.String {
		return ""
	}
	return constant.StringVal(c.Val())
}

func (es *entities) list(pkg *types.Package, name string) []string {
	obj := pkg.Scope().Lookup(name)
	if obj == nil {
		return nil
	}
	var out []string
	for _, v := range es.env.List(obj) {
		s, _ := v.Constant()
		out = append(out, s)
	}
	return out
}

func (e *entity) addEdge(name string) {
	d := &edge{name: name, table: text(e.pkg, name+"Table")}
	fn, ok := e.pkg.Scope().Lookup("Has" + name).(*types.Func)
	if !ok {
		return
	}
	said := e.es.env.Results(fn)
	if len(said) < 3 {
		return
	}
	d.rel, _ = said[0].Constant()
	inverse, _ := said[1].Constant()
	d.inverse = inverse == "true"
	for _, v := range said[3:] {
		s, _ := v.Constant()
		d.columns = append(d.columns, s)
	}
	if d.rel == "M2M" {
		d.columns = e.es.list(e.pkg, name+"PrimaryKey")
	}
	if q, ok := methodOf(e.root, e.name+"Query", "Query"+name); ok && q.Signature().Results().Len() == 1 {
		_, d.to, _ = generated(q.Signature().Results().At(0).Type())
	}
	if (len(d.columns) == 2 || len(d.columns) == 1 && d.rel != "M2M") && d.to != "" {
		e.edges[name] = d
	}
}

func methodOf(pkg *types.Package, typ, name string) (*types.Func, bool) {
	tn, ok := pkg.Scope().Lookup(typ).(*types.TypeName)
	if !ok {
		return nil, false
	}
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, pkg, name)
	fn, ok := obj.(*types.Func)
	return fn, ok
}

// edgeOf is the edge that a method of a mutation speaks of: AddPetIDs, AddPets, SetOwnerID.
func (e *entity) edgeOf(rest string) *edge {
	for _, name := range []string{rest, strings.TrimSuffix(rest, "ID"), strings.TrimSuffix(rest, "IDs")} {
		if d := e.edges[name]; d != nil {
			return d
		}
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(rest, "IDs"), "ID")
	for name, d := range e.edges {
		if inflection.Singular(name) == stem || strings.TrimSuffix(name, "s") == stem {
			return d
		}
	}
	return nil
}

// hasDefault says that every new row gets a field.
func (e *entity) hasDefault(field string) bool {
	return e.pkg.Scope().Lookup("Default"+field) != nil
}

// hasUpdateDefault says that every update sets a field.
func (e *entity) hasUpdateDefault(field string) bool {
	return e.pkg.Scope().Lookup("UpdateDefault"+field) != nil
}

// immutable says that no update sets the field of a column.
func (e *entity) immutable(column string) bool {
	for name, c := range e.fields {
		if c == column {
			_, ok := methodOf(e.root, e.name+"Update", "Set"+name)
			return !ok
		}
	}
	return false
}

// bothWays says that an edge of many to many is its own inverse: each row is there twice.
func (e *entity) bothWays(d *edge) bool {
	if d.to != e.name {
		return false
	}
	for _, other := range e.edges {
		if other != d && other.table == d.table && other.rel == "M2M" {
			return false
		}
	}
	return true
}

// fieldNames are the names of the fields, in the order of their columns.
func (e *entity) fieldNames() []string {
	var out []string
	for name := range e.fields {
		out = append(out, name)
	}
	slices.SortFunc(out, func(a, b string) int {
		return slices.Index(e.columns, e.fields[a]) - slices.Index(e.columns, e.fields[b])
	})
	return out
}

// declared is where the generated package declares the name of a column.
func (e *entity) declared(column string) *goval.Run {
	for name, c := range e.fields {
		if c == column {
			run := e.es.env.Position(e.pkg.Scope().Lookup("Field" + name))
			return &run
		}
	}
	return nil
}
