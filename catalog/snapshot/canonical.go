package snapshot

import (
	"cmp"
	"hash/fnv"
	"reflect"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
)

// canonical is the schema as data in which nothing tells in what order, or on which server, its
// objects were made: IDs follow from names, lists are in the order of names. Adding an object
// leaves those of the others.
func canonical(s *catalog.Schema) catalog.Exported {
	own := s.Export()
	var e catalog.Exported
	newIDs(s, own).copy(reflect.ValueOf(&e).Elem(), reflect.ValueOf(own))
	e.Next = span
	for _, r := range e.Relations {
		sortNamed(r.Constraints, func(c catalog.Constraint) string { return c.Name })
		sortNamed(r.Triggers, func(t catalog.Trigger) string { return t.Name })
		sortNamed(r.Rules, func(x catalog.Rule) string { return x.Name })
		sortNamed(r.Policies, func(p catalog.Policy) string { return p.Name })
		for _, p := range r.Policies {
			slices.Sort(p.Roles)
		}
	}
	for _, t := range e.Types {
		sortNamed(t.Constraints, func(c catalog.Constraint) string { return c.Name })
	}
	for _, r := range e.Roles {
		slices.Sort(r.MemberOf)
		slices.Sort(r.Aloof)
	}
	slices.SortFunc(e.Relations, func(a, b catalog.ExportedRelation) int {
		return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name))
	})
	slices.SortFunc(e.Types, func(a, b *catalog.Type) int {
		return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name))
	})
	slices.SortFunc(e.Functions, func(a, b *catalog.Function) int {
		return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(e.Operators, func(a, b catalog.Operator) int {
		return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name), cmp.Compare(a.Left, b.Left),
			cmp.Compare(a.Right, b.Right))
	})
	slices.SortFunc(e.Casts, func(a, b catalog.Cast) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	slices.SortFunc(e.OpClasses, func(a, b catalog.OpClass) int {
		return cmp.Or(strings.Compare(a.Method, b.Method), strings.Compare(a.Schema, b.Schema),
			strings.Compare(a.Name, b.Name))
	})
	for _, p := range e.Published {
		slices.Sort(p.Schemas)
		slices.SortFunc(p.Tables, func(a, b catalog.PublishedTable) int { return cmp.Compare(a.Table, b.Table) })
	}
	return e
}

func sortNamed[T any](list []T, name func(T) string) {
	slices.SortStableFunc(list, func(a, b T) int { return strings.Compare(name(a), name(b)) })
}

// span is how many IDs there are for names: those of objects that are made later lie above.
const span = 1 << 31

// ids maps the IDs of a schema to those that follow from names.
type ids struct {
	to    map[catalog.ID]catalog.ID
	taken map[catalog.ID]bool
}

func newIDs(s *catalog.Schema, e catalog.Exported) *ids {
	names := map[catalog.ID]string{}
	for _, r := range e.Relations {
		names[r.ID] = "relation\x00" + r.Schema + "\x00" + r.Name
	}
	for _, t := range e.Types {
		names[t.ID] = "type\x00" + t.Schema + "\x00" + t.Name
	}
	for _, f := range e.Functions {
		name := "function\x00" + f.Schema + "\x00" + f.Name
		for _, a := range f.Args {
			name += "\x00" + string(a.Mode)
			if t, ok := s.TypeByID(a.Type.ID); ok {
				name += t.Schema + "." + t.Name
			}
		}
		names[f.ID] = name
	}
	order := make([]catalog.ID, 0, len(names))
	for id := range names {
		order = append(order, id)
	}
	slices.SortFunc(order, func(a, b catalog.ID) int {
		return cmp.Or(strings.Compare(names[a], names[b]), cmp.Compare(a, b))
	})
	x := &ids{to: map[catalog.ID]catalog.ID{}, taken: map[catalog.ID]bool{}}
	for _, id := range order {
		x.to[id] = x.free(names[id])
	}
	return x
}

// free is the ID of a name, or the next one that no other name has.
func (x *ids) free(name string) catalog.ID {
	h := fnv.New32a()
	h.Write([]byte(name))
	id := catalog.ID(h.Sum32() % span)
	for id < catalog.FirstID || x.taken[id] {
		id = (id + 1) % span
	}
	x.taken[id] = true
	return id
}

// copy copies a value with the new IDs: what Export gives is the schema's own. Built-in objects
// keep their IDs, and so do those that are not in the schema. What objects need is a set, and is
// put into an order.
func (x *ids) copy(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			x.copy(to.Elem(), from.Elem())
		}
	case reflect.Struct:
		to.Set(from)
		for i := range from.NumField() {
			if from.Type().Field(i).IsExported() {
				x.copy(to.Field(i), from.Field(i))
			}
		}
	case reflect.Slice:
		if grants, ok := from.Interface().([]catalog.Grant); ok {
			from = reflect.ValueOf(canonicalGrants(grants))
		} else if from.Len() == 0 {
			return // No list and an empty one are the same.
		}
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			x.copy(to.Index(i), from.Index(i))
		}
		if deps, ok := to.Interface().([]catalog.Dep); ok {
			slices.SortFunc(deps, compareDeps)
		}
	default:
		to.Set(from)
		if id, ok := from.Interface().(catalog.ID); ok && x.to[id] != 0 {
			to.SetUint(uint64(x.to[id]))
		}
	}
}

// canonicalGrants are the grants in the order of the grantees, without those of which everything was
// revoked. That there are none, and that nothing was ever granted, differ.
func canonicalGrants(list []catalog.Grant) []catalog.Grant {
	if list == nil {
		return nil
	}
	out := slices.DeleteFunc(slices.Clone(list), func(g catalog.Grant) bool { return g.Privileges == 0 })
	sortNamed(out, func(g catalog.Grant) string { return g.Role })
	return out
}

func compareDeps(a, b catalog.Dep) int {
	return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Column, b.Column))
}
