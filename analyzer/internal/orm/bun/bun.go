// Package bun lowers github.com/uptrace/bun with its PostgreSQL dialect: what its queries
// write, after query_*.go, relation_join.go and schema of version 1.3.
//
// It does not know which values are zero unless a literal says so. Hooks of models are not
// followed.
package bun

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

var paths = []string{path}

// Library is bun.
var Library = &orm.Library{
	Name: "bun", Paths: paths, Makes: makes, Call: making, Mutates: mutates, Lower: lower, Reads: reads,
	Setting: setting, Declared: declaredTable,
	Creator: &orm.Creator{Creates: creates, Created: created},
}

const path = "github.com/uptrace/bun"

var (
	handles = []string{"DB", "Tx", "Conn", "IDB"}
	queries = []string{"SelectQuery", "InsertQuery", "UpdateQuery", "DeleteQuery", "RawQuery", "ValuesQuery",
		"CreateTableQuery", "CreateIndexQuery", "TruncateTableQuery", "DropTableQuery", "AddColumnQuery", "DropColumnQuery",
		"DropIndexQuery", "MergeQuery", "QueryBuilder"}
)

// makes says that values of a type are builders.
func makes(t types.Type) bool {
	name := structs.NameIn(t, path)
	return slices.Contains(handles, name) || slices.Contains(queries, name)
}

// sends are the methods of queries that send them.
var sends = []string{"Scan", "Exec", "Rows", "Count", "ScanAndCount", "Exists"}

// making says what a function of the library does.
func making(fn *types.Func) goval.Making {
	if fn.Pkg() == nil || fn.Pkg().Path() != path {
		return goval.NotMaking
	}
	recv := fn.Signature().Recv()
	results := fn.Signature().Results()
	if recv != nil && slices.Contains(queries, structs.NameIn(recv.Type(), path)) {
		switch {
		case fn.Name() == "String":
			return goval.MakesText
		case slices.Contains(sends, fn.Name()):
			return goval.Sends
		}
	}
	if results.Len() > 0 && slices.Contains(queries, structs.NameIn(results.At(0).Type(), path)) {
		return goval.MakesBuilder
	}
	return goval.NotMaking
}

// mutates: a query is changed by the calls of its methods.
func mutates(v goval.Value) bool {
	return slices.ContainsFunc(v, func(p goval.Part) bool {
		switch p := p.(type) {
		case *goval.Call:
			return orm.IsOf(p.Func, paths)
		case *goval.Param:
			return strings.HasPrefix(strings.TrimLeft(p.Type, "*"), path+".")
		}
		return false
	})
}

// lower gives the texts of a builder.
func lower(v goval.Value, env orm.Env) []goval.Value {
	ts := tablesOf(env)
	var out []goval.Value
	for _, steps := range expand(v).Variants() {
		last := steps.LastCall()
		if last == nil {
			continue
		}
		q := newQuery(ts, last.Run())
		q.take(steps[:len(steps)-1])
		for _, text := range q.send(last) {
			if len(text) > 0 {
				out = append(out, text)
			}
		}
	}
	return out
}

// expand puts the calls of functions that a query is given in their place.
func expand(v goval.Value) goval.Value {
	var out goval.Value
	for _, p := range v {
		switch q := p.(type) {
		case *goval.OneOf:
			choice := &goval.OneOf{}
			for _, o := range q.Options {
				choice.Options = append(choice.Options, expand(o))
			}
			out = append(out, choice)
			continue
		case *goval.Call:
			if q.Name == "Apply" || q.Name == "ApplyQueryBuilder" {
				for _, e := range orm.Variadic(q, 0).Elems {
					out = append(out, expand(orm.WithoutRoot(e.Func()))...)
				}
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// reads: the last call names what it reads into, or it is the model
// (model.go).
func reads(builder goval.Value, env orm.Env) *orm.Rows {
	last := builder.LastCall()
	if last == nil || last.Name == "Rows" {
		return nil
	}
	var dests []goval.Arg
	switch last.Name {
	case "Scan", "Exec":
		dests = last.Args[min(1, len(last.Args)):]
	case "Count", "Exists", "ScanAndCount":
		return &orm.Rows{}
	}
	if len(dests) > 1 || len(dests) == 1 && orm.IsScalar(dests[0].DynamicType()) {
		out := orm.Scalars(dests)
		out.Library = "bun"
		return out
	}
	ts := tablesOf(env)
	var tb *table
	if len(dests) == 1 {
		tb = ts.of(dests[0].DynamicType())
	} else {
		q := newQuery(ts, last.Run())
		q.take(builder[:len(builder)-1])
		// Exec reads what RETURNING gives, as Scan does (scanOrExec); relations are read by queries of their own, or
		// into fields of fields.
		if len(q.relations) == 0 && (last.Name == "Scan" || q.hasReturning()) {
			tb = q.table
		}
	}
	if tb == nil {
		return &orm.Rows{}
	}
	out := &orm.Rows{Library: "bun", Strict: true}
	for _, f := range tb.all {
		c := orm.Column{Name: f.name}
		if !f.isEncoded() {
			c.Type = f.typ
		}
		out.Columns = append(out.Columns, c)
	}
	return out
}

// written is a hole for the field's value.
func (f *field) written() goval.Value {
	if f.isEncoded() {
		return orm.Value(f.name)
	}
	return orm.Written(f.name, f.typ)
}

// isEncoded says that a tag makes a field be read in another way than its type would be.
func (f *field) isEncoded() bool {
	return f.tag.has("array") || f.tag.has("multirange") || f.tag.has("hstore") || f.tag.has("msgpack") ||
		f.tag.has("type")
}
