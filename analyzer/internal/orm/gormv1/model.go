package gormv1

import (
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/gorm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// model is what gorm makes of a struct (model_struct.go).
type model struct {
	typ     types.Type
	table   goval.Value
	fields  []*field
	primary []*field
}

// field is a field that is a column; relations are none.
type field struct {
	name, column        string
	path                []string
	obj                 *types.Var
	typ                 types.Type
	primary, hasDefault bool
}

type models struct {
	env   orm.Env
	known typeutil.Map
}

func modelsOf(env orm.Env) *models {
	return env.Once(path, func() any { return &models{env: env} }).(*models)
}

// of is the model of a struct, or of pointers to and slices of one; nil if it is none.
func (ms *models) of(t types.Type) *model {
	st := structs.Of(t)
	if st == nil {
		return nil
	}
	if m, ok := ms.known.At(st).(*model); ok {
		return m
	}
	m := &model{typ: st}
	ms.known.Set(st, m)
	m.fields = fieldsOf(st, 0)
	for _, f := range m.fields {
		if f.primary {
			m.primary = append(m.primary, f)
		}
	}
	if f := m.byName("id"); len(m.primary) == 0 && f != nil {
		f.primary, m.primary = true, []*field{f}
	}
	name := ""
	if n, ok := types.Unalias(st).(*types.Named); ok {
		name = n.Obj().Name()
	}
	m.table = ms.tableName(st, gorm.Naming{}.Table(name))
	return m
}

// tableName is what TableName gives, if the struct has it and it is constant.
func (ms *models) tableName(t types.Type, name string) goval.Value {
	fn := structs.MethodOf(types.NewPointer(t), "TableName")
	if fn == nil {
		return goval.Text(name)
	}
	if results := ms.env.Results(fn); len(results) == 1 && fn.Signature().Params().Len() == 0 {
		if _, constant := results[0].Constant(); constant {
			return results[0]
		}
	}
	return goval.UnknownIdent("table name of " + t.String())
}

// maxLevel bounds structs that embed structs.
const maxLevel = 16

// fieldsOf are the columns of a struct, with those of the structs that it embeds.
func fieldsOf(st types.Type, level int) (out []*field) {
	for of := range structs.Fields(st) {
		v, tag := of.Var, settings(of.Tag)
		if _, ignored := tag["-"]; ignored || !v.Exported() {
			continue
		}
		t := structs.Indirect(v.Type())
		f := &field{name: v.Name(), column: tag["COLUMN"], path: of.Path, obj: v, typ: t}
		_, f.primary = tag["PRIMARY_KEY"]
		_, def := tag["DEFAULT"]
		_, auto := tag["AUTO_INCREMENT"]
		f.hasDefault = !f.primary && (def || auto)
		if f.column == "" {
			f.column = gorm.Naming{}.Column(v.Name())
		}
		_, embedded := tag["EMBEDDED"]
		switch {
		case structs.HasMethod(types.NewPointer(t), "Scan") || structs.IsTime(t):
			out = append(out, f)
		case embedded || v.Embedded():
			if structs.Of(t) == nil || level > maxLevel {
				continue
			}
			for _, in := range fieldsOf(structs.Of(t), level+1) {
				in.column = tag["EMBEDDED_PREFIX"] + in.column
				in.path = append([]string{v.Name()}, in.path...)
				out = append(out, in)
			}
		case isRelation(t):
		default:
			out = append(out, f)
		}
	}
	return out
}

// settings reads the tags (parseTagSetting).
func settings(tag reflect.StructTag) map[string]string {
	out := map[string]string{}
	for _, key := range []string{"sql", "gorm"} {
		for part := range strings.SplitSeq(tag.Get(key), ";") {
			name, value, given := strings.Cut(part, ":")
			name = strings.TrimSpace(strings.ToUpper(name))
			if !given {
				value = name
			}
			if name != "" {
				out[name] = value
			}
		}
	}
	return out
}

// isRelation takes structs and slices of them.
func isRelation(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return true
	case *types.Slice:
		return structs.Of(u.Elem()) != nil && !structs.HasMethod(types.NewPointer(u.Elem()), "Scan") &&
			!structs.IsTime(u.Elem())
	}
	return false
}

// byName finds a field by its name, its column, or the column that its name would have
// (Scope.FieldByName).
func (m *model) byName(name string) *field {
	column := gorm.Naming{}.Column(name)
	for _, f := range m.fields {
		if f.name == name || f.column == name {
			return f
		}
	}
	i := slices.IndexFunc(m.fields, func(f *field) bool { return f.column == column })
	if i < 0 {
		return nil
	}
	return m.fields[i]
}

// key is the primary key that queries order by (Scope.PrimaryField).
func (m *model) key() *field {
	if len(m.primary) > 1 {
		if f := m.byName("id"); f != nil {
			return f
		}
	}
	if len(m.primary) == 0 {
		return nil
	}
	return m.primary[0]
}
