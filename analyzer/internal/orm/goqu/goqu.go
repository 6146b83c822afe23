// Package goqu lowers github.com/doug-martin/goqu v9 and v8 with its PostgreSQL dialect: what its
// datasets write and send, after the packages goqu, exp, exec and sqlgen of version 9.19.0.
//
// It does not know how many values a slice holds, nor what SetColumnRenameFunction makes of the names
// of fields: with one the columns of structs are holes.
package goqu

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

var roots = []string{"github.com/doug-martin/goqu/v9", "github.com/doug-martin/goqu/v8"}

// paths are the packages of the library: of each version those of datasets, expressions and sending.
var paths = func() (out []string) {
	for _, root := range roots {
		out = append(out, root, root+"/exp", root+"/exec")
	}
	return out
}()

// Library is goqu.
var Library = &orm.Library{Name: "goqu", Paths: paths, Makes: makes, Call: making, Lower: lower, Reads: reads,
	Setting: setting, Session: &orm.Session{Is: isSession, Brings: func(goval.Value) bool { return false }}}

// containers are the types that are maps and slices, and no builders.
var containers = []string{"Ex", "ExOr", "Op", "Record", "Vals"}

// others are the types of builders that are neither datasets nor expressions.
var others = []string{"Database", "TxDatabase", "DialectWrapper", "QueryExecutor", "SQLExpression", "RangeVal",
	"JoinCondition", "ExpressionList", "ColumnListExpression"}

func makes(t types.Type) bool {
	name := structs.NameIn(t, paths...)
	return strings.HasSuffix(name, "Dataset") || strings.HasSuffix(name, "Expression") || slices.Contains(others, name)
}

func isDataset(t types.Type) bool { return strings.HasSuffix(structs.NameIn(t, paths...), "Dataset") }

func isSession(goType string) bool {
	return slices.ContainsFunc([]string{"Database", "TxDatabase", "DialectWrapper"}, func(name string) bool {
		return slices.ContainsFunc(roots, func(root string) bool {
			return strings.TrimPrefix(goType, "*") == root+"."+name
		})
	})
}

// scans are the calls of a dataset that send it and read its rows; Context may follow the name.
var scans = []string{"ScanStructs", "ScanStruct", "ScanVals", "ScanVal", "Count", "Pluck"}

// starts are the functions that begin a dataset.
var starts = []string{"From", "Select", "Insert", "Update", "Delete", "Truncate"}

// sends are those of an executor.
var sends = append([]string{"Exec", "Query", "Scanner"}, scans...)

func making(fn *types.Func) goval.Making {
	results := fn.Signature().Results()
	recv := fn.Signature().Recv()
	if fn.Pkg() == nil || results.Len() == 0 {
		return goval.NotMaking
	}
	if !slices.Contains(paths, fn.Pkg().Path()) {
		// type querier interface { From(...any) *goqu.SelectDataset }
		if recv != nil && types.IsInterface(recv.Type()) && isStart(fn.Name()) && isDataset(results.At(0).Type()) {
			return goval.MakesBuilder
		}
		return goval.NotMaking
	}
	if recv != nil {
		owner, name := structs.NameIn(recv.Type(), paths...), strings.TrimSuffix(fn.Name(), "Context")
		switch {
		case fn.Name() == "ToSQL" && (makes(recv.Type()) || types.IsInterface(recv.Type())):
			return goval.MakesText
		case strings.HasSuffix(owner, "Dataset") && slices.Contains(scans, name),
			owner == "QueryExecutor" && slices.Contains(sends, name):
			return goval.Sends
		}
	}
	if makes(results.At(0).Type()) {
		return goval.MakesBuilder
	}
	return goval.NotMaking
}

func isStart(name string) bool { return slices.Contains(starts, name) }

// lower gives the texts of a dataset of which the last call sends it, or makes text.
func lower(builder goval.Value, env orm.Env) []goval.Value {
	var out []goval.Value
	for _, steps := range builder.Variants() {
		last := steps.LastCall()
		if last == nil {
			continue
		}
		w := newWriter(env, steps)
		n := w.fold(steps[:len(steps)-1])
		if n.dataset == nil {
			out = append(out, n.unknownText())
			continue
		}
		if orm.Owner(last) != "QueryExecutor" {
			w.scan(n.dataset, last)
		}
		out = append(out, w.text(n.dataset))
	}
	return out
}

// scan is what a dataset becomes when it reads its rows itself (select_dataset.go).
func (w *writer) scan(d *dataset, c *goval.Call) {
	name, isContext := strings.CutSuffix(c.Name, "Context")
	args := c.Args
	if isContext {
		args = args[min(1, len(args)):]
	}
	switch name {
	case "ScanStructs", "ScanStruct":
		if d.isDefault && len(args) > 0 {
			d.selects = []goval.Value{w.destination(args[0].DynamicType())}
		}
	case "Count":
		d.selects = []goval.Value{orm.At(c, `COUNT(*) AS "count"`)}
	case "Pluck":
		if len(args) > 1 {
			d.selects = []goval.Value{w.column(args[1])}
		}
	}
	if name == "ScanStruct" || name == "ScanVal" || name == "Count" {
		d.limit = goval.Text("1")
	}
}

// destination are the columns of what rows are read into.
func (w *writer) destination(t types.Type) goval.Value {
	if st := structOf(t); st != nil {
		return w.structColumns(st)
	}
	return goval.Unknown("columns of the struct that is read into")
}

// reads says where the rows go: structs take columns by name and refuse others, values take them by
// position.
func reads(builder goval.Value, env orm.Env) *orm.Rows {
	last := builder.LastCall()
	if last == nil {
		return nil
	}
	name, isContext := strings.CutSuffix(last.Name, "Context")
	args := last.Args
	if isContext {
		args = args[min(1, len(args)):]
	}
	switch name {
	case "ToSQL", "Query", "Exec":
		return nil
	case "ScanStructs", "ScanStruct":
		st := structOf(first(args).DynamicType())
		columns, known := newWriter(env, builder).columns(st)
		if st == nil || !known {
			return &orm.Rows{}
		}
		out := &orm.Rows{Strict: true}
		for _, c := range columns {
			out.Columns = append(out.Columns, orm.Column{Name: c.name, Type: c.typ})
		}
		return out
	case "ScanVals", "ScanVal", "Pluck":
		return orm.Scalars(args[:min(1, len(args))])
	}
	return &orm.Rows{}
}

func first(args []goval.Arg) goval.Arg {
	if len(args) == 0 {
		return goval.Arg{}
	}
	return args[0]
}
