package squirrel

import (
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/strval"
)

// statement is what calls have put together so far, as the library's own data structures.
type statement struct {
	// start is the call that says which statement it is; verb its keyword.
	start *strval.Call
	verb  string

	prefixes, options, columns, joins, wheres, groups, havings, orders, suffixes []strval.Value
	table, from, limit, offset, query                                            strval.Value
	sets                                                                         *strval.List
	// rows are those of VALUES; wide says that a row is not known, and then has a value for
	// each column.
	rows []*strval.List
	// when, otherwise and what are those of CASE; plain is what an expression is by itself.
	whens                  []strval.Value
	what, otherwise, plain strval.Value
	// unknown stands for calls that are not understood.
	unknown strval.Value
}

// calls are what the functions add, by type and name, or by name alone.
var calls map[string]func(s *statement, c *strval.Call)

func init() {
	begin := func(verb string) func(*statement, *strval.Call) {
		return func(s *statement, c *strval.Call) { s.start, s.verb = c, verb }
	}
	of := func(verb string) func(*statement, *strval.Call) {
		return func(s *statement, c *strval.Call) {
			s.start, s.verb = c, verb
			if len(c.Args) > 0 {
				s.table = c.Args[0].Text
			}
		}
	}
	ignored := func(*statement, *strval.Call) {}
	selects := func(s *statement, c *strval.Call) {
		begin("SELECT")(s, c)
		s.columns = appendText(s.columns, texts(c, 0))
	}
	calls = map[string]func(*statement, *strval.Call){
		".Select":                     selects,
		"StatementBuilderType.Select": selects,
		".Insert":                     of("INSERT"),
		".Replace":                    of("REPLACE"),
		".Update":                     of("UPDATE"),
		".Delete":                     of("DELETE"),
		".Expr":                       func(s *statement, c *strval.Call) { s.plain = expr(c) },
		".ConcatExpr": func(s *statement, c *strval.Call) {
			s.plain = orm.Variadic(c, 0).Map(func(e strval.Element) strval.Value { return sqlizer(e.Arg) }).Join(nil)
		},
		".Alias": func(s *statement, c *strval.Call) { s.plain = alias(c) },
		".Case":  func(s *statement, c *strval.Call) { s.start, s.verb, s.what = c, "CASE", first(c) },

		".PlaceholderFormat": ignored, ".RunWith": ignored,
		".ToSql": ignored, ".MustSql": ignored, ".Exec": ignored, ".Query": ignored, ".QueryRow": ignored, ".Scan": ignored,
		".ExecContext": ignored, ".QueryContext": ignored, ".QueryRowContext": ignored, ".ScanContext": ignored,

		".Prefix":     func(s *statement, c *strval.Call) { s.prefixes = append(s.prefixes, expr(c)) },
		".PrefixExpr": func(s *statement, c *strval.Call) { s.prefixes = append(s.prefixes, first(c)) },
		".Suffix":     func(s *statement, c *strval.Call) { s.suffixes = append(s.suffixes, expr(c)) },
		".SuffixExpr": func(s *statement, c *strval.Call) { s.suffixes = append(s.suffixes, first(c)) },
		".Distinct":   func(s *statement, c *strval.Call) { s.options = append(s.options, strval.Text("DISTINCT")) },
		".Options": func(s *statement, c *strval.Call) {
			s.options = append(s.options, orm.Variadic(c, 0).Join(strval.Text(" ")))
		},

		".Columns":       func(s *statement, c *strval.Call) { s.columns = appendText(s.columns, texts(c, 0)) },
		".Column":        func(s *statement, c *strval.Call) { s.columns = appendText(s.columns, first(c)) },
		".RemoveColumns": func(s *statement, c *strval.Call) { s.columns = nil },
		".From":          func(s *statement, c *strval.Call) { s.from = first(c) },
		".FromSelect":    func(s *statement, c *strval.Call) { s.from = alias(c) },
		".Into":          func(s *statement, c *strval.Call) { s.table = first(c) },
		".Table":         func(s *statement, c *strval.Call) { s.table = first(c) },

		".JoinClause": func(s *statement, c *strval.Call) { s.joins = append(s.joins, first(c)) },
		".Join":       join("JOIN "),
		".LeftJoin":   join("LEFT JOIN "),
		".RightJoin":  join("RIGHT JOIN "),
		".InnerJoin":  join("INNER JOIN "),
		".CrossJoin":  join("CROSS JOIN "),
		".Where":      func(s *statement, c *strval.Call) { s.wheres = appendPart(s.wheres, c) },
		".Having":     func(s *statement, c *strval.Call) { s.havings = appendPart(s.havings, c) },
		".GroupBy":    func(s *statement, c *strval.Call) { s.groups = append(s.groups, texts(c, 0)) },
		".OrderBy":    func(s *statement, c *strval.Call) { s.orders = append(s.orders, texts(c, 0)) },
		".OrderByClause": func(s *statement, c *strval.Call) {
			s.orders = append(s.orders, first(c))
		},
		".Limit":        func(s *statement, c *strval.Call) { s.limit = orm.Value("limit") },
		".RemoveLimit":  func(s *statement, c *strval.Call) { s.limit = nil },
		".Offset":       func(s *statement, c *strval.Call) { s.offset = orm.Value("offset") },
		".RemoveOffset": func(s *statement, c *strval.Call) { s.offset = nil },

		".Set":    func(s *statement, c *strval.Call) { s.set(c) },
		".SetMap": func(s *statement, c *strval.Call) { s.setMap(c) },
		".Values": func(s *statement, c *strval.Call) { s.rows = append(s.rows, orm.Variadic(c, 0)) },
		"InsertBuilder.Select": func(s *statement, c *strval.Call) {
			s.query = first(c)
		},

		".When": func(s *statement, c *strval.Call) {
			if len(c.Args) == 2 {
				s.whens = append(s.whens, strval.Concat(strval.Text("WHEN "), sqlizer(c.Args[0]), strval.Text(" THEN "),
					sqlizer(c.Args[1])))
			}
		},
		".Else": func(s *statement, c *strval.Call) { s.otherwise = first(c) },
	}
}

// first is what the first argument writes.
func first(c *strval.Call) strval.Value {
	if len(c.Args) == 0 {
		return nil
	}
	return sqlizer(c.Args[0])
}

// texts are arguments that are written one behind the other with commas.
func texts(c *strval.Call, from int) strval.Value {
	return orm.Variadic(c, from).Join(strval.Text(", "))
}

func join(keyword string) func(*statement, *strval.Call) {
	return func(s *statement, c *strval.Call) {
		s.joins = append(s.joins, strval.Concat(orm.At(c, keyword), first(c)))
	}
}

// appendPart adds a condition; an empty one is left out.
func appendPart(parts []strval.Value, c *strval.Call) []strval.Value {
	return appendText(parts, first(c))
}

func appendText(parts []strval.Value, p strval.Value) []strval.Value {
	if text, ok := p.Constant(); ok && text == "" {
		return parts
	}
	return append(parts, p)
}

// alias is a query in brackets with a name.
func alias(c *strval.Call) strval.Value {
	if len(c.Args) < 2 {
		return strval.Unknown("alias")
	}
	return strval.Concat(strval.Text("("), first(c), strval.Text(") AS "), c.Args[1].Text)
}

// expr is text in which arguments that make text take the place of their question marks.
func expr(c *strval.Call) strval.Value {
	args := orm.Variadic(c, 1)
	if !slices.ContainsFunc(args.Elems, func(e strval.Element) bool { return isSqlizer(e.Arg) }) {
		return first(c)
	}
	next := 0
	return first(c).ReplaceMarks('?', true, func(mark *strval.Piece, _ string) strval.Value {
		next++
		if next <= len(args.Elems) && isSqlizer(args.Elems[next-1].Arg) {
			return sqlizer(args.Elems[next-1].Arg)
		}
		return strval.Value{mark}
	})
}

// set adds one assignment of UPDATE.
func (s *statement) set(c *strval.Call) {
	if len(c.Args) < 2 {
		return
	}
	if s.sets == nil {
		s.sets = &strval.List{}
	}
	s.sets.Elems = append(s.sets.Elems, strval.Element{Key: c.Args[0].Text, Arg: c.Args[1]})
}

// setMap adds the assignments of a map; of INSERT they replace columns and rows.
func (s *statement) setMap(c *strval.Call) {
	if len(c.Args) == 0 {
		return
	}
	list := c.Args[0].List
	if list == nil {
		list = &strval.List{Open: "map of columns"}
	}
	list = sorted(list)
	if s.verb == "INSERT" || s.verb == "" && orm.Owner(c) == "InsertBuilder" {
		s.columns = []strval.Value{list.Map(func(e strval.Element) strval.Value { return e.Key }).Join(strval.Text(", "))}
		s.rows = []*strval.List{list}
		return
	}
	if s.sets == nil {
		s.sets = &strval.List{}
	}
	s.sets = s.sets.With(append(slices.Clip(s.sets.Elems), list.Elems...))
	if list.Open != "" {
		s.sets = list.With(s.sets.Elems)
	}
}

// value is what a value of INSERT or UPDATE writes.
func value(a strval.Arg) strval.Value {
	if isSqlizer(a) {
		return sqlizer(a)
	}
	return strval.Text("?")
}

func assignment(e strval.Element) strval.Value {
	v := value(e.Arg)
	if _, name := orm.TypeName(e.Arg); name == "SelectBuilder" {
		v = strval.Concat(strval.Text("("), v, strval.Text(")"))
	}
	return strval.Concat(e.Key, strval.Text(" = "), v)
}

func rowText(row *strval.List) strval.Value {
	return strval.Concat(strval.Text("("),
		row.Map(func(e strval.Element) strval.Value { return value(e.Arg) }).Join(strval.Text(",")), strval.Text(")"))
}

// text writes the statement.
func (s *statement) text() strval.Value {
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
func (s *statement) keyword(text string) strval.Value {
	return strval.Concat(clause("", s.prefixes, " ", " "), orm.At(s.start, text), clause("", s.options, " ", " "))
}

// clause is a keyword with parts, or nothing if there are none.
func clause(keyword string, parts []strval.Value, sep, end string) strval.Value {
	if len(parts) == 0 {
		return nil
	}
	return strval.Concat(strval.Text(keyword), orm.Join(parts, sep), strval.Text(end))
}

func optional(keyword string, v strval.Value) strval.Value {
	if v == nil {
		return nil
	}
	return strval.Concat(strval.Text(keyword), v)
}

func (s *statement) selectText() strval.Value {
	return strval.Concat(s.keyword("SELECT "), orm.Join(s.columns, ", "), optional(" FROM ", s.from),
		clause(" ", s.joins, " ", ""),
		clause(" WHERE ", s.wheres, " AND ", ""), clause(" GROUP BY ", s.groups, ", ", ""),
		clause(" HAVING ", s.havings, " AND ", ""), s.tail())
}

// tail is what follows the conditions, with a hole for what is not understood.
func (s *statement) tail() strval.Value {
	return strval.Concat(optional(" ", s.unknown), clause(" ORDER BY ", s.orders, ", ", ""),
		optional(" LIMIT ", s.limit), optional(" OFFSET ", s.offset), clause(" ", s.suffixes, " ", ""))
}

func (s *statement) insertText() strval.Value {
	if s.query == nil && len(s.rows) == 0 {
		return s.unknown // The library refuses to make a text of it.
	}
	out := strval.Concat(s.keyword(s.verb+" "), strval.Text("INTO "), s.table, strval.Text(" "),
		clause("(", s.columns, ",", ") "))
	if s.query != nil {
		return strval.Concat(out, s.query, optional(" ", s.unknown), clause(" ", s.suffixes, " ", ""))
	}
	var rows []strval.Value
	for _, r := range s.rows {
		rows = append(rows, rowText(r))
	}
	return strval.Concat(out, clause("VALUES ", rows, ",", ""), optional(" ", s.unknown), clause(" ", s.suffixes, " ", ""))
}

func (s *statement) updateText() strval.Value {
	sets := s.sets
	if sets == nil {
		sets = &strval.List{Open: "assignments"}
	}
	return strval.Concat(s.keyword("UPDATE "), s.table, strval.Text(" SET "),
		sets.Map(assignment).Join(strval.Text(", ")), optional(" FROM ", s.from),
		clause(" WHERE ", s.wheres, " AND ", ""), s.tail())
}

func (s *statement) deleteText() strval.Value {
	from := s.from
	if from == nil {
		from = s.table
	}
	return strval.Concat(s.keyword("DELETE "), strval.Text("FROM "), from, clause(" WHERE ", s.wheres, " AND ", ""),
		s.tail())
}

func (s *statement) caseText() strval.Value {
	return strval.Concat(strval.Text("CASE "), s.what, strval.Text(" "), orm.Join(s.whens, " "),
		optional(" ELSE ", s.otherwise), strval.Text(" END"))
}
