package sqlscan

import (
	"slices"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// ValidateBody binds what the server looks at of a string body when a function is made: of SQL the syntax and, unless
// an argument is polymorphic, each statement (fmgr_sql_validator); of PL/pgSQL the syntax (plpgsql_validator). The
// outcomes stand where the statement begins that makes it.
func ValidateBody(f *catalog.Function, st pgtree.Statement, env *Env) *Binding {
	b := newBinder(env, st)
	switch f.Language {
	case "sql":
		b.validateSQL(f)
	case "plpgsql":
		b.validateSyntax(f.Body, plpgsqlHeader(f, b.types()))
	}
	return b.Binding
}

// ValidateBlock is that of DO.
func ValidateBlock(body string, st pgtree.Statement, env *Env) *Binding {
	b := newBinder(env, st)
	b.validateSyntax(body, "schemavet() RETURNS void")
	return b.Binding
}

func (b *binder) validateSQL(f *catalog.Function) {
	sts, err := pgtree.Parse(f.Body)
	if err != nil {
		return
	}
	for _, st := range sts {
		if e, ok := st.Err.(*pgtree.Error); ok && st.Refused(b.env.Schema.Server) {
			b.malformed(e.Message)
			return
		}
	}
	if slices.ContainsFunc(f.Args, func(a catalog.Arg) bool { return sqltype.IsPolymorphic(a.Type.ID) }) {
		return
	}
	for _, s := range sqlBody(f).statements {
		inner := b.inBody(f, s.st)
		inner.vars = inner.variables(f, &parsedBody{}, nil)
		inner.query(&level{parent: inner.vars}, s.st.Node)
		for _, o := range inner.Outcomes {
			if o.State == Failed && o.Phase <= RewritePhase {
				o.Start, o.End = b.st.Start, b.st.Start
				b.note(o)
				return
			}
		}
	}
}

func (b *binder) validateSyntax(body, header string) {
	if message := pgtree.RefusedBody(header, body, b.env.Schema.Server); message != "" {
		b.malformed(message)
	}
}

func (b *binder) malformed(message string) {
	b.note(Outcome{Start: b.st.Start, End: b.st.Start, Kind: KindStatement, Fact: Malformed, Text: "syntax",
		State: Failed, SQLSTATE: "42601", Message: message})
}
