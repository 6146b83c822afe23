package gorm

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/jinzhu/inflection"
)

// relationKind is how two models belong together.
type relationKind byte

const (
	belongsTo relationKind = iota
	hasOne
	hasMany
	manyToMany
)

// relation is a field that is another model (schema/relationship.go).
type relation struct {
	name  string
	kind  relationKind
	field *field
	owner *model
	model *model
	refs  []reference
	// join is the table between the two, of manyToMany.
	join *model
}

// reference ties a foreign key to a key. own says that the key is the owner's; a constant
// that stands for the owner's type has no key.
type reference struct {
	key, foreign *field
	own          bool
}

// relate finds the relations. The fields of other models are parsed by then.
func (m *model) relate() {
	for _, f := range m.fields {
		if f.kind != none || f.ignored || !(f.creatable || f.updatable || f.readable) {
			continue
		}
		other := m.models.of(f.typ)
		if other == nil {
			continue
		}
		r := &relation{name: f.name, field: f, owner: m, model: other}
		if m.bind(r) {
			if old := m.relations[r.name]; old == nil {
				m.order = append(m.order, r.name)
			}
			m.relations[r.name] = r
		}
	}
}

// bind finds what ties the models; false if nothing does, as then gorm refuses the model.
func (m *model) bind(r *relation) bool {
	_, isSlice := r.field.typ.Underlying().(*types.Slice)
	tag := r.field.tag
	switch {
	case tag["POLYMORPHIC"] != "" || tag["POLYMORPHICTYPE"] != "" && tag["POLYMORPHICID"] != "":
		return m.polymorphic(r, isSlice)
	case tag["MANY2MANY"] != "":
		return m.many2many(r)
	case tag["BELONGSTO"] != "":
		return m.guess(r, guessBelongs) || m.guess(r, guessEmbeddedBelongs) || m.guess(r, guessHas) ||
			m.guess(r, guessEmbeddedHas)
	case isSlice:
		return m.guess(r, guessHas) || m.guess(r, guessEmbeddedHas)
	case r.model == m:
		return m.guess(r, guessBelongs) || m.guess(r, guessEmbeddedBelongs) || m.guess(r, guessHas) ||
			m.guess(r, guessEmbeddedHas)
	}
	return m.guess(r, guessHas) || m.guess(r, guessBelongs) || m.guess(r, guessEmbeddedBelongs) ||
		m.guess(r, guessHas) || m.guess(r, guessEmbeddedHas)
}

func (m *model) polymorphic(r *relation, isSlice bool) bool {
	tag := r.field.tag
	typeName, idName := tag["POLYMORPHIC"]+"Type", tag["POLYMORPHIC"]+"ID"
	if v := strings.TrimSpace(tag["POLYMORPHICTYPE"]); v != "" {
		typeName = v
	}
	if v := strings.TrimSpace(tag["POLYMORPHICID"]); v != "" {
		idName = v
	}
	typ, id := r.model.byName[typeName], r.model.byName[idName]
	key := m.prior
	if keys := columnsOf(tag["FOREIGNKEY"]); len(keys) > 0 {
		key = m.lookUp(keys[0])
	}
	if typ == nil || id == nil || key == nil {
		return false
	}
	r.refs = []reference{{foreign: typ}, {key: key, foreign: id, own: true}}
	r.kind = hasOne
	if isSlice {
		r.kind = hasMany
	}
	return true
}

func columnsOf(tag string) []string {
	if tag == "" {
		return nil
	}
	out := strings.Split(tag, ",")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

// title is a name with its first letter in upper case.
func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (m *model) keysNamed(tag string, all []*field) []*field {
	names := columnsOf(tag)
	if len(names) == 0 {
		return all
	}
	var out []*field
	for _, n := range names {
		f := m.lookUp(n)
		if f == nil {
			return nil
		}
		out = append(out, f)
	}
	return out
}

// many2many makes the table between (schema.buildMany2ManyRelation).
func (m *model) many2many(r *relation) bool {
	tag := r.field.tag
	own := m.keysNamed(tag["FOREIGNKEY"], m.primary)
	far := r.model.keysNamed(tag["REFERENCES"], r.model.primary)
	if len(own) == 0 || len(far) == 0 {
		return false
	}
	ownNames, farNames := columnsOf(tag["JOINFOREIGNKEY"]), columnsOf(tag["JOINREFERENCES"])
	name := m.models.naming.JoinTable(tag["MANY2MANY"])
	join := &model{models: m.models, tableName: name, byColumn: map[string]*field{}, byName: map[string]*field{},
		relations: map[string]*relation{}}
	join.table = textOf(name)
	add := func(name string, key *field, isOwn bool) {
		f := join.byName[name]
		if f == nil {
			f = &field{name: name, column: m.models.naming.Column(name), obj: r.field.obj, kind: key.kind, primary: true,
				creatable: true, updatable: true, readable: true,
				typ: key.typ, isValuer: key.isValuer, isSerialized: key.isSerialized, tag: maps.Clone(key.tag)}
			for _, own := range []string{"COLUMN", "AUTOINCREMENT", "INDEX", "UNIQUE", "UNIQUEINDEX"} {
				delete(f.tag, own)
			}
			join.fields, join.columns, join.primary = append(join.fields, f), append(join.columns, f), append(join.primary, f)
			join.byName[name], join.byColumn[f.column] = f, f
		}
		r.refs = append(r.refs, reference{key: key, foreign: f, own: isOwn})
	}
	used := map[string]bool{}
	for i, key := range own {
		name := title(m.name) + key.name
		if i < len(ownNames) {
			name = title(ownNames[i])
		}
		used[name] = true
		add(name, key, true)
	}
	for i, key := range far {
		name := title(r.model.name) + key.name
		if used[name] {
			if r.field.name != r.model.name {
				name = inflection.Singular(r.field.name) + key.name
			} else {
				name += "Reference"
			}
		}
		if i < len(farNames) {
			name = title(farNames[i])
		}
		add(name, key, false)
	}
	r.kind, r.join = manyToMany, join
	return true
}

type guessLevel byte

const (
	guessBelongs guessLevel = iota
	guessEmbeddedBelongs
	guessHas
	guessEmbeddedHas
)

// guess tries one way of finding the keys (schema.guessRelation).
func (m *model) guess(r *relation, level guessLevel) bool {
	keyed, foreign := m, r.model
	switch level {
	case guessBelongs:
		keyed, foreign = r.model, m
	case guessEmbeddedBelongs, guessEmbeddedHas:
		if r.field.owner == nil {
			return false
		}
		keyed, foreign = r.model, r.field.owner
		if level == guessEmbeddedHas {
			keyed, foreign = r.field.owner, r.model
		}
	}
	foreignNames, keyNames := columnsOf(r.field.tag["FOREIGNKEY"]), columnsOf(r.field.tag["REFERENCES"])
	var keys, foreigns []*field
	if len(foreignNames) > 0 {
		for _, name := range foreignNames {
			f := foreign.lookUp(name)
			if f == nil {
				return false
			}
			foreigns = append(foreigns, f)
		}
	} else {
		keys, foreigns = m.guessKeys(r, level, keyed, foreign, keyNames)
	}
	switch {
	case len(foreigns) == 0:
		return false
	case len(keyNames) > 0:
		keys = nil
		for _, name := range keyNames {
			f := keyed.lookUp(name)
			if f == nil {
				return false
			}
			keys = append(keys, f)
		}
	case len(keys) == 0 && len(foreigns) == 1 && keyed.prior != nil:
		keys = []*field{keyed.prior}
	case len(keys) == 0 && len(keyed.primary) == len(foreigns):
		keys = keyed.primary
	case len(keys) == 0:
		return false
	}
	if len(keys) < len(foreigns) {
		return false
	}
	has := level == guessHas || level == guessEmbeddedHas
	r.refs = nil
	for i, f := range foreigns {
		r.refs = append(r.refs, reference{key: keys[i], foreign: f, own: has})
	}
	r.kind = belongsTo
	if has {
		r.kind = hasOne
		if _, ok := r.field.typ.Underlying().(*types.Slice); ok {
			r.kind = hasMany
		}
	}
	return true
}

// guessKeys looks for foreign keys by the names that they must have.
func (m *model) guessKeys(r *relation, level guessLevel, keyed, foreign *model, keyNames []string) (keys,
	foreigns []*field) {
	name := keyed.name
	if name == "" {
		name = r.model.name
	}
	primary := keyed.primary
	if len(keyNames) > 0 {
		primary = nil
		for _, n := range keyNames {
			if f := keyed.lookUp(n); f != nil {
				primary = append(primary, f)
			}
		}
	}
	for _, key := range primary {
		full := name + key.name
		if level == guessBelongs {
			full = r.field.name + key.name
		}
		names := []string{full}
		if len(primary) == 1 {
			stem := strings.TrimSuffix(full, key.name)
			names = append(names, stem+"ID", stem+"Id", m.models.naming.Column(stem+"ID"))
		}
		if f := foreign.firstOf(r.field.bind, names); f != nil {
			keys, foreigns = append(keys, key), append(foreigns, f)
		}
	}
	return keys, foreigns
}

// firstOf is the first field of some names, the nearest to a field that is embedded first.
func (m *model) firstOf(bind []string, names []string) *field {
	for _, name := range names {
		for i := len(bind) - 1; i >= 0; i-- {
			want := append(slices.Clone(bind[:i]), name)
			for _, f := range m.fields {
				if slices.Equal(f.bind, want) {
					return f
				}
			}
		}
	}
	for _, name := range names {
		if f := m.lookUp(name); f != nil {
			return f
		}
	}
	return nil
}

// isAssociations says that a name is clause.Associations, as gorm spells it now and before 1.20.8.
func isAssociations(name string) bool { return name == "~~~as~~~" || name == "@@@as@@@" }
