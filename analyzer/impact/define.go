package impact

import (
	"errors"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan"
	"github.com/schemavet/schemavet/sqlscan/ddl"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// absence are the SQLSTATEs of an object that is not there.
var absence = map[string]bool{"42P01": true, "42703": true, "42704": true, "42883": true, "3F000": true}

// define adds to the binding of a statement that makes or changes objects what the server
// refuses of it. Any change of the catalog may matter to it.
func (j *judge) define(st *statement, env *sqlscan.Env, b *sqlscan.Binding) *sqlscan.Binding {
	st.defines = true
	if b.First(sqlscan.RewritePhase) != nil || st.refusedInBase() {
		return b
	}
	_, err := ddl.Apply(env.Schema, ddl.Session{SearchPath: env.SearchPath, Role: j.Role}, st.st)
	var refused *ddl.Error
	if !errors.As(err, &refused) || !st.certain(refused) ||
		absence[refused.SQLSTATE] && env.Schema.OpenAt(refused.Object, env.SearchPath) ||
		absence[refused.SQLSTATE] && j.mayMake(st, refused.Object) {
		return b
	}
	c := *b
	c.Outcomes = append(slices.Clone(b.Outcomes),
		sqlscan.Outcome{Start: refused.Offset, End: refused.Offset, Kind: sqlscan.KindStatement, Fact: sqlscan.Refused,
			Name: refused.Object.Object(), State: sqlscan.Failed, Phase: sqlscan.RunPhase, Object: refused.Object,
			SQLSTATE: refused.SQLSTATE, Message: refused.Message})
	return &c
}

// refusedInBase says that the statement does not work as it is: it is meant for another state.
func (st *statement) refusedInBase() bool {
	return st.base != nil && slices.ContainsFunc(st.base.Outcomes,
		func(o sqlscan.Outcome) bool { return o.Fact == sqlscan.Refused })
}

// certain says that no unknown text can be behind the refusal: there is none in the
// statement, or something else is missing.
func (st *statement) certain(refused *ddl.Error) bool {
	if !strings.Contains(st.st.Text, sqltext.HolePrefix) {
		return true
	}
	return absence[refused.SQLSTATE] && !strings.Contains(refused.Message, sqltext.HolePrefix)
}

// mayMake says that the version may make the object, or what it is a part of, before the
// statement runs.
func (j *judge) mayMake(st *statement, n catalog.Name) bool {
	whole := n
	whole.Sub = ""
	if n.Kind == catalog.KindColumn || n.Kind == catalog.KindConstraint {
		whole.Kind = catalog.KindRelation
	}
	return j.made[n] || j.made[whole] || j.made[bare(n)] || j.made[bare(whole)] || j.maybe[n.Name] ||
		j.temp[st.site.query.Site.Package][n.Name]
}

// ownMade leaves open the names that are not there and that the version makes itself, or a
// schema of theirs.
func (j *judge) ownMade(b *sqlscan.Binding) *sqlscan.Binding {
	own := func(o sqlscan.Outcome) bool {
		if o.State != sqlscan.Failed || !absence[o.SQLSTATE] {
			return false
		}
		whole := o.Object
		whole.Sub = ""
		return j.made[catalog.Name{Kind: catalog.KindSchema, Name: o.Object.Schema}] || j.made[whole]
	}
	if len(j.made) == 0 || !slices.ContainsFunc(b.Outcomes, own) {
		return b
	}
	c := *b
	c.Outcomes = slices.Clone(b.Outcomes)
	for i := range c.Outcomes {
		if own(c.Outcomes[i]) {
			c.Outcomes[i].State = sqlscan.Unknown
		}
	}
	return &c
}

// bare is a name without its schema.
func bare(n catalog.Name) catalog.Name {
	n.Schema = ""
	return n
}

// madeBy runs the definitions of a version, in whatever order they work, and returns what
// they make, with and without its schema.
func madeBy(sites []*site, s *catalog.Schema, sess ddl.Session) map[catalog.Name]bool {
	made := map[catalog.Name]bool{}
	var todo []*statement
	for _, site := range sites {
		for _, st := range site.stmts {
			if ddl.Defines(st.st) {
				todo = append(todo, st)
			}
		}
	}
	for again := true; again; {
		before := len(todo)
		todo = slices.DeleteFunc(todo, func(st *statement) bool {
			res, err := ddl.Apply(s, sess, st.st)
			if err != nil {
				return false
			}
			for _, e := range res.Effects {
				if e.Op == catalog.OpAdd {
					made[e.Name], made[bare(e.Name)] = true, true
				}
			}
			s = res.Schema
			return true
		})
		again = len(todo) < before
	}
	return made
}
