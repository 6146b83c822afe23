package gorm

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// model is what gorm makes of a struct (schema/schema.go).
type model struct {
	typ  types.Type
	name string
	// table is nil for a TableName that is not known.
	table      goval.Value
	tableName  string
	fields     []*field
	columns    []*field // one for each name of a column, in order
	byColumn   map[string]*field
	byName     map[string]*field
	primary    []*field
	prior      *field // the primary key that First orders by
	defaults   []*field
	deleted    *field // the field of a soft deletion
	deletedInt bool   // it is a number, 0 for rows that are there
	level      int    // how deep it is embedded
	relations  map[string]*relation
	order      []string // names of the relations
	// owners are the relations of other models by which this one has a foreign key.
	owners []*relation
	models *models
}

// kind is what gorm takes the type of a field for; none is that of a relation.
type kind byte

const (
	none kind = iota
	boolean
	integer
	unsigned
	float
	text
	moment
	bytes
	other
)

// field is a field of a model (schema/field.go).
type field struct {
	name, column                                string
	raw                                         string // the tag
	bind                                        []string
	obj                                         *types.Var
	tag                                         map[string]string
	kind                                        kind
	primary, hasDefault, fixedDefault           bool
	creatable, updatable, readable, autoInc     bool
	autoCreate, autoUpdate                      bool
	owner                                       *model
	typ                                         types.Type
	isValuer, isSerialized, ignored, softDelete bool
}

// sent is a hole for the field's value.
func (f *field) sent() goval.Value {
	if f.isSerialized {
		return orm.Value(f.name)
	}
	return orm.Sent(f.name, f.typ)
}

// models are the structs that were asked for.
type models struct {
	env    orm.Env
	naming Naming
	known  typeutil.Map
}

// of is the model of a type: a struct, or pointers to and slices of one; nil if it is none.
func (ms *models) of(t types.Type) *model {
	st := structs.Of(t)
	if st == nil {
		return nil
	}
	if m, ok := ms.known.At(st).(*model); ok {
		return m
	}
	m := &model{typ: st, models: ms, byColumn: map[string]*field{}, byName: map[string]*field{},
		relations: map[string]*relation{}}
	ms.known.Set(st, m)
	if n, ok := types.Unalias(st).(*types.Named); ok {
		m.name = n.Obj().Name()
	}
	m.tableName = ms.naming.Table(m.name)
	m.table = goval.Text(m.tableName)
	if ms.naming.Unknown {
		m.table, m.tableName = goval.UnknownIdent("table name of "+m.name), ""
	} else if named, ok := ms.tableMethod(st); ok {
		m.table = named
		m.tableName, _ = named.Constant()
	}
	m.parse()
	m.relate()
	return m
}

// tableMethod is what TableName of a type returns, if it has one.
func (ms *models) tableMethod(t types.Type) (goval.Value, bool) {
	fn := structs.MethodOf(types.NewPointer(t), "TableName")
	if fn == nil || fn.Signature().Results().Len() != 1 {
		return nil, false
	}
	if results := ms.env.Results(fn); len(results) == 1 && fn.Signature().Params().Len() == 0 {
		if _, constant := results[0].Constant(); constant {
			return results[0], true
		}
	}
	return goval.UnknownIdent("table name of " + types.TypeString(t, nil)), true
}

// parse makes the fields (schema.ParseWithSpecialTableName).
func (m *model) parse() {
	for f := range structs.Fields(m.typ) {
		if f.Var.Exported() {
			m.fields = append(m.fields, m.parseField(f)...)
		}
	}
	for _, f := range m.fields {
		if f.column == "" && f.kind != none && !f.ignored {
			f.column = m.models.naming.Column(f.name)
		}
		if f.column != "" {
			m.takeColumn(f)
		}
		if of, ok := m.byName[f.name]; !ok || of.ignored {
			m.byName[f.name] = f
		}
	}
	m.prioritize()
	for _, f := range m.fields {
		if f.kind != none && f.hasDefault && !f.fixedDefault {
			m.defaults = append(m.defaults, f)
		}
		if f.softDelete && m.deleted == nil {
			m.deleted = f
		}
	}
	if f := m.prior; f != nil && (f.kind == integer || f.kind == unsigned) {
		if _, ok := f.tag["AUTOINCREMENT"]; !ok {
			if !f.hasDefault || f.fixedDefault {
				m.defaults = append(m.defaults, f)
			}
			f.hasDefault, f.fixedDefault, f.autoInc = true, false, true
		}
	}
}

// takeColumn keeps the field of a column that is the least deep.
func (m *model) takeColumn(f *field) {
	old := m.byColumn[f.column]
	if old != nil && !((f.creatable || f.updatable || f.readable) && len(f.bind) < len(old.bind)) {
		return
	}
	if old == nil {
		m.columns = append(m.columns, f)
	} else {
		m.columns[slices.Index(m.columns, old)] = f
		m.primary = slices.DeleteFunc(m.primary, func(p *field) bool { return p == old })
	}
	m.byColumn[f.column], m.byName[f.name] = f, f
	if f.primary {
		m.primary = append(m.primary, f)
	}
}

func (m *model) prioritize() {
	id := m.lookUp("id")
	if id == nil {
		id = m.lookUp("ID")
	}
	switch {
	case id != nil && id.primary:
		m.prior = id
	case id != nil && len(m.primary) == 0:
		id.primary = true
		m.prior = id
		m.primary = append(m.primary, id)
	}
	if m.prior != nil {
		return
	}
	if len(m.primary) == 1 {
		m.prior = m.primary[0]
		return
	}
	for _, f := range m.primary {
		if f.autoInc {
			m.prior = f
			return
		}
	}
}

// lookUp finds a field by the name of its column or its own (Schema.LookUpField).
func (m *model) lookUp(name string) *field {
	if f := m.byColumn[name]; f != nil {
		return f
	}
	if f := m.byName[name]; f != nil {
		return f
	}
	return m.byColumn[m.models.naming.Column(name)]
}

// settingsOf reads a tag, or a part of one (schema.ParseTagSetting).
func settingsOf(tag, sep string) map[string]string {
	out := map[string]string{}
	names := strings.Split(tag, sep)
	for i := 0; i < len(names); i++ {
		s := names[i]
		for strings.HasSuffix(s, `\`) && i+1 < len(names) {
			i++
			s = s[:len(s)-1] + sep + names[i]
		}
		key, value, given := strings.Cut(s, ":")
		key = strings.TrimSpace(strings.ToUpper(key))
		switch {
		case given:
			out[key] = strings.ReplaceAll(value, `\"`, `"`)
		case key != "":
			out[key] = key
		}
	}
	return out
}

func truth(values ...string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return v != "" && !strings.EqualFold(v, "false") })
}

// parseField makes one field, or those of an embedded struct (schema.ParseField).
func (m *model) parseField(of structs.Field) []*field {
	v, raw := of.Var, of.Tag.Get("gorm")
	f := &field{name: v.Name(), bind: of.Path, obj: v, raw: raw, tag: settingsOf(raw, ";"), creatable: true,
		updatable: true, readable: true, typ: structs.Indirect(v.Type())}
	f.column = f.tag["COLUMN"]
	f.primary = truth(f.tag["PRIMARYKEY"], f.tag["PRIMARY_KEY"])
	f.autoInc = truth(f.tag["AUTOINCREMENT"])
	f.hasDefault = f.autoInc
	f.isValuer = structs.HasMethod(types.NewPointer(f.typ), "Value")
	f.kind = f.kindOf()
	f.setDefault()
	f.setTimes()
	if _, ok := f.tag["TYPE"]; ok && f.kind == none {
		f.kind = other
	}
	data := f.kind
	f.setPermissions()
	f.softDelete = structs.IsNamed(f.typ, "gorm.io/gorm", "DeletedAt") ||
		structs.IsNamed(f.typ, "gorm.io/plugin/soft_delete", "DeletedAt")
	m.deletedInt = m.deletedInt || structs.IsNamed(f.typ, "gorm.io/plugin/soft_delete", "DeletedAt")
	_, embeds := f.tag["EMBEDDED"]
	if !embeds && (data == moment || data == bytes || f.isValuer || !v.Embedded() ||
		!(f.creatable || f.updatable || f.readable)) {
		return []*field{f}
	}
	if !structs.Is(f.typ) {
		return []*field{f}
	}
	return m.embed(f)
}

// embed gives the fields of an embedded struct.
func (m *model) embed(f *field) []*field {
	inner := &model{typ: f.typ, models: m.models, byColumn: map[string]*field{}, byName: map[string]*field{},
		relations: map[string]*relation{}}
	if n, ok := types.Unalias(f.typ).(*types.Named); ok {
		inner.name = n.Obj().Name()
	}
	if inner.level = m.level + 1; inner.level > maxLevel {
		return nil
	}
	inner.tableName = m.tableName
	inner.parse()
	m.deletedInt = m.deletedInt || inner.deletedInt
	for _, e := range inner.fields {
		e.owner = inner
		e.bind = append([]string{f.name}, e.bind...)
		if prefix, ok := f.tag["EMBEDDEDPREFIX"]; ok && e.column != "" {
			e.column = prefix + e.column
		}
		if e.primary && !truth(e.tag["PRIMARYKEY"], e.tag["PRIMARY_KEY"]) {
			e.primary = false
			if !truth(e.tag["AUTOINCREMENT"]) {
				e.autoInc = false
			}
			if !e.autoInc && e.tag["DEFAULT"] == "" {
				e.hasDefault = false
			}
		}
		for k, v := range f.tag {
			e.tag[k] = v
		}
	}
	return inner.fields
}

// maxLevel bounds structs that embed structs.
const maxLevel = 16

// kindOf is the data type that gorm finds for the type of a field.
func (f *field) kindOf() kind {
	if structs.HasMethod(types.NewPointer(f.typ), "GormDataType") || f.tag["SERIALIZER"] != "" || f.tag["JSON"] != "" {
		f.isSerialized = f.tag["SERIALIZER"] != "" || f.tag["JSON"] != ""
		if k := basicKind(f.typ); k != none && k != other && !f.isSerialized {
			return k
		}
		return text
	}
	k := basicKind(f.typ)
	if k == none && f.isValuer {
		for in := range structs.Fields(f.typ) {
			if k := basicKind(structs.Pointee(in.Var.Type())); k != none {
				return k
			}
		}
		return other
	}
	return k
}

func basicKind(t types.Type) kind {
	if isTime(t) {
		return moment
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return boolean
		case u.Info()&types.IsUnsigned != 0:
			return unsigned
		case u.Info()&types.IsInteger != 0:
			return integer
		case u.Info()&types.IsFloat != 0:
			return float
		case u.Info()&types.IsString != 0:
			return text
		}
	case *types.Slice:
		if b, ok := u.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Uint8 {
			return bytes
		}
	case *types.Array:
		if b, ok := u.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Uint8 {
			return bytes
		}
	}
	return none
}

// isTime takes time.Time and what can be converted to it.
func isTime(t types.Type) bool {
	if structs.IsTime(t) {
		return true
	}
	st, ok := t.Underlying().(*types.Struct)
	return ok && st.NumFields() == 3 && st.Field(0).Name() == "wall" && st.Field(0).Pkg() != nil &&
		st.Field(0).Pkg().Path() == "time"
}

// setDefault says whether the column has a default, and whether gorm itself knows it.
func (f *field) setDefault() {
	value, ok := f.tag["DEFAULT"]
	if !ok {
		return
	}
	f.hasDefault = true
	value = strings.TrimSpace(value)
	if value == "" || strings.EqualFold(value, "null") || strings.Contains(value, "(") && strings.Contains(value, ")") {
		return
	}
	switch f.kind {
	case boolean, integer, unsigned, float, text:
		f.fixedDefault = true
	}
}

func (f *field) setTimes() {
	timed := f.kind == moment || f.kind == integer || f.kind == unsigned
	v, ok := f.tag["AUTOCREATETIME"]
	f.autoCreate = ok && truth(v) || !ok && f.name == "CreatedAt" && timed
	v, ok = f.tag["AUTOUPDATETIME"]
	f.autoUpdate = ok && truth(v) || !ok && f.name == "UpdatedAt" && timed
}

func (f *field) setPermissions() {
	if v, ok := f.tag["-"]; ok {
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "-", "all":
			f.creatable, f.updatable, f.readable, f.ignored, f.kind = false, false, false, true, none
		}
	}
	if v, ok := f.tag["->"]; ok {
		f.creatable, f.updatable, f.readable = false, false, !strings.EqualFold(v, "false")
	}
	if v, ok := f.tag["<-"]; ok {
		f.creatable, f.updatable = true, true
		if v != "<-" {
			f.creatable, f.updatable = strings.Contains(v, "create"), strings.Contains(v, "update")
		}
	}
}
