package bun

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
	"github.com/schemavet/schemavet/analyzer/internal/orm/structs"
)

// table is what bun makes of a struct (schema/table.go).
type table struct {
	typ           types.Type
	typeName      string
	model         string
	name, selects string
	alias         string
	all           []*field // with those that are only read
	fields        []*field // without
	pks           []*field
	byName        map[string]*field
	relFields     []*field
	relations     map[string]*relation
	deleted       *field
	tables        *tables
	level         int
}

// field is a field of a table (schema/field.go).
type field struct {
	name, goName                            string
	obj                                     *types.Var
	tag                                     tag
	typ                                     types.Type
	isPtr, isPK, nullZero, auto, hasDefault bool
	path                                    []string // the names of the fields that lead to it
}

// relation is a field that is another table (schema/relation.go).
type relation struct {
	kind            string
	field           *field
	join, between   *table
	base, far       []*field // the keys of this table, and those of the joined one
	m2mBase, m2mFar []*field
	polymorphic     *field
}

type tables struct {
	env   orm.Env
	known typeutil.Map
	order []*table // of known
	// settings are the inflectors of table names that the program sets.
	settings []string
}

// Underscore is the name of a column or a model (internal/underscore.go).
func Underscore(s string) string {
	upper := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	lower := func(c byte) bool { return c >= 'a' && c <= 'z' }
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if !upper(c) {
			b.WriteByte(c)
			continue
		}
		if i > 0 && i+1 < len(s) && (lower(s[i-1]) || lower(s[i+1])) {
			b.WriteByte('_')
		}
		b.WriteByte(c + 'a' - 'A')
	}
	return b.String()
}

// tag is a parsed tag (internal/tagparser).
type tag struct {
	name    string
	options map[string][]string
}

func (t tag) has(name string) bool { return t.options[name] != nil }

func (t tag) option(name string) string {
	if vs := t.options[name]; len(vs) > 0 {
		return vs[len(vs)-1]
	}
	return ""
}

func parseTag(s string) tag {
	out := tag{options: map[string][]string{}}
	seenName := false
	for len(s) > 0 {
		var part string
		part, s = cutPart(s)
		key, value, isOption := strings.Cut(part, ":")
		switch {
		case !isOption && !seenName:
			out.name = part
		case key != "":
			out.options[key] = append(out.options[key], strings.Trim(value, `"`))
		}
		seenName = true
	}
	return out
}

// cutPart cuts at the first comma that stands in neither quotes nor brackets.
func cutPart(s string) (part, rest string) {
	depth, quoted := 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth <= 0:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// of is the table of a type: a struct, or pointers to and slices of one; nil if it is none.
func (ts *tables) of(t types.Type) *table {
	st := structs.Of(t)
	if st == nil {
		return nil
	}
	if tb, ok := ts.known.At(st).(*table); ok {
		return tb
	}
	tb := &table{typ: st, tables: ts, byName: map[string]*field{}, relations: map[string]*relation{}}
	ts.known.Set(st, tb)
	ts.order = append(ts.order, tb)
	tb.init()
	tb.relate()
	return tb
}

func (tb *table) init() {
	if n, ok := types.Unalias(tb.typ).(*types.Named); ok {
		tb.typeName = n.Obj().Name()
	}
	tb.model = Underscore(tb.typeName)
	tb.alias = tb.model
	if name, ok := tb.tables.inflected(tb.model); ok {
		tb.name, tb.selects = name, sqlbuild.Quote(name)
	}
	if tb.level > maxLevel {
		return
	}
	tb.processFields()
}

// maxLevel bounds structs that embed structs.
const maxLevel = 16

// takes is how the fields of a struct are taken: those of embedded structs stand where these do, and give way to
// own ones of the same name and to each other.
type takes struct {
	order []taken
	// own counts the fields of a name that the struct itself has.
	own map[string]int
}

type taken struct {
	*field
	embedded bool
}

// processFields makes the fields.
func (tb *table) processFields() {
	all := takes{own: map[string]int{}}
	for f := range structs.Fields(tb.typ) {
		text := f.Tag.Get("bun")
		tg := parseTag(text)
		switch {
		case text == "-":
			all.own[f.Name()]++
		case !f.Var.Exported() && !f.Var.Embedded():
		case isBaseModel(f):
			tb.baseModel(tg)
		case f.Var.Embedded():
			if inner := all.embed(tb, f, ""); inner != nil && (tg.has("inherit") || tg.has("extend")) {
				tb.name, tb.selects, tb.alias, tb.model, tb.typeName = inner.name, inner.selects, inner.alias, inner.model,
					inner.typeName
			}
		case tg.has("embed"):
			all.embed(tb, f, tg.option("embed"))
		default:
			own := newField(f, tg)
			all.own[own.name]++
			all.order = append(all.order, taken{own, false})
		}
	}
	for _, f := range all.winners() {
		tb.addField(f)
	}
}

// isBaseModel says that a field is bun.BaseModel or schema.BaseModel, under its own name.
func isBaseModel(f structs.Field) bool {
	return f.Name() == "BaseModel" && f.Var.Embedded() && (structs.NameIn(f.Var.Type(), path) == "BaseModel" ||
		structs.NameIn(f.Var.Type(), path+"/schema") != "")
}

// embed takes the fields of a struct in a field, under names with a prefix; nil if it is none.
func (t *takes) embed(tb *table, f structs.Field, prefix string) *table {
	typ := structs.Pointee(f.Var.Type())
	if !structs.Is(typ) {
		return nil
	}
	inner := &table{typ: typ, tables: tb.tables, byName: map[string]*field{}, relations: map[string]*relation{},
		level: tb.level + 1}
	inner.init()
	for _, in := range inner.all {
		t.order = append(t.order, taken{in.within(f, prefix), true})
	}
	return inner
}

// winners are the fields that are columns: of several embedded ones of a name the only one with a tag, else none.
func (t *takes) winners() (out []*field) {
	count, tagged := map[string]int{}, map[string]int{}
	for name := range t.own {
		count[name], tagged[name] = 1, 1
	}
	for _, f := range t.order {
		if f.embedded {
			count[f.name]++
		}
		if f.embedded && !f.tag.isZero() {
			tagged[f.name]++
		}
	}
	for _, f := range t.order {
		if !f.embedded || count[f.name] == 1 || !f.tag.isZero() && tagged[f.name] == 1 {
			out = append(out, f.field)
		}
	}
	return out
}

func (t tag) isZero() bool { return t.name == "" && len(t.options) == 0 }

// within is the field as one of a struct that has its struct in a field.
func (f *field) within(outer structs.Field, prefix string) *field {
	c := *f
	c.name = prefix + f.name
	c.path = append(slices.Clone(outer.Path), f.path...)
	return &c
}

func (tb *table) baseModel(tg tag) {
	set := func(name string) {
		tb.name, tb.selects = name, sqlbuild.Quote(name)
		if tb.alias == "" {
			tb.alias = name // The struct has no name of its own.
		}
	}
	if tg.name != "" {
		set(tg.name)
	}
	if s := tg.option("table"); s != "" {
		set(s)
	}
	if s := tg.option("select"); s != "" {
		tb.selects = s
		if !strings.ContainsAny(s, "?()") {
			tb.selects = sqlbuild.Quote(s)
		}
	}
	if s := tg.option("alias"); s != "" {
		tb.alias = s
	}
}

func newField(of structs.Field, tg tag) *field {
	v := of.Var
	f := &field{name: Underscore(v.Name()), goName: v.Name(), obj: v, tag: tg, typ: v.Type(), path: of.Path}
	if p, ok := f.typ.Underlying().(*types.Pointer); ok {
		f.isPtr, f.typ = true, p.Elem()
	}
	if tg.name != "" {
		f.name = tg.name
	}
	if s := tg.option("column"); s != "" {
		f.name = s
	}
	f.isPK = tg.has("pk")
	f.nullZero = tg.has("nullzero") || tg.has("autoincrement")
	f.auto = tg.has("autoincrement")
	f.hasDefault = tg.option("default") != ""
	return f
}

func (tb *table) addField(f *field) {
	tb.all = append(tb.all, f)
	if f.tag.has("rel") || f.tag.has("m2m") {
		tb.relFields = append(tb.relFields, f)
		return
	}
	tb.byName[f.name] = f
	if alt := f.tag.option("alt"); alt != "" {
		tb.byName[alt] = f
	}
	if f.tag.has("scanonly") {
		return
	}
	if f.tag.has("soft_delete") {
		tb.deleted = f
	}
	tb.fields = append(tb.fields, f)
	if f.isPK {
		tb.pks = append(tb.pks, f)
	}
}

// data are the fields that are no keys.
func (tb *table) data() []*field {
	return slices.DeleteFunc(slices.Clone(tb.fields), func(f *field) bool { return f.isPK })
}

func (tb *table) byGoName(name string) *field {
	for _, f := range tb.all {
		if f.goName == name {
			return f
		}
	}
	return nil
}

// relate finds the keys of relations; one without is left out, as bun refuses the model.
func (tb *table) relate() {
	for _, f := range tb.relFields {
		r := &relation{kind: f.tag.option("rel"), field: f}
		if f.tag.has("m2m") {
			r.kind = "m2m"
		}
		if r.join = tb.tables.of(f.typ); r.join == nil {
			continue
		}
		if tb.bind(r) {
			tb.relations[f.goName] = r
		}
	}
}

// joins are the pairs of a join tag.
func (t tag) joins() (base, far []string) {
	for _, list := range t.options["join"] {
		for pair := range strings.SplitSeq(list, ",") {
			b, f, _ := strings.Cut(strings.TrimSpace(pair), "=")
			base, far = append(base, b), append(far, f)
		}
	}
	return base, far
}

func (tb *table) bind(r *relation) bool {
	switch r.kind {
	case "belongs-to":
		r.base, r.far = tb.belongsTo(r.field, r.join)
	case "has-one", "has-many":
		r.base, r.far = tb.has(r)
	case "m2m":
		return tb.many2many(r)
	}
	return len(r.far) > 0 && !slices.Contains(r.base, nil) && !slices.Contains(r.far, nil)
}

func (tb *table) belongsTo(f *field, other *table) (base, far []*field) {
	if names, joined := f.tag.joins(); len(names) > 0 {
		for i := range names {
			base, far = append(base, tb.byName[names[i]]), append(far, other.byName[joined[i]])
		}
		return base, far
	}
	for _, pk := range other.pks {
		b := tb.byName[Underscore(f.goName)+"_"+pk.name]
		if b == nil {
			b = tb.byName[pk.name]
		}
		base, far = append(base, b), append(far, pk)
	}
	return base, far
}

func (tb *table) has(r *relation) (base, far []*field) {
	_, polymorphic := r.field.tag.options["polymorphic"]
	typeColumn := Underscore(tb.model) + "_type"
	if names, joined := r.field.tag.joins(); len(names) > 0 {
		for i := range names {
			if polymorphic && names[i] == "type" {
				typeColumn = joined[i]
				continue
			}
			base, far = append(base, tb.byName[names[i]]), append(far, r.join.byName[joined[i]])
		}
	} else {
		for _, pk := range tb.pks {
			f := r.join.byName[Underscore(tb.model)+"_"+pk.name]
			if f == nil {
				f = r.join.byName[pk.name]
			}
			base, far = append(base, pk), append(far, f)
		}
	}
	if polymorphic {
		r.polymorphic = r.join.byName[typeColumn]
	}
	return base, far
}

// many2many finds the table between among those that are known: bun looks it up by its name,
// among the models that are registered.
func (tb *table) many2many(r *relation) bool {
	left, right := tb.typeName, r.join.typeName
	if base, far := r.field.tag.joins(); len(base) > 0 {
		left, right = base[0], far[0]
	}
	for _, between := range tb.tables.named(r.field.tag.option("m2m"), tb) {
		l, f := between.byGoName(left), between.byGoName(right)
		if l == nil || f == nil {
			continue
		}
		r.between = between
		r.m2mBase, r.base = between.belongsTo(l, tb)
		r.m2mFar, r.far = between.belongsTo(f, r.join)
		return len(r.base) > 0 && len(r.far) > 0
	}
	return false
}

// named finds the structs of a table by its name: in the package of a model, in the order of
// their names, and among those that the code has asked for.
func (ts *tables) named(name string, near *table) []*table {
	asked := ts.order
	var out []*table
	if n, ok := types.Unalias(near.typ).(*types.Named); ok && n.Obj().Pkg() != nil {
		out = ts.declaredIn(n.Obj().Pkg().Scope(), name)
	}
	for _, tb := range asked {
		if tb.name == name && !slices.Contains(out, tb) {
			out = append(out, tb)
		}
	}
	return out
}

func (ts *tables) declaredIn(scope *types.Scope, name string) []*table {
	var out []*table
	for _, other := range scope.Names() {
		tn, ok := scope.Lookup(other).(*types.TypeName)
		if !ok {
			continue
		}
		st, ok := tn.Type().Underlying().(*types.Struct)
		if !ok || !mentions(st, name) {
			continue
		}
		if tb := ts.of(tn.Type()); tb != nil && tb.name == name {
			out = append(out, tb)
		}
	}
	return out
}

// mentions says that a struct can have a table of the name.
func mentions(st *types.Struct, name string) bool {
	for f := range structs.Fields(st) {
		if f.Name() == "BaseModel" || strings.Contains(string(f.Tag), name) || strings.Contains(string(f.Tag), "bun:") {
			return true
		}
	}
	return false
}

// qualifier stands before the columns; a struct without a name has none.
func (tb *table) qualifier() string {
	if tb.alias == "" {
		return ""
	}
	return sqlbuild.Quote(tb.alias) + "."
}
