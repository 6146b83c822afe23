package squirrel

import (
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// statement is what calls have put together so far, as the library's own data structures.
type statement struct {
	// start is the call that says which statement it is; verb its keyword.
	start *goval.Call
	verb  string

	prefixes, options, columns, joins, wheres, groups, havings, orders, suffixes []goval.Value
	table, from, limit, offset, query                                            goval.Value
	sets                                                                         *goval.List
	// rows are those of VALUES; wide says that a row is not known, and then has a value for
	// each column.
	rows []*goval.List
	// when, otherwise and what are those of CASE; plain is what an expression is by itself.
	whens                  []goval.Value
	what, otherwise, plain goval.Value
	// unknown stands for calls that are not understood.
	unknown goval.Value
}

// calls are what the functions add, by type and name, or by name alone.
var calls map[string]func(s *statement, c *goval.Call)

func init() {
	begin := func(verb string) func(*statement, *goval.Call) {
		return func(s *statement, c *goval.Call) { s.start, s.verb = c, verb }
	}
	of := func(verb string) func(*statement, *goval.Call) {
		return func(s *statement, c *goval.Call) {
			s.start, s.verb = c, verb
			if len(c.Args) > 0 {
				s.table = c.Args[0].Text()
			}
		}
	}
	ignored := func(*statement, *goval.Call) {}
	selects := func(s *statement, c *goval.Call) {
		begin("SELECT")(s, c)
		s.columns = appendText(s.columns, texts(c, 0))
	}
	calls = map[string]func(*statement, *goval.Call){
		".Select":                     selects,
		"StatementBuilderType.Select": selects,
		".Insert":                     of("INSERT"),
		".Replace":                    of("REPLACE"),
		".Update":                     of("UPDATE"),
		".Delete":                     of("DELETE"),
		".Expr":                       func(s *statement, c *goval.Call) { s.plain = expr(c) },
		".ConcatExpr": func(s *statement, c *goval.Call) {
			s.plain = orm.Variadic(c, 0).Map(func(e goval.Element) goval.Value { return sqlizer(e.Arg) }).Join(nil)
		},
		".Alias": func(s *statement, c *goval.Call) { s.plain = alias(c) },
		".Case":  func(s *statement, c *goval.Call) { s.start, s.verb, s.what = c, "CASE", first(c) },

		".PlaceholderFormat": ignored, ".RunWith": ignored,
		".ToSql": ignored, ".MustSql": ignored, ".Exec": ignored, ".Query": ignored, ".QueryRow": ignored, ".Scan": ignored,
		".ExecContext": ignored, ".QueryContext": ignored, ".QueryRowContext": ignored, ".ScanContext": ignored,

		".Prefix":     func(s *statement, c *goval.Call) { s.prefixes = append(s.prefixes, expr(c)) },
		".PrefixExpr": func(s *statement, c *goval.Call) { s.prefixes = append(s.prefixes, first(c)) },
		".Suffix":     func(s *statement, c *goval.Call) { s.suffixes = append(s.suffixes, expr(c)) },
		".SuffixExpr": func(s *statement, c *goval.Call) { s.suffixes = append(s.suffixes, first(c)) },
		".Distinct":   func(s *statement, c *goval.Call) { s.options = append(s.options, goval.Text("DISTINCT")) },
		".Options": func(s *statement, c *goval.Call) {
			s.options = append(s.options, orm.Variadic(c, 0).Join(goval.Text(" ")))
		},

		".Columns":       func(s *statement, c *goval.Call) { s.columns = appendText(s.columns, texts(c, 0)) },
		".Column":        func(s *statement, c *goval.Call) { s.columns = appendText(s.columns, first(c)) },
		".RemoveColumns": func(s *statement, c *goval.Call) { s.columns = nil },
		".From":          func(s *statement, c *goval.Call) { s.from = first(c) },
		".FromSelect":    func(s *statement, c *goval.Call) { s.from = alias(c) },
		".Into":          func(s *statement, c *goval.Call) { s.table = first(c) },
		".Table":         func(s *statement, c *goval.Call) { s.table = first(c) },

		".JoinClause": func(s *statement, c *goval.Call) { s.joins = append(s.joins, first(c)) },
		".Join":       join("JOIN "),
		".LeftJoin":   join("LEFT JOIN "),
		".RightJoin":  join("RIGHT JOIN "),
		".InnerJoin":  join("INNER JOIN "),
		".CrossJoin":  join("CROSS JOIN "),
		".Where":      func(s *statement, c *goval.Call) { s.wheres = appendPart(s.wheres, c) },
		".Having":     func(s *statement, c *goval.Call) { s.havings = appendPart(s.havings, c) },
		".GroupBy":    func(s *statement, c *goval.Call) { s.groups = append(s.groups, texts(c, 0)) },
		".OrderBy":    func(s *statement, c *goval.Call) { s.orders = append(s.orders, texts(c, 0)) },
		".OrderByClause": func(s *statement, c *goval.Call) {
			s.orders = append(s.orders, first(c))
		},
		".Limit":        func(s *statement, c *goval.Call) { s.limit = orm.Value("limit") },
		".RemoveLimit":  func(s *statement, c *goval.Call) { s.limit = nil },
		".Offset":       func(s *statement, c *goval.Call) { s.offset = orm.Value("offset") },
		".RemoveOffset": func(s *statement, c *goval.Call) { s.offset = nil },

		".Set":    func(s *statement, c *goval.Call) { s.set(c) },
		".SetMap": func(s *statement, c *goval.Call) { s.setMap(c) },
		".Values": func(s *statement, c *goval.Call) { s.rows = append(s.rows, orm.Variadic(c, 0)) },
		"InsertBuilder.Select": func(s *statement, c *goval.Call) {
			s.query = first(c)
		},

		".When": func(s *statement, c *goval.Call) {
			if len(c.Args) == 2 {
				s.whens = append(s.whens, goval.Concat(goval.Text("WHEN "), sqlizer(c.Args[0]), goval.Text(" THEN "),
					sqlizer(c.Args[1])))
			}
		},
		".Else": func(s *statement, c *goval.Call) { s.otherwise = first(c) },
	}
}

// first is what the first argument writes.
func first(c *goval.Call) goval.Value {
	if len(c.Args) == 0 {
		return nil
	}
	return sqlizer(c.Args[0])
}

// texts are arguments that are written one behind the other with commas.
func texts(c *goval.Call, from int) goval.Value {
	return orm.Variadic(c, from).Join(goval.Text(", "))
}

func join(keyword string) func(*statement, *goval.Call) {
	return func(s *statement, c *goval.Call) {
		s.joins = append(s.joins, goval.Concat(orm.At(c, keyword), first(c)))
	}
}

// appendPart adds a condition; an empty one is left out.
func appendPart(parts []goval.Value, c *goval.Call) []goval.Value {
	return appendText(parts, first(c))
}

func appendText(parts []goval.Value, p goval.Value) []goval.Value {
	if text, ok := p.Constant(); ok && text == "" {
		return parts
	}
	return append(parts, p)
}

// alias is a query in brackets with a name.
func alias(c *goval.Call) goval.Value {
	if len(c.Args) < 2 {
		return goval.Unknown("alias")
	}
	return goval.Concat(goval.Text("("), first(c), goval.Text(") AS "), c.Args[1].Text())
}

// expr is text in which arguments that make text take the place of their question marks.
func expr(c *goval.Call) goval.Value {
	args := orm.Variadic(c, 1)
	if !slices.ContainsFunc(args.Elems, func(e goval.Element) bool { return isSqlizer(e.Arg) }) {
		return first(c)
	}
	next := 0
	return first(c).ReplaceMarks('?', true, func(mark *goval.Lit, _ string) goval.Value {
		next++
		if next <= len(args.Elems) && isSqlizer(args.Elems[next-1].Arg) {
			return sqlizer(args.Elems[next-1].Arg)
		}
		return goval.Value{mark}
	})
}

// set adds one assignment of UPDATE.
func (s *statement) set(c *goval.Call) {
	if len(c.Args) < 2 {
		return
	}
	if s.sets == nil {
		s.sets = &goval.List{}
	}
	s.sets.Elems = append(s.sets.Elems, goval.Element{Key: c.Args[0].Text(), Arg: c.Args[1]})
}

// setMap adds the assignments of a map; of INSERT they replace columns and rows.
func (s *statement) setMap(c *goval.Call) {
	if len(c.Args) == 0 {
		return
	}
	list := c.Args[0].List()
	if list == nil {
		list = &goval.List{Open: "map of columns"}
	}
	list = sorted(list)
	if s.verb == "INSERT" || s.verb == "" && orm.Owner(c) == "InsertBuilder" {
		s.columns = []goval.Value{list.Map(func(e goval.Element) goval.Value { return e.Key }).Join(goval.Text(", "))}
		s.rows = []*goval.List{list}
		return
	}
	if s.sets == nil {
		s.sets = &goval.List{}
	}
	s.sets = s.sets.With(append(slices.Clip(s.sets.Elems), list.Elems...))
	if list.Open != "" {
		s.sets = list.With(s.sets.Elems)
	}
}

// value is what a value of INSERT or UPDATE writes.
func value(a goval.Arg) goval.Value {
	if isSqlizer(a) {
		return sqlizer(a)
	}
	return goval.Text("?")
}

func assignment(e goval.Element) goval.Value {
	v := value(e.Arg)
	if _, name := orm.TypeName(e.Arg); name == "SelectBuilder" {
		v = goval.Concat(goval.Text("("), v, goval.Text(")"))
	}
	return goval.Concat(e.Key, goval.Text(" = "), v)
}

func rowText(row *goval.List) goval.Value {
	return goval.Concat(goval.Text("("),
		row.Map(func(e goval.Element) goval.Value { return value(e.Arg) }).Join(goval.Text(",")), goval.Text(")"))
}

// text writes the statement.
func (s *statement) text() goval.Value {
	if s.plain != nil {
		return s.plain
	}
	switch s.verb {
	case "SELECT":
		return s.selectText()
	case "INSERT", "REPLACE":
		return s.insertText()
	case "UPDATE":
		return s.updateText()
	case "DELETE":
		return s.deleteText()
	case "CASE":
		return s.caseText()
	}
	return s.unknown
}

// keyword begins a statement where its call stands.
func (s *statement) keyword(text string) goval.Value {
	return goval.Concat(sqlbuild.Clause("", s.prefixes, " ", " "), orm.At(s.start, text),
		sqlbuild.Clause("", s.options, " ", " "))
}

func (s *statement) selectText() goval.Value {
	return goval.Concat(s.keyword("SELECT "), orm.Join(s.columns, ", "), sqlbuild.Optional(" FROM ", s.from),
		sqlbuild.Clause(" ", s.joins, " ", ""),
		sqlbuild.Conditions(" WHERE ", s.wheres, " AND "), sqlbuild.Clause(" GROUP BY ", s.groups, ", ", ""),
		sqlbuild.Conditions(" HAVING ", s.havings, " AND "), s.tail())
}

// tail is what follows the conditions, with a hole for what is not understood.
func (s *statement) tail() goval.Value {
	return goval.Concat(sqlbuild.Optional(" ", s.unknown), sqlbuild.Clause(" ORDER BY ", s.orders, ", ", ""),
		sqlbuild.Optional(" LIMIT ", s.limit), sqlbuild.Optional(" OFFSET ", s.offset),
		sqlbuild.Clause(" ", s.suffixes, " ", ""))
}

func (s *statement) insertText() goval.Value {
	if s.query == nil && len(s.rows) == 0 {
		return s.unknown // The library refuses to make a text of it.
	}
	out := goval.Concat(s.keyword(s.verb+" "), goval.Text("INTO "), s.table, goval.Text(" "),
		sqlbuild.Clause("(", s.columns, ",", ") "))
	if s.query != nil {
		return goval.Concat(out, s.query, sqlbuild.Optional(" ", s.unknown), sqlbuild.Clause(" ", s.suffixes, " ", ""))
	}
	var rows []goval.Value
	for _, r := range s.rows {
		rows = append(rows, rowText(r))
	}
	return goval.Concat(out, sqlbuild.Clause("VALUES ", rows, ",", ""), sqlbuild.Optional(" ", s.unknown),
		sqlbuild.Clause(" ", s.suffixes, " ", ""))
}

func (s *statement) updateText() goval.Value {
	sets := s.sets
	if sets == nil {
		sets = &goval.List{Open: "assignments"}
	}
	return goval.Concat(s.keyword("UPDATE "), s.table, goval.Text(" SET "),
		sets.Map(assignment).Join(goval.Text(", ")), sqlbuild.Optional(" FROM ", s.from),
		sqlbuild.Conditions(" WHERE ", s.wheres, " AND "), s.tail())
}

func (s *statement) deleteText() goval.Value {
	from := s.from
	if from == nil {
		from = s.table
	}
	return goval.Concat(s.keyword("DELETE "), goval.Text("FROM "), from, sqlbuild.Conditions(" WHERE ", s.wheres, " AND "),
		s.tail())
}

func (s *statement) caseText() goval.Value {
	return goval.Concat(goval.Text("CASE "), s.what, goval.Text(" "), orm.Join(s.whens, " "),
		sqlbuild.Optional(" ELSE ", s.otherwise), goval.Text(" END"))
}
