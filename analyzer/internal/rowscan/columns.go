package rowscan

import (
	"cmp"
	"go/types"
	"iter"
	"regexp"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/dbapi"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// columns sets how a consumer takes a row into a value of a type; false if that is not known.
func (p *Package) columns(c *usage.Consumer, how dbapi.How, t types.Type) bool {
	base := deref(t)
	switch how {
	case dbapi.One:
		single(c, t)
	case dbapi.PgxPosition, dbapi.PgxName, dbapi.PgxLax:
		s, ok := base.Underlying().(*types.Struct)
		if !ok {
			return false
		}
		p.pgxColumns(c, how, s)
	case dbapi.Sqlx, dbapi.SqlxAll, sqlxUnsafe, sqlxUnsafeAll:
		return p.sqlxColumns(c, how, t, base)
	case dbapi.Scany, dbapi.ScanyAll, dbapi.ScanyAPI, dbapi.ScanyAPIAll:
		return p.scanyColumns(c, t, base)
	default:
		return false
	}
	return true
}

// single takes one column.
func single(c *usage.Consumer, t types.Type) {
	c.Match, c.Extra, c.Missing = usage.ByPosition, usage.Refused, usage.Refused
	c.Dests = []usage.Dest{{Type: GoType(t)}}
}

// pgxColumns are those of pgx's RowToStruct functions (rows.go, computeStructFields and
// computeNamedStructFields).
func (p *Package) pgxColumns(c *usage.Consumer, how dbapi.How, s *types.Struct) {
	c.Match, c.Extra = usage.ByName, usage.Refused
	if how != dbapi.PgxLax {
		c.Missing = usage.Refused
	}
	if how == dbapi.PgxPosition {
		c.Match = usage.ByPosition
	}
	p.pgxFields(c, structs.Fields(s), 0)
}

func (p *Package) pgxFields(c *usage.Consumer, fields iter.Seq[structs.Field], depth int) {
	for f := range fields {
		if f.Var.Embedded() && structs.Is(f.Var.Type()) {
			if depth < maxTypeDepth {
				p.pgxFields(c, f.Inner(), depth+1)
			}
			continue
		}
		tag, tagged := f.First("db")
		if !f.Var.Exported() || tag == "-" {
			continue
		}
		d := p.dest("", f.Var)
		switch {
		case c.Match == usage.ByPosition:
		case tagged:
			d.Name, d.Fold = tag, usage.NoCase
		default:
			d.Name, d.Fold = f.Name(), usage.NoUnderscores
		}
		c.Dests = append(c.Dests, d)
	}
}

// sqlxColumns are those of sqlx: a struct that is no Scanner and has exported fields by name,
// all else as one column (sqlx.go, isScannable and scanAll).
func (p *Package) sqlxColumns(c *usage.Consumer, how dbapi.How, t, base types.Type) bool {
	s, ok := base.Underlying().(*types.Struct)
	if !ok || isScanner(base) || !hasExported(s) {
		single(c, t)
		return true
	}
	c.Match, c.Extra, c.Missing = usage.ByName, usage.Refused, usage.Ignored
	if how == sqlxUnsafe || how == sqlxUnsafeAll {
		c.Extra = usage.Ignored
	}
	p.nested(c, structs.Fields(s), "", strings.ToLower, map[string]bool{}, 0)
	return true
}

var (
	firstCap = regexp.MustCompile("(.)([A-Z][a-z]+)")
	allCap   = regexp.MustCompile("([a-z0-9])([A-Z])")
)

// snakeCase is scany's SnakeCaseMapper.
func snakeCase(name string) string {
	return strings.ToLower(allCap.ReplaceAllString(firstCap.ReplaceAllString(name, "${1}_${2}"), "${1}_${2}"))
}

// scanyColumns are those of scany (dbscan, rowscanner.go and structref.go).
func (p *Package) scanyColumns(c *usage.Consumer, t, base types.Type) bool {
	s, ok := base.Underlying().(*types.Struct)
	if !ok || isScanner(base) {
		if _, isMap := base.Underlying().(*types.Map); isMap {
			c.Match = usage.IntoMap
			return true
		}
		single(c, t)
		return true
	}
	c.Match, c.Extra, c.Missing = usage.ByName, usage.Refused, usage.Ignored
	p.nested(c, structs.Fields(s), "", snakeCase, map[string]bool{}, 0)
	return true
}

// dest is a field that takes a column.
func (p *Package) dest(name string, f *types.Var) usage.Dest {
	pos := p.Fset.Position(f.Pos())
	return usage.Dest{Name: name, Type: GoType(f.Type()),
		Declared: usage.Declared{File: pos.Filename, Line: pos.Line, Column: pos.Column}}
}

// maxNesting bounds how deep structs in structs are followed.
const maxNesting = 2

// nested adds the fields of a struct, and those of structs in it under the names a.b; an
// embedded struct without a tag adds its fields as they are. A field that is found first
// hides others of its name: the nearer one.
func (p *Package) nested(c *usage.Consumer, fields iter.Seq[structs.Field], prefix string, name func(string) string,
	seen map[string]bool, depth int) {
	type inner struct {
		of     structs.Field
		prefix string
	}
	var queue []inner
	for f := range fields {
		tag, _ := f.First("db")
		if !f.Var.Exported() && !f.Var.Embedded() || tag == "-" {
			continue
		}
		column := prefix + cmp.Or(tag, name(f.Name()))
		if !f.Var.Embedded() && !seen[column] {
			seen[column] = true
			c.Dests = append(c.Dests, p.dest(column, f.Var))
		}
		t := structs.Pointee(f.Var.Type())
		switch {
		case !structs.Is(t) || depth >= maxNesting || nameOfType(t) == "Time":
		case !f.Var.Embedded(), tag != "":
			queue = append(queue, inner{f, column + "."})
		default:
			queue = append(queue, inner{f, prefix})
		}
	}
	for _, in := range queue {
		p.nested(c, in.of.Inner(), in.prefix, name, seen, depth+1)
	}
}

// hasExported says that a struct has fields that sqlx can set.
func hasExported(t types.Type) bool {
	for f := range structs.Fields(t) {
		if f.Var.Exported() || f.Var.Embedded() {
			return true
		}
	}
	return false
}

// isScanner says that a pointer to the type has sql.Scanner's Scan.
func isScanner(t types.Type) bool {
	fn := structs.MethodOf(t, "Scan")
	return fn != nil && fn.Signature().Params().Len() == 1 && !fn.Signature().Variadic()
}
