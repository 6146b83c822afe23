package live

import (
	"context"
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

func (r *reader) readTypes(ctx context.Context) {
	type row struct {
		ID                           catalog.ID
		Schema, Name, Kind, Category string
		Preferred, Shell             bool
		Elem, Array, Relation, Base  catalog.ID
		BaseMod                      string
		NotNull, HasDefault          bool
		Labels                       []string
		Subtype, Range               catalog.ID
	}
	r.types = map[catalog.ID]*catalog.Type{}
	for _, t := range rows[row](ctx, r, "types.sql") {
		r.seen(t.ID)
		typ := &catalog.Type{
			ID: t.ID, Schema: t.Schema, Name: t.Name, Kind: catalog.TypeKind(t.Kind[0]), Category: t.Category[0],
			Preferred: t.Preferred,
			Elem:      t.Elem, Array: t.Array, Relation: t.Relation, Extension: r.extension("pg_type", t.ID), Labels: t.Labels,
			Base: catalog.TypeRef{ID: t.Base, Mod: t.BaseMod}, NotNull: t.NotNull, HasDefault: t.HasDefault,
			Subtype: t.Subtype, Range: t.Range, Shell: t.Shell,
		}
		if t.Shell {
			typ.Kind = catalog.BaseType
		}
		if t.Elem != 0 && typ.Extension == "" {
			typ.Extension = r.extension("pg_type", t.Elem)
		}
		r.types[t.ID] = typ
		r.schema = r.schema.WithType(typ)
	}
}

func (r *reader) readFunctions(ctx context.Context) {
	type row struct {
		ID                 catalog.ID
		Schema, Name, Kind string
		Set                bool
		Result             catalog.ID
		Language, Body     string
		Defaults           int
		Types              []catalog.ID
		Modes              string
		Names              []string
		Path               string
		Definer, Strict    bool
		Stable             bool
		Owner              string
	}
	for _, f := range rows[row](ctx, r, "functions.sql") {
		r.seen(f.ID)
		fn := &catalog.Function{
			ID: f.ID, Schema: f.Schema, Name: f.Name, Kind: catalog.FuncKind(f.Kind[0]), ReturnsSet: f.Set,
			Result: catalog.TypeRef{ID: f.Result}, Language: f.Language, Body: f.Body,
			Deps: r.needs[object{"pg_proc", f.ID, 0}], Extension: r.extension("pg_proc", f.ID),
			SecurityDefiner: f.Definer, Strict: f.Strict, Stable: f.Stable, ACL: r.acls[object{"pg_proc", f.ID, 0}],
		}
		fn.ACL.Owner = f.Owner
		if f.Path != "" {
			fn.SearchPath = catalog.ParseSearchPath(f.Path)
		}
		for i, t := range f.Types {
			a := catalog.Arg{Type: catalog.TypeRef{ID: t}, Mode: 'i'}
			if i < len(f.Modes) {
				a.Mode = f.Modes[i]
			}
			if i < len(f.Names) {
				a.Name = f.Names[i]
			}
			fn.Args = append(fn.Args, a)
		}
		defaults := f.Defaults
		for i := len(fn.Args) - 1; i >= 0 && defaults > 0; i-- {
			if slices.Contains([]byte("ibv"), fn.Args[i].Mode) {
				fn.Args[i].HasDefault = true
				defaults--
			}
		}
		r.schema = r.schema.WithFunction(fn)
	}
}

func (r *reader) readOperators(ctx context.Context) {
	type operator struct {
		ID                  catalog.ID
		Schema, Name        string
		Left, Right, Result catalog.ID
	}
	for _, o := range rows[operator](ctx, r, "operators.sql") {
		r.schema = r.schema.WithOperator(catalog.Operator{Schema: o.Schema, Name: o.Name, Left: o.Left, Right: o.Right,
			Result:    o.Result,
			Extension: r.extension("pg_operator", o.ID), Deps: r.needs[object{"pg_operator", o.ID, 0}]})
	}
	type cast struct {
		ID              catalog.ID
		From, To        catalog.ID
		Context, Method string
	}
	for _, c := range rows[cast](ctx, r, "casts.sql") {
		r.schema = r.schema.WithCast(catalog.Cast{From: c.From, To: c.To, Context: c.Context[0], Method: c.Method[0],
			Extension: r.extension("pg_cast", c.ID), Deps: r.needs[object{"pg_cast", c.ID, 0}]})
	}
	type opClass struct {
		ID                   catalog.ID
		Schema, Name, Method string
		Type                 catalog.ID
		Default              bool
	}
	for _, o := range rows[opClass](ctx, r, "opclasses.sql") {
		r.schema = r.schema.WithOpClass(catalog.OpClass{Schema: o.Schema, Name: o.Name, Method: o.Method, Type: o.Type,
			Default:   o.Default,
			Extension: r.extension("pg_opclass", o.ID)})
	}
}

func (r *reader) readObjects(ctx context.Context) {
	type row struct {
		Kind, Catalog string
		ID            catalog.ID
		Schema, Name  string
	}
	for _, o := range rows[row](ctx, r, "objects.sql") {
		r.schema = r.schema.WithObject(catalog.Object{Kind: catalog.Kind(o.Kind), Schema: o.Schema, Name: o.Name,
			Extension: r.extension(o.Catalog, o.ID)})
	}
}
