// Command squirrel prints what github.com/Masterminds/squirrel makes of calls.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/schemavet/schemavet/testdata/builders/record"
)

var (
	psql    = sq.StatementBuilder.PlaceholderFormat(sq.Dollar)
	columns = []string{"id", "email", "name"}
)

const (
	table   = "users"
	colName = "name"
)

func send(ctx context.Context, db *sql.DB, q sq.Sqlizer) {
	text, args, err := q.ToSql()
	if err != nil {
		panic(err)
	}
	rows, err := db.QueryContext(ctx, text, args...)
	if err == nil {
		rows.Close()
	}
}

func Select(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id", "email").From("users"))
}

func SelectSlice(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select(columns...).From(table))
}

func SelectOneText(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id, email, count(*) OVER () AS total").From("users u"))
}

func SelectJoined(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select(strings.Join(columns, ", ")).From(table))
}

func SelectColumns(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select().Columns("id").Columns("email", "name").Column("age").From("users"))
}

func SelectColumnExpr(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").Column(sq.Expr("age > ? AS old", 18)).Column(sq.Alias(sq.Expr("upper(name)"), "shout")).From("users"))
}

func SelectColumnArgs(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").Column("coalesce(name, ?)", "x").From("users"))
}

func SelectSubqueryColumn(ctx context.Context, db *sql.DB, n int) {
	sub := sq.Select("count(*)").From("orders").Where("orders.user_id = users.id")
	send(ctx, db, psql.Select("id").Column(sq.Alias(sub, "orders")).From("users"))
}

func SelectRemoved(ctx context.Context, db *sql.DB, n int) {
	q := psql.Select("id", "email").From("users").Limit(3).Offset(4)
	send(ctx, db, q.RemoveColumns().Columns("count(*)").RemoveLimit().RemoveOffset())
}

func SelectOptions(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("name").Distinct().From("users"))
	send(ctx, db, psql.Select("name").Options("DISTINCT ON (email)").From("users"))
}

func Joins(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("u.id", "o.total").From("users u").Join("orders o ON o.user_id = u.id").
		LeftJoin("items i ON i.order_id = o.id AND i.price > ?", 3).
		InnerJoin("teams t USING (team_id)").CrossJoin("settings"))
}

func RightJoinAndClause(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("u.id").From("users u").RightJoin("orders o ON o.user_id = u.id").
		JoinClause("FULL OUTER JOIN teams t ON t.id = u.team_id"))
}

func JoinSubquery(ctx context.Context, db *sql.DB, n int) {
	sub := sq.Select("user_id", "sum(total) AS sum").From("orders").GroupBy("user_id")
	text, _, _ := sub.ToSql()
	send(ctx, db, psql.Select("u.id", "s.sum").From("users u").Join("("+text+") s ON s.user_id = u.id"))
}

func JoinClauseSubquery(ctx context.Context, db *sql.DB, n int) {
	sub := sq.Select("user_id").From("orders").Prefix("LEFT JOIN LATERAL (").Suffix(") o ON true")
	send(ctx, db, psql.Select("u.id").From("users u").JoinClause(sub))
}

func FromSelect(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("s.id").FromSelect(sq.Select("id").From("users").Where(sq.Eq{"age": 3}), "s"))
}

func WhereText(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From("users").Where("age > ?", 3).Where("name IS NOT NULL").Where(""))
}

func WhereEq(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From("users").Where(sq.Eq{"email": "x", "age": 3}))
}

func WhereEqQualified(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("u.id").From("users u").Where(sq.Eq{"u.email": "x"}))
}

func WhereEqConst(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From(table).Where(sq.Eq{colName: "x"}))
}

func WhereEqNil(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From("users").Where(sq.Eq{"deleted_at": nil}).Where(sq.NotEq{"email": nil}))
}

func WhereEqList(ctx context.Context, db *sql.DB, n int) {
	ids := []int{1, 2, 3}
	send(ctx, db, psql.Select("id").From("users").Where(sq.Eq{"id": ids}).Where(sq.NotEq{"age": []int{4}}))
}

func WhereNotEq(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From("users").Where(sq.NotEq{"email": "x"}))
}

func WhereLike(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From("users").Where(sq.Like{"email": "x%"}).Where(sq.ILike{"name": "y%"}))
	send(ctx, db, psql.Select("id").From("users").Where(sq.NotLike{"email": "x%"}).Where(sq.NotILike{"name": "y%"}))
}

func WhereCompare(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From("users").Where(sq.Lt{"age": 3}).Where(sq.GtOrEq{"age": 1}))
	send(ctx, db, psql.Select("id").From("users").Where(sq.Gt{"age": 3}).Where(sq.LtOrEq{"age": 9}))
}

func WhereAndOr(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From("users").Where(sq.Or{sq.Eq{"email": "x"}, sq.And{sq.Gt{"age": 3}, sq.Expr("name <> ?", "y")}}))
}

func WhereAndVariable(ctx context.Context, db *sql.DB, n int) {
	conds := sq.And{sq.Eq{"email": "x"}}
	if n > 0 {
		conds = append(conds, sq.Eq{"age": 3})
	}
	if n > 1 {
		conds = append(conds, sq.Expr("name = ?", "z"))
	}
	send(ctx, db, psql.Select("id").From("users").Where(conds))
}

func WhereSqlizers(ctx context.Context, db *sql.DB, n int) {
	var conds []sq.Sqlizer
	conds = append(conds, sq.Eq{"email": "x"}, sq.Lt{"age": 3})
	send(ctx, db, psql.Select("id").From("users").Where(sq.Or(conds)))
}

func WhereMap(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From("users").Where(map[string]interface{}{"email": "x"}))
}

func WhereEqBuilt(ctx context.Context, db *sql.DB, n int) {
	where := sq.Eq{}
	where["email"] = "x"
	if n > 0 {
		where["age"] = n
	}
	send(ctx, db, psql.Select("id").From("users").Where(where))
}

func WhereExprSubquery(ctx context.Context, db *sql.DB, n int) {
	sub := sq.Select("user_id").From("orders").Where(sq.Gt{"total": 3})
	send(ctx, db, psql.Select("id").From("users").Where(sq.Expr("id IN (?)", sub)))
}

func WhereExprMixed(ctx context.Context, db *sql.DB, n int) {
	sub := sq.Select("max(total)").From("orders")
	send(ctx, db, psql.Select("id").From("users").Where(sq.Expr("age > ? AND balance > (?) AND name <> ?", 1, sub, "x")))
}

func WhereConcat(ctx context.Context, db *sql.DB, n int) {
	sub := sq.Select("user_id").From("orders")
	send(ctx, db, psql.Select("id").From("users").Where(sq.ConcatExpr("id IN (", sub, ")")))
}

func WhereSubqueryPrefix(ctx context.Context, db *sql.DB, n int) {
	sub := sq.Select("1").From("orders").Where("orders.user_id = users.id").Prefix("EXISTS (").Suffix(")")
	send(ctx, db, psql.Select("id").From("users").Where(sub))
}

func Conditional(ctx context.Context, db *sql.DB, n int) {
	q := psql.Select("id").From("users")
	if n > 0 {
		q = q.Where(sq.Eq{"age": n})
	}
	if n > 1 {
		q = q.Join("orders o ON o.user_id = users.id").Where("o.total > ?", n)
	} else {
		q = q.OrderBy("name")
	}
	send(ctx, db, q.Limit(10))
}

func Switched(ctx context.Context, db *sql.DB, n int) {
	q := psql.Select("id").From("users")
	switch n {
	case 0:
		q = q.OrderBy("name")
	case 1:
		q = q.OrderBy("age DESC", "id")
	default:
		q = q.OrderByClause("age > ? DESC", 3)
	}
	send(ctx, db, q)
}

func GroupHaving(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("team_id", "count(*)").From("users").GroupBy("team_id").Having("count(*) > ?", 3).Having(sq.Eq{"team_id": 4}))
}

func LimitOffset(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From("users").OrderBy("id").Limit(uint64(n)).Offset(20))
}

func PrefixCTE(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").Prefix("WITH old AS (SELECT id FROM users WHERE age > ?)", 60).From("old"))
}

func PrefixExprCTE(ctx context.Context, db *sql.DB, n int) {
	sub := sq.Select("id").From("users").Where(sq.Gt{"age": 60}).Prefix("WITH old AS (").Suffix(")")
	send(ctx, db, psql.Select("id").PrefixExpr(sub).From("old"))
}

func SuffixForUpdate(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From("users").Suffix("FOR UPDATE"))
}

func UnionSuffix(ctx context.Context, db *sql.DB, n int) {
	other := sq.Select("id").From("teams").Where(sq.Eq{"name": "x"})
	send(ctx, db, psql.Select("id").From("users").Suffix("UNION ALL").SuffixExpr(other))
}

func CaseColumn(ctx context.Context, db *sql.DB, n int) {
	c := sq.Case("age").When("1", "'one'").When("2", "'two'").Else("name")
	send(ctx, db, psql.Select("id").Column(sq.Alias(c, "word")).From("users"))
}

func CaseSearched(ctx context.Context, db *sql.DB, n int) {
	c := sq.Case().When(sq.Eq{"email": "x"}, "name").When(sq.Expr("age > ?", 3), sq.Expr("?", "y"))
	send(ctx, db, psql.Select("id").Column(sq.Alias(c, "word")).From("users"))
}

func Insert(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Insert("users").Columns("email", "name").Values("x", "y"))
}

func InsertRows(ctx context.Context, db *sql.DB, n int) {
	q := psql.Insert("users").Columns("email", "name")
	for i := range 2 {
		q = q.Values("x", i)
	}
	send(ctx, db, q)
}

func InsertExpr(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Insert("users").Columns("email", "created_at").Values("x", sq.Expr("now()")))
}

func InsertSuffix(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Insert("users").Columns("email").Values("x").
		Suffix("ON CONFLICT (email) DO UPDATE SET name = ?", "z").Suffix("RETURNING id"))
}

func InsertSetMap(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Insert("users").SetMap(map[string]interface{}{"email": "x", "age": n}))
}

func InsertSetMapVariable(ctx context.Context, db *sql.DB, n int) {
	values := map[string]any{"email": "x"}
	if n > 0 {
		values["name"] = "y"
	}
	send(ctx, db, psql.Insert("users").SetMap(values).Suffix("RETURNING id"))
}

func InsertSelect(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Insert("archive").Columns("id", "email").Select(sq.Select("id", "email").From("users").Where(sq.Lt{"age": 3})))
}

func InsertInto(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Insert("").Into("users").Columns(columns[1:]...).Values("x", "y"))
}

func InsertSpread(ctx context.Context, db *sql.DB, n int) {
	values := []interface{}{"x", "y"}
	send(ctx, db, psql.Insert("users").Columns("email", "name").Values(values...))
}

func InsertPrefix(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Insert("users").Prefix("WITH t AS (SELECT 1)").Columns("email").Values("x"))
}

func Update(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Update("users").Set("email", "x").Set("updated_at", sq.Expr("now()")).Where(sq.Eq{"id": 1}))
}

func UpdateSetMap(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Update("users").SetMap(map[string]interface{}{"email": "x", "name": nil}).Where("id = ?", 1))
}

func UpdateSetEq(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Update("users").SetMap(sq.Eq{"email": "x"}).Where("id = ?", 1).Suffix("RETURNING id, name"))
}

func UpdateConditional(ctx context.Context, db *sql.DB, n int) {
	q := psql.Update("users").Set("age", n)
	if n > 0 {
		q = q.Set("name", "x")
	}
	send(ctx, db, q.Where(sq.Eq{"id": 1}))
}

func UpdateSubquery(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Update("users").Set("balance", sq.Select("sum(total)").From("orders").Where("orders.user_id = users.id")).Where("id = ?", 1))
}

func UpdateFrom(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Update("users").Set("name", sq.Expr("t.name")).From("teams t").Where("t.id = users.team_id"))
}

func UpdateFromSelect(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Update("users").Set("balance", sq.Expr("s.sum")).
		FromSelect(sq.Select("user_id", "sum(total) AS sum").From("orders").GroupBy("user_id"), "s").Where("s.user_id = users.id"))
}

func UpdateTable(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Update("").Table("users").Set("name", "x"))
}

func Delete(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Delete("users").Where(sq.Eq{"id": 1}).Suffix("RETURNING email"))
}

func DeleteFrom(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Delete("").From("users").Where("age < ?", 3))
}

func DeleteUsing(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Delete("orders USING users").Where("users.id = orders.user_id").Where(sq.Eq{"users.email": "x"}))
}

func RunExec(ctx context.Context, db *sql.DB, n int) {
	psql.Update("users").Set("name", "x").Where(sq.Eq{"id": 1}).RunWith(db).Exec()
}

func RunQuery(ctx context.Context, db *sql.DB, n int) {
	if rows, err := psql.Select("id", "email").From("users").RunWith(db).QueryContext(ctx); err == nil {
		rows.Close()
	}
}

func RunQueryRow(ctx context.Context, db *sql.DB, n int) {
	var id int
	psql.Select("id").From("users").RunWith(db).QueryRow().Scan(&id)
}

func RunScan(ctx context.Context, db *sql.DB, n int) {
	var id int
	psql.Insert("users").Columns("email").Values("x").Suffix("RETURNING id").RunWith(db).ScanContext(ctx, &id)
}

func ExecWith(ctx context.Context, db *sql.DB, n int) {
	sq.ExecContextWith(ctx, db, psql.Delete("users").Where("id = ?", 1))
}

func Base(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, base().Where(sq.Eq{"id": 1}))
}

func base() sq.SelectBuilder { return psql.Select("u.id", "u.email").From("users u") }

func Helper(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, filtered(psql.Select("id").From("users"), n))
}

func filtered(q sq.SelectBuilder, n int) sq.SelectBuilder {
	if n > 0 {
		q = q.Where(sq.Gt{"age": n})
	}
	return q.Where("name <> ''")
}

type store struct {
	builder sq.StatementBuilderType
	db      *sql.DB
}

func newStore(db *sql.DB) *store {
	return &store{builder: sq.StatementBuilder.PlaceholderFormat(sq.Dollar), db: db}
}

func (s *store) table() string { return "orders" }

func Field(ctx context.Context, db *sql.DB, n int) {
	s := newStore(db)
	send(ctx, s.db, s.builder.Select("id").From(s.table()))
}

func Closure(ctx context.Context, db *sql.DB, n int) {
	with := func(q sq.SelectBuilder) sq.SelectBuilder { return q.Where("age = ?", 3) }
	send(ctx, db, with(psql.Select("id").From("users")))
}

func Looped(ctx context.Context, db *sql.DB, n int) {
	q := psql.Select("id").From("users")
	for _, c := range []string{"email", "name"} {
		q = q.Where(sq.Eq{c: "x"})
	}
	send(ctx, db, q)
}

func Formatted(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select(fmt.Sprintf("%s.id", table)).From(fmt.Sprintf("%s AS %s", table, table)))
}

func TransactionRun(ctx context.Context, db *sql.DB, n int) {
	tx, err := db.Begin()
	if err != nil {
		panic(err)
	}
	psql.RunWith(tx).Insert("orders").Columns("user_id").Values(1).ExecContext(ctx)
	tx.Commit()
}

func NoPlaceholderFormat(ctx context.Context, db *sql.DB, n int) {
	text, args := sq.Select("id").From("users").Where("age = ?", 3).PlaceholderFormat(sq.Dollar).MustSql()
	if rows, err := db.QueryContext(ctx, text, args...); err == nil {
		rows.Close()
	}
}

func JSONOperator(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, psql.Select("id").From("users").Where("settings ?? 'x' AND age = ?", 3))
}

func insert(ctx context.Context, db *sql.DB, values map[string]interface{}) {
	send(ctx, db, psql.Insert("users").SetMap(values).Suffix("RETURNING id"))
}

func MapParameter(ctx context.Context, db *sql.DB, n int) {
	insert(ctx, db, map[string]interface{}{"name": "x", "email": "y"})
}

func MapParameterVariable(ctx context.Context, db *sql.DB, n int) {
	values := map[string]interface{}{"name": "x"}
	if n > 0 {
		values["age"] = n
	}
	insert(ctx, db, values)
}

func insertMore(ctx context.Context, db *sql.DB, more map[string]any) {
	values := map[string]any{"name": "x"}
	for k, v := range more {
		values[k] = v
	}
	insert(ctx, db, values)
}

func MapLoop(ctx context.Context, db *sql.DB, n int) {
	insertMore(ctx, db, map[string]any{"email": "y", "age": n})
}

func MapCopy(ctx context.Context, db *sql.DB, n int) {
	values := map[string]any{"name": "x", "email": "y"}
	more := map[string]any{"age": n}
	maps.Copy(values, more)
	delete(values, "email")
	insert(ctx, db, values)
}

func MapNil(ctx context.Context, db *sql.DB, n int) {
	insertMore(ctx, db, nil)
}

type newUser struct {
	name  string
	extra map[string]any
}

func makeUser(n int) newUser {
	if n > 0 {
		return newUser{name: "x", extra: map[string]any{"age": n}}
	}
	return newUser{name: "x"}
}

func MapField(ctx context.Context, db *sql.DB, n int) {
	insertMore(ctx, db, makeUser(n).extra)
}

func fill(values map[string]any, n int) {
	values["email"] = "x"
	if n > 1 {
		values["age"] = n
	}
}

func MapFilled(ctx context.Context, db *sql.DB, n int) {
	values := map[string]any{"name": "x"}
	fill(values, n)
	insert(ctx, db, values)
}

func userValues(n int) map[string]any {
	values := map[string]any{"email": "x"}
	if n > 0 {
		values["age"] = n
	}
	return values
}

func MapReturned(ctx context.Context, db *sql.DB, n int) {
	insert(ctx, db, userValues(n))
}

func selectColumns(ctx context.Context, db *sql.DB, columns []string, conditions ...sq.Sqlizer) {
	q := psql.Select(columns...).From("users")
	for _, c := range conditions {
		q = q.Where(c)
	}
	send(ctx, db, q)
}

func ListParameter(ctx context.Context, db *sql.DB, n int) {
	selectColumns(ctx, db, append(userColumns(), "age"), sq.Eq{"name": "x"}, sq.Gt{"age": n})
}

func userColumns() []string { return []string{"id", "email"} }

func whereAll(ctx context.Context, db *sql.DB, conditions ...sq.Sqlizer) {
	all := sq.And{sq.NotEq{"name": "x"}}
	all = append(all, conditions...)
	send(ctx, db, psql.Select("id").From("users").Where(all))
}

func ListVariadic(ctx context.Context, db *sql.DB, n int) {
	whereAll(ctx, db, sq.Eq{"email": "x"}, sq.Lt{"age": n})
}

func WhereEqPointer(ctx context.Context, db *sql.DB, n int) {
	var email *string
	if n > 0 {
		email = &colPointed
	}
	send(ctx, db, psql.Select("id").From("users").Where(sq.Eq{"email": email, "age": sql.NullInt64{}}))
}

var colPointed = "x"

func WhereEqNoValues(ctx context.Context, db *sql.DB, n int) {
	ids := make([]int, n)
	send(ctx, db, psql.Select("id").From("users").Where(sq.Eq{"id": ids}).Where(sq.NotEq{"age": ids}))
}

type pages struct {
	builder sq.SelectBuilder
	db      *sql.DB
}

func byAge(db *sql.DB, n int) *pages {
	builder := psql.Select("id").From("users").Where(sq.Eq{"age": n})
	return &pages{builder: builder.OrderBy("id"), db: db}
}

func byName(db *sql.DB, name string) *pages {
	p := &pages{db: db}
	p.builder = psql.Select("id").From("users").Where(sq.Eq{"name": name}).OrderBy("name")
	return p
}

func BuilderField(ctx context.Context, db *sql.DB, n int) {
	p := byAge(db, n)
	if n > 1 {
		p = byName(db, "x")
	}
	send(ctx, p.db, p.builder.Where(sq.Gt{"id": n}).Limit(3))
}

func EmptyOr(ctx context.Context, db *sql.DB, n int) {
	any := sq.Or{}
	if n > 0 {
		any = append(any, sq.Eq{"email": n})
	}
	send(ctx, db, psql.Select("id").From("users").Where(sq.Eq{"nick": "x"}).Where(any))
}

func main() {
	record.Print([]record.Call{
		Select, SelectSlice, SelectOneText, SelectJoined, SelectColumns, SelectColumnExpr, SelectColumnArgs, SelectSubqueryColumn,
		SelectRemoved, SelectOptions, Joins, RightJoinAndClause, JoinSubquery, JoinClauseSubquery, FromSelect, WhereText, WhereEq,
		WhereEqQualified, WhereEqConst, WhereEqNil, WhereEqList, WhereNotEq, WhereLike, WhereCompare, WhereAndOr, WhereAndVariable,
		WhereSqlizers, WhereMap, WhereEqBuilt, WhereExprSubquery, WhereExprMixed, WhereConcat, WhereSubqueryPrefix, Conditional,
		Switched, GroupHaving, LimitOffset, PrefixCTE, PrefixExprCTE, SuffixForUpdate, UnionSuffix, CaseColumn, CaseSearched,
		Insert, InsertRows, InsertExpr, InsertSuffix, InsertSetMap, InsertSetMapVariable, InsertSelect, InsertInto, InsertSpread,
		InsertPrefix, Update, UpdateSetMap, UpdateSetEq, UpdateConditional, UpdateSubquery, UpdateFrom, UpdateFromSelect, UpdateTable,
		Delete, DeleteFrom, DeleteUsing, RunExec, RunQuery, RunQueryRow, RunScan, ExecWith, Base, Helper, Field, Closure, Looped,
		Formatted, TransactionRun, NoPlaceholderFormat, JSONOperator, MapParameter, MapParameterVariable, MapLoop, MapCopy, MapNil, MapField, MapFilled,
		MapReturned, ListParameter, ListVariadic, WhereEqPointer, WhereEqNoValues, BuilderField, EmptyOr,
	})
}
