package gorm

import (
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
)

// preloaded is what is sent for the relations that are loaded with a query
// (callbacks/preload.go).
func (s *session) preloaded() []goval.Value {
	if s.model == nil {
		return nil
	}
	var out []goval.Value
	done := map[string]bool{}
	for _, p := range s.preloads {
		ways := p.name.Variants()
		for _, way := range ways {
			text, ok := way.Constant()
			switch {
			case !ok:
				out = append(out, join(s.w.Made("SELECT * FROM "), way))
			case isAssociations(text):
				for _, name := range s.model.order {
					out = append(out, s.load(s.model.relations[name], p.args)...)
				}
			default:
				out = append(out, s.loadPath(text, p.args, done, len(ways) == 1)...)
			}
		}
	}
	return out
}

// loadPath is what is sent for the relations that a name leads through, those but for the last unless they are done.
// A name that is certain and leads nowhere is one that is not understood: of others gorm refuses it.
func (s *session) loadPath(path string, args *goval.List, done map[string]bool, certain bool) []goval.Value {
	var out []goval.Value
	m, names := s.model, strings.Split(path, ".")
	for i, name := range names {
		r := m.relations[name]
		if r == nil && certain {
			return append(out, join(s.w.Made("SELECT * FROM "), goval.Unknown("relation "+path)))
		}
		if r == nil {
			return out
		}
		here, own := strings.Join(names[:i+1], "."), args
		if i < len(names)-1 {
			own = &goval.List{}
		}
		if i == len(names)-1 || !done[here] && !s.preloads.has(here) {
			done[here] = true
			out = append(out, s.load(r, own)...)
		}
		m = r.model
	}
	return out
}

type preloads []preload

func (p preloads) has(path string) bool {
	return slices.ContainsFunc(p, func(p preload) bool { text, _ := p.name.Constant(); return text == path })
}

// load is what is sent for one relation.
func (s *session) load(r *relation, args *goval.List) []goval.Value {
	var out []goval.Value
	in := s.sessionOf(r.model)
	var keys []goval.Value
	if r.join != nil {
		between := s.sessionOf(r.join)
		var own []goval.Value
		for _, ref := range r.refs {
			if ref.own {
				own = append(own, s.w.of(between.tableRef(), ref.foreign))
			} else {
				keys = append(keys, s.w.of(in.tableRef(), ref.key))
			}
		}
		between.wheres = []expr{inAll(own)}
		out = append(out, between.queryText(nil))
	} else {
		for _, ref := range r.refs {
			switch {
			case ref.key == nil:
				in.wheres = append(in.wheres, equal(s.w.column(ref.foreign)))
			case ref.own:
				keys = append(keys, s.w.of(in.tableRef(), ref.foreign))
			default:
				keys = append(keys, s.w.of(in.tableRef(), ref.key))
			}
		}
	}
	in.wheres = append(in.wheres, inAll(keys))
	in.unscoped = s.unscoped
	return append(out, s.loadWays(in, args)...)
}

// loadWays adds the conditions of Preload: text with values, or a function.
func (s *session) loadWays(in *session, args *goval.List) []goval.Value {
	var plainArgs []goval.Element
	var funcs []goval.Value
	for _, e := range args.Elems {
		if len(e.Func()) > 0 {
			funcs = append(funcs, orm.WithoutRoot(e.Func()))
		} else {
			plainArgs = append(plainArgs, e)
		}
	}
	steps := goval.Concat(funcs...)
	var out []goval.Value
	for _, way := range expand(steps).Variants() {
		c := *in
		c.wheres = slices.Clone(in.wheres)
		c.take(way)
		if len(plainArgs) > 0 {
			c.wheres = append(c.wheres, c.conditions(plainArgs[0].Arg, args.With(plainArgs[1:]))...)
		}
		out = append(out, c.queryText(nil))
		out = append(out, c.preloaded()...)
	}
	return out
}

// sessionOf is a new session with a model.
func (s *session) sessionOf(m *model) *session {
	in := newSession(s.ms, s.w.At)
	in.model = m
	in.modelArg = &goval.Arg{}
	return in
}

func inAll(columns []goval.Value) expr {
	if len(columns) == 1 {
		return in(columns[0], orm.Value("values"))
	}
	var values []goval.Value
	for range columns {
		values = append(values, orm.Value("value"))
	}
	return in(join(textOf("("), orm.Join(columns, ","), textOf(")")),
		join(textOf("("), orm.Join(values, ","), textOf(")")))
}

// sendAssociation is what the methods of Association send (association.go).
func (s *session) sendAssociation(c *goval.Call) []goval.Value {
	name, ok := s.association.Constant()
	if s.model == nil || !ok || s.model.relations[name] == nil {
		return nil
	}
	r := s.model.relations[name]
	switch c.Name {
	case "Find":
		q := s.related(r, true)
		if len(c.Args) > 1 {
			q.wheres = append(q.wheres, q.conditions(c.Args[1], orm.Variadic(c, 2))...)
		}
		return []goval.Value{q.queryText(nil)}
	case "Count":
		q := s.related(r, false)
		q.selectExpr = textOf("count(*)")
		return []goval.Value{q.queryText(nil)}
	case "Append":
		if r.kind == hasOne || r.kind == belongsTo {
			return s.replace(r, len(c.Args) > 0)
		}
		return s.append(r)
	case "Replace":
		return s.replace(r, len(c.Args) > 0)
	case "Clear":
		return s.replace(r, false)
	case "Delete":
		return s.unlink(r, true)
	}
	return nil
}

// related is a query of the rows of a relation.
func (s *session) related(r *relation, named bool) *session {
	q := s.sessionOf(r.model)
	q.wheres, q.orders, q.limited, q.offset, q.unscoped, q.preloads = s.wheres, s.orders, s.limited, s.offset,
		s.unscoped, s.preloads
	if r.join == nil {
		list, keys := []expr{}, []goval.Value{}
		for _, ref := range r.refs {
			switch {
			case ref.key == nil:
				list = append(list, equal(s.w.of(q.tableRef(), ref.foreign)))
			case ref.own:
				keys = append(keys, s.w.of(q.tableRef(), ref.foreign))
			default:
				keys = append(keys, s.w.of(q.tableRef(), ref.key))
			}
		}
		q.wheres = append(slices.Clone(q.wheres), append(list, inAll(keys))...)
		return q
	}
	if named {
		for _, f := range r.model.columns {
			q.selects = append(q.selects, goval.Arg{Value: s.w.of(q.tableRef(), f)})
		}
	}
	between := s.sessionOf(r.join)
	list, own := []expr{}, []goval.Value{}
	for _, ref := range r.refs {
		if ref.own {
			own = append(own, s.w.of(between.tableRef(), ref.foreign))
		} else {
			list = append(list, raw(join(s.w.of(between.tableRef(), ref.foreign), textOf(" = "), s.w.of(q.tableRef(), ref.key))))
		}
	}
	q.joins = []joined{{name: join(textOf("JOIN "), between.from(), textOf(" ON "),
		buildWhere(append(list, inAll(own)))), args: &goval.List{}}}
	return q
}

// append makes the rows of a relation, and touches the owner.
func (s *session) append(r *relation) []goval.Value {
	out := s.saveRelation(r, r.field)
	return append(out, s.touched(r)...)
}

// touched is the UPDATE of the owner: the keys that it holds, and the time that gorm keeps.
func (s *session) touched(r *relation) []goval.Value {
	var sets []goval.Value
	for _, f := range s.model.columns {
		holds := slices.ContainsFunc(r.refs,
			func(ref reference) bool { return !ref.own && r.join == nil && ref.foreign == f })
		if f.autoUpdate || holds {
			sets = append(sets, join(s.w.column(f), textOf("="), orm.Value(f.name)))
		}
	}
	c := *s
	c.wheres = nil
	if text := c.updateText(sets); text != nil {
		return []goval.Value{text}
	}
	return nil
}

// replace saves what is given and unties the others.
func (s *session) replace(r *relation, given bool) []goval.Value {
	var out []goval.Value
	if given {
		out = s.append(r)
	}
	if r.kind == belongsTo && given {
		return out
	}
	return append(out, s.untie(r, given)...)
}

// untie takes away what is tied to the owner, but for what was given.
func (s *session) untie(r *relation, given bool) []goval.Value {
	switch r.kind {
	case belongsTo:
		var sets []goval.Value
		for _, ref := range r.refs {
			sets = append(sets, join(s.w.column(ref.foreign), textOf("="), orm.Value("NULL")))
		}
		c := *s
		c.wheres = nil
		return []goval.Value{c.updateText(sets)}
	case manyToMany:
		between := s.sessionOf(r.join)
		var own, far []goval.Value
		for _, ref := range r.refs {
			column := s.w.of(between.tableRef(), ref.foreign)
			if ref.own {
				own = append(own, column)
			} else {
				far = append(far, column)
			}
		}
		between.wheres = []expr{inAll(own)}
		if given {
			between.wheres = append(between.wheres, not([]expr{inAll(far)}))
		}
		return []goval.Value{join(s.w.Made("DELETE FROM "), between.from(), between.whereText())}
	}
	in := s.sessionOf(r.model)
	in.skipHooks = true
	var sets, keys, own []goval.Value
	if given {
		for _, k := range r.model.primary {
			own = append(own, s.w.of(in.tableRef(), k))
		}
		in.wheres = append(in.wheres, not([]expr{inAll(own)}))
	}
	for _, ref := range r.refs {
		if ref.key == nil {
			in.wheres = append(in.wheres, equal(s.w.column(ref.foreign)))
			continue
		}
		keys = append(keys, s.w.of(in.tableRef(), ref.foreign))
		sets = append(sets, join(s.w.column(ref.foreign), textOf("="), orm.Value("NULL")))
	}
	in.wheres = append(in.wheres, inAll(keys))
	in.modelArg = nil
	return []goval.Value{in.updateText(sets)}
}

// unlink is Delete of an association: the values stay, their tie goes.
func (s *session) unlink(r *relation, _ bool) []goval.Value {
	in := s.sessionOf(r.model)
	in.skipHooks, in.modelArg = true, nil
	var own, far, sets []goval.Value
	switch r.kind {
	case manyToMany:
		between := s.sessionOf(r.join)
		for _, ref := range r.refs {
			column := s.w.of(between.tableRef(), ref.foreign)
			if ref.own {
				own = append(own, column)
			} else {
				far = append(far, column)
			}
		}
		between.wheres = []expr{inAll(own), inAll(far)}
		return []goval.Value{join(s.w.Made("DELETE FROM "), between.from(), between.whereText())}
	case belongsTo:
		in = s.sessionOf(s.model)
		in.skipHooks, in.modelArg = true, nil
		for _, k := range s.model.primary {
			own = append(own, s.w.of(in.tableRef(), k))
		}
		for _, ref := range r.refs {
			far = append(far, s.w.of(in.tableRef(), ref.foreign))
			sets = append(sets, join(s.w.column(ref.foreign), textOf("="), orm.Value("NULL")))
		}
	default:
		for _, ref := range r.refs {
			if ref.key == nil {
				in.wheres = append(in.wheres, equal(s.w.column(ref.foreign)))
				continue
			}
			own = append(own, s.w.of(in.tableRef(), ref.foreign))
			sets = append(sets, join(s.w.column(ref.foreign), textOf("="), orm.Value("NULL")))
		}
		for _, k := range r.model.primary {
			far = append(far, s.w.of(in.tableRef(), k))
		}
	}
	in.wheres = append(in.wheres, inAll(own), inAll(far))
	return []goval.Value{in.updateText(sets)}
}
