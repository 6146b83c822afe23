// Command goqu prints what github.com/doug-martin/goqu/v9 makes and sends with its PostgreSQL
// dialect.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/doug-martin/goqu/v9"
	_ "github.com/doug-martin/goqu/v9/dialect/postgres"
	"github.com/doug-martin/goqu/v9/exec"
	"github.com/doug-martin/goqu/v9/exp"

	"github.com/schemavet/schemavet/testdata/builders/record"
)

// Common is embedded: its columns are those of the struct around it.
type Common struct {
	ID        int64     `db:"id" goqu:"skipinsert,skipupdate"`
	CreatedAt time.Time `db:"created_at" goqu:"skipupdate,defaultifempty"`
}

// User has tags, names of its own (fullname), and fields that are no columns.
type User struct {
	Common
	Email    string `db:"email"`
	FullName string
	Age      int            `db:"age" goqu:"defaultifempty"`
	Nick     *string        `db:"nick" goqu:"omitnil"`
	Bio      string         `db:"bio" goqu:"omitempty"`
	Phone    sql.NullString `db:"phone"`
	Secret   string         `db:"-"`
	cached   bool
}

// Team is plain.
type Team struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// Member joins: its columns are those of three tables.
type Member struct {
	ID   int64  `db:"id"`
	Role string `db:"role"`
	User Person `db:"users"`
	Team *Team  `db:"teams"`
}

// Person is what Member has of a user.
type Person struct {
	Email string `db:"email"`
	Name  string `db:"name"`
}

// Total is what a query of groups gives; its names are in tags with the table's.
type Total struct {
	TeamID int64 `db:"team_id"`
	N      int64 `db:"n"`
}

// Qualified has the tables in the tags.
type Qualified struct {
	ID    int64  `db:"users.id"`
	Email string `db:"users.email"`
}

// Strings is sent as one value.
type Strings []string

// Value implements driver.Valuer.
func (s Strings) Value() (driver.Value, error) { return "{" + strings.Join(s, ",") + "}", nil }

// Tables and columns as variables.
var (
	Users     = goqu.T("users")
	UserID    = Users.Col("id")
	UserEmail = Users.Col("email")
	UserTeam  = Users.Col("team_id")
	Teams     = goqu.S("app").Table("teams")
	TeamID    = Teams.Col("id")
)

const (
	usersTable = "users"
	colEmail   = "email"
)

var (
	dialect = goqu.Dialect("postgres")
	start   = time.Unix(1, 0).UTC()
)

func open(db *sql.DB) *goqu.Database { return goqu.New("postgres", db) }

// send runs what a dataset makes.
func send(ctx context.Context, db *sql.DB, q exp.SQLExpression) {
	query, args, err := q.ToSQL()
	if err != nil {
		panic(err)
	}
	rows, err := db.QueryContext(ctx, query, args...)
	if err == nil {
		rows.Close()
	}
}

// Columns of SELECT.

func Select(ctx context.Context, db *sql.DB, n int) {
	query, args, err := dialect.From("users").Select("id", "email").ToSQL()
	if err != nil {
		panic(err)
	}
	if rows, err := db.QueryContext(ctx, query, args...); err == nil {
		rows.Close()
	}
}

func SelectAll(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From(usersTable))
}

func SelectFirst(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Select("id", colEmail).From(usersTable))
}

func SelectSchema(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("app.users").Select("users.id", "app.users.email", goqu.I("users.name")))
}

func SelectAlias(ctx context.Context, db *sql.DB, n int) {
	u := goqu.T("users").As("u")
	send(ctx, db, dialect.From(u).Select("u.id", goqu.I("u.email").As("mail"), u.Col("name"), goqu.C("age").Table("u")))
}

func SelectStar(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select("users.*", goqu.T("users").All()))
	send(ctx, db, dialect.From("users").Select(goqu.Star()))
}

func SelectLiteral(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select(goqu.L("count(*) AS total"), goqu.L("max(age)").As("oldest")))
}

func SelectSlice(ctx context.Context, db *sql.DB, n int) {
	columns := []interface{}{"id", "email"}
	if n > 0 {
		columns = append(columns, goqu.I("users.age"))
	}
	send(ctx, db, dialect.From("users").Select(columns...))
}

func SelectStruct(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select(User{}))
	send(ctx, db, dialect.From("users").Select(&Team{}, "age"))
}

func SelectVariables(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From(Users).Select(UserID, UserEmail.As("mail")).Where(UserTeam.Eq(n)))
}

func SelectAppend(ctx context.Context, db *sql.DB, n int) {
	ds := dialect.From("users").Select("id")
	if n > 0 {
		ds = ds.SelectAppend("email", goqu.C("age"))
	}
	send(ctx, db, ds)
	send(ctx, db, dialect.From("users").SelectAppend(goqu.L("now()").As("at")))
}

func SelectReplaced(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("teams").Select("id").From("users").Select("email").Limit(3).Offset(4).ClearLimit().ClearOffset())
	send(ctx, db, dialect.From("users").Select("email").Distinct().ClearSelect())
}

func Distinct(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select("email").Distinct())
	send(ctx, db, dialect.From("users").Select("email", "age").Distinct("email", goqu.I("users.team_id")))
	send(ctx, db, dialect.From("users").SelectDistinct("email"))
}

func Functions(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select(goqu.COUNT("*").As("n"), goqu.COUNT(goqu.DISTINCT("users.email")), goqu.MAX("age").As("oldest"),
		goqu.COALESCE(goqu.C("nick"), goqu.C("name"), "none").As("shown"), goqu.SUM(goqu.L("age * 2")), goqu.Func("lower", goqu.C("email"))))
	send(ctx, db, dialect.From("users").Select(goqu.Func("jsonb_build_object", goqu.V("id"), goqu.I("users.id"), "email", goqu.C("email")).As("doc")))
	send(ctx, db, dialect.Select(goqu.L("1"), goqu.V(1), goqu.Func("now")))
}

func Casts(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select(goqu.Cast(goqu.C("age"), "TEXT").As("years"), goqu.C("id").Cast("int")).
		Where(goqu.Cast(goqu.C("id"), "TEXT").Like("1%"), goqu.L("?::text", goqu.C("team_id")).Eq("x")))
}

func Cases(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select(goqu.Case().When(goqu.C("age").Gt(60), "old").When(goqu.C("nick").IsNull(), goqu.C("name")).
		Else("young").As("word"), goqu.Case().Value(goqu.C("age")).When(1, "one").When(2, goqu.L("upper(name)")).As("number")))
	send(ctx, db, dialect.From("users").Order(goqu.Case().When(goqu.C("age").Eq(n), 0).Else(1).Asc()))
}

func SubqueryColumn(ctx context.Context, db *sql.DB, n int) {
	orders := dialect.From("orders").Select(goqu.COUNT("*")).Where(goqu.I("orders.user_id").Eq(goqu.I("users.id")))
	send(ctx, db, dialect.From("users").Select("id", orders.As("orders")))
}

func Window(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select("id",
		goqu.ROW_NUMBER().Over(goqu.W().PartitionBy("team_id").OrderBy(goqu.C("age").Desc(), "id")).As("place"),
		goqu.SUM("age").Over(goqu.W()).As("sum"), goqu.COUNT("*").Over(goqu.W().PartitionBy(goqu.I("users.team_id")))))
	send(ctx, db, dialect.From("users").Select(goqu.RANK().OverName(goqu.I("w"))).Window(goqu.W("w").PartitionBy("team_id").OrderBy("age")))
}

// Conditions.

func WhereEq(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.C("email").Eq("x"), goqu.I("users.age").Neq(n)))
	send(ctx, db, dialect.From("users").Where(goqu.I(colEmail).Eq("x")).Where(goqu.C("age").Eq(3)))
}

func WhereCompare(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.C("age").Gt(1), goqu.C("age").Lte(n), goqu.C("created_at").Gte(start),
		goqu.C("id").Lt(uint64(9))))
}

func WhereNull(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.C("nick").IsNull(), goqu.C("email").IsNotNull(), goqu.C("age").Eq(nil), goqu.C("bio").Neq(nil)))
}

func WhereBool(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.C("active").IsTrue(), goqu.C("banned").Eq(false), goqu.C("old").IsNot(true)).Prepared(true))
	send(ctx, db, dialect.From("users").Where(goqu.I("users.active"), goqu.C("banned").Eq(n > 1)))
}

func WhereIn(ctx context.Context, db *sql.DB, n int) {
	ids := []int64{1, 2, 3}
	send(ctx, db, dialect.From("users").Where(goqu.C("id").In(ids), goqu.C("age").NotIn(1, 2), goqu.C("team_id").In(n)))
	send(ctx, db, dialect.From("users").Where(goqu.C("id").Eq(ids)).Prepared(true))
}

func WhereInSubquery(ctx context.Context, db *sql.DB, n int) {
	sub := dialect.From("orders").Select("user_id").Where(goqu.C("total").Gt(3))
	send(ctx, db, dialect.From("users").Where(goqu.C("id").In(sub)))
	send(ctx, db, dialect.From("users").Where(goqu.C("id").Eq(sub), goqu.C("team_id").NotIn(dialect.From("teams").Select("id"))))
	send(ctx, db, dialect.From("users").Where(goqu.C("age").Gt(dialect.From("users").Select(goqu.AVG("age")))))
}

func WhereLike(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.C("email").Like("x%"), goqu.C("name").ILike(fmt.Sprintf("%%%d%%", n)),
		goqu.C("nick").NotLike("y"), goqu.C("bio").NotILike("z"), goqu.C("name").RegexpLike("^a"), goqu.C("nick").Like(regexp.MustCompile("b+"))))
}

func WhereBetween(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.C("age").Between(goqu.Range(1, n)),
		goqu.C("id").NotBetween(goqu.Range(goqu.C("age"), goqu.L("age + 10")))))
}

func WhereColumns(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.C("name").Eq(goqu.C("nick")), goqu.I("users.age").Gt(goqu.L("coalesce(?, 3)", goqu.C("team_id")))))
}

func WhereBitwise(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.C("flags").BitwiseAnd(4).Eq(4), goqu.C("flags").BitwiseInversion().Neq(0)))
}

func WhereEx(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.Ex{"email": "x", "age": n, "users.team_id": 4}))
}

func WhereExValues(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.Ex{
		"nick": nil, "active": true, "banned": false, "id": []int{1, 2}, "team_id": goqu.I("users.old_team_id"), "age": goqu.L("1 + 1"),
		"owner_id": dialect.From("teams").Select("owner_id"), "name": regexp.MustCompile("a.*"),
	}))
}

func WhereExOp(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.Ex{
		"age": goqu.Op{"gte": 1, "lt": n}, "email": goqu.Op{"like": "x%"}, "name": goqu.Op{"neq": "y"}, "nick": goqu.Op{"isNot": nil},
		"id": goqu.Op{"in": []int{1, 2}}, "team_id": goqu.Op{"between": goqu.Range(1, 9)}, "bio": goqu.Op{"notILike": "%z%"},
	}))
}

func WhereExOr(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.ExOr{"email": "x", "age": goqu.Op{"gt": n}}, goqu.C("id").Gt(1)))
}

func WhereExVariable(ctx context.Context, db *sql.DB, n int) {
	where := goqu.Ex{"email": "x"}
	if n > 0 {
		where["age"] = n
	}
	if n > 1 {
		where["nick"] = nil
	}
	send(ctx, db, dialect.From("users").Where(where))
}

func WhereAndOr(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.Or(goqu.C("email").Eq("x"), goqu.And(goqu.C("age").Gt(3), goqu.Ex{"name": "y", "nick": nil})),
		goqu.C("id").Gt(n)))
}

func WhereOrOne(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.Or(goqu.Ex{"email": "x", "age": 1}, goqu.Ex{"id": n})))
	send(ctx, db, dialect.From("users").Where(goqu.And(), goqu.Or(), goqu.Ex{}))
}

func WhereExpressions(ctx context.Context, db *sql.DB, n int) {
	var conditions []goqu.Expression
	conditions = append(conditions, goqu.C("email").Eq("x"))
	if n > 0 {
		conditions = append(conditions, goqu.C("age").Eq(n), goqu.Ex{"nick": nil})
	}
	send(ctx, db, dialect.From("users").Where(conditions...))
}

func WhereAppended(ctx context.Context, db *sql.DB, n int) {
	either := goqu.Or()
	if n > 0 {
		either = either.Append(goqu.C("email").Eq("x"))
	}
	if n > 1 {
		either = either.Append(goqu.C("age").Eq(n))
	}
	send(ctx, db, dialect.From("users").Where(either, goqu.C("id").Gt(0)))
}

func WhereLiteral(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.L("age > ? AND name <> ?", n, "x"), goqu.L("nick IS NOT NULL")))
	send(ctx, db, dialect.From("users").Where(goqu.L("(? > ? OR ?)", goqu.I("users.age"), 3, goqu.C("email").Eq("x"))).Prepared(true))
}

func WhereLiteralMethods(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.L("lower(email)").Eq("x"), goqu.L("age % 2").In(0, n), goqu.L("settings->>'theme'").IsNull()))
}

func WhereLiteralSlice(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.L("id IN ?", []int{1, 2}), goqu.L("name = ANY(?)", Strings{"x"})).Prepared(true))
}

func WhereAny(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.C("id").Eq(goqu.Any(dialect.From("orders").Select("user_id"))), goqu.V("x").Eq(goqu.Any(goqu.C("tags")))))
}

func WhereExists(ctx context.Context, db *sql.DB, n int) {
	sub := dialect.From("orders").Select(goqu.L("1")).Where(goqu.I("orders.user_id").Eq(goqu.I("users.id")))
	send(ctx, db, dialect.From("users").Where(goqu.L("EXISTS ?", sub)))
	send(ctx, db, dialect.From("users").Where(goqu.L("NOT EXISTS ?", sub), goqu.Func("EXISTS", sub)))
}

func WhereFunction(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.Func("lower", goqu.C("email")).Eq("x"), goqu.COALESCE(goqu.C("age"), 0).Gt(n),
		goqu.Func("date_trunc", "day", goqu.C("created_at")).Eq(goqu.Func("now"))))
}

func ClearWhere(ctx context.Context, db *sql.DB, n int) {
	ds := dialect.From("users").Where(goqu.C("age").Gt(1)).Order(goqu.C("id").Asc())
	if n > 0 {
		ds = ds.ClearWhere().ClearOrder()
	}
	send(ctx, db, ds)
}

// Ways through the code.

func Conditional(ctx context.Context, db *sql.DB, n int) {
	ds := dialect.From("users").Select("users.id")
	if n > 0 {
		ds = ds.Where(goqu.C("age").Eq(n))
	}
	if n > 1 {
		ds = ds.Join(goqu.T("orders"), goqu.On(goqu.Ex{"orders.user_id": goqu.I("users.id")})).Where(goqu.I("orders.total").Gt(n))
	} else {
		ds = ds.Order(goqu.I("users.name").Asc())
	}
	send(ctx, db, ds.Limit(10))
}

func Switched(ctx context.Context, db *sql.DB, n int) {
	var order exp.OrderedExpression
	switch n {
	case 0:
		order = goqu.I("users.name").Asc()
	case 1:
		order = goqu.C("age").Desc().NullsLast()
	default:
		order = goqu.L("random()").Asc()
	}
	send(ctx, db, dialect.From("users").Order(order))
}

// Unassigned shows that a call does not change the dataset that it is called on.
func Unassigned(ctx context.Context, db *sql.DB, n int) {
	ds := dialect.From("users").Where(goqu.C("age").Gt(1))
	ds.Where(goqu.C("email").Eq("x")).Order(goqu.C("id").Asc())
	send(ctx, db, ds)
}

func base() *goqu.SelectDataset {
	return dialect.From("users").Select("id", "email").Where(goqu.C("deleted_at").IsNull())
}

func adults(ds *goqu.SelectDataset, age int) *goqu.SelectDataset {
	if age > 1 {
		return ds.Where(goqu.C("age").Gte(age))
	}
	return ds
}

func Base(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, base().Where(goqu.C("name").Eq("x")))
}

func Helper(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, adults(base(), n).Limit(uint(n)+1))
}

func byEmail(email string) goqu.Expression { return goqu.Ex{"email": email} }

func notDeleted() exp.BooleanExpression { return goqu.I("users.deleted_at").IsNull() }

func HelperCondition(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(byEmail("x"), notDeleted()))
}

type option func(*goqu.SelectDataset) *goqu.SelectDataset

func newest(ds *goqu.SelectDataset) *goqu.SelectDataset {
	return ds.Order(goqu.C("id").Desc()).Limit(1)
}

func Options(ctx context.Context, db *sql.DB, n int) {
	ds := dialect.From("users").Select("id")
	for _, o := range []option{newest} {
		ds = o(ds)
	}
	send(ctx, db, ds)
}

func Closure(ctx context.Context, db *sql.DB, n int) {
	named := func(ds *goqu.SelectDataset) *goqu.SelectDataset { return ds.Where(goqu.C("name").Eq("x")) }
	send(ctx, db, named(base()))
}

func Looped(ctx context.Context, db *sql.DB, n int) {
	ds := dialect.From("users").Select("id")
	for _, name := range []string{"email"} {
		ds = ds.Where(goqu.C(name).IsNotNull())
	}
	send(ctx, db, ds)
}

type store struct {
	db      *goqu.Database
	dialect goqu.DialectWrapper
	builder *goqu.SelectDataset
}

func newStore(db *sql.DB) *store {
	return &store{db: goqu.New("postgres", db), dialect: goqu.Dialect("postgres"), builder: dialect.From("users").Select("id")}
}

func Method(ctx context.Context, db *sql.DB, n int) {
	s := newStore(db)
	var out []Team
	s.db.From("teams").Where(goqu.C("email").Eq("x")).ScanStructsContext(ctx, &out)
}

func BuilderField(ctx context.Context, db *sql.DB, n int) {
	s := newStore(db)
	send(ctx, db, s.builder.Where(goqu.C("age").Eq(n)))
	send(ctx, db, s.dialect.From("users").Select("email"))
}

// Clauses.

func Order(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Order(goqu.C("age").Desc(), goqu.I("users.name").Asc().NullsFirst(), goqu.L("lower(?)", goqu.C("email")).Asc()))
	send(ctx, db, dialect.From("users").Order(goqu.C("age").Asc()).Order(goqu.C("name").Asc()).OrderAppend(goqu.C("id").Desc()).
		OrderPrepend(goqu.COALESCE(goqu.C("nick"), "x").Asc()))
}

func OrderSlice(ctx context.Context, db *sql.DB, n int) {
	var order []exp.OrderedExpression
	if n > 0 {
		order = append(order, goqu.C("age").Desc())
	}
	order = append(order, goqu.C("id").Asc())
	send(ctx, db, dialect.From("users").Order(order...))
}

func GroupHaving(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select("team_id", goqu.COUNT("*").As("n")).GroupBy("team_id", goqu.I("users.active"), goqu.L("date(created_at)")).
		Having(goqu.COUNT("*").Gt(n)).Having(goqu.Ex{"team_id": 4}))
	send(ctx, db, dialect.From("users").Select("team_id").GroupBy("id").GroupBy("team_id").GroupByAppend("age"))
}

func LimitOffset(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Order(goqu.C("id").Asc()).Limit(uint(n)).Offset(20))
	send(ctx, db, dialect.From("users").LimitAll().Offset(uint(n)))
	send(ctx, db, dialect.From("users").Limit(10).Offset(20).Prepared(true))
}

func Joins(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select("users.id", "orders.total").
		Join(goqu.T("orders"), goqu.On(goqu.I("orders.user_id").Eq(goqu.I("users.id")))).
		LeftJoin(goqu.T("items").As("i"), goqu.On(goqu.I("i.order_id").Eq(goqu.I("orders.id")), goqu.I("i.price").Gt(n))).
		InnerJoin(goqu.I("app.teams"), goqu.Using("team_id", "owner_id")).
		LeftOuterJoin(Teams.As("t"), goqu.On(goqu.Ex{"t.id": goqu.I("users.team_id"), "t.name": "x"})).
		CrossJoin(goqu.T("settings")))
}

func JoinsOther(ctx context.Context, db *sql.DB, n int) {
	on := goqu.On(goqu.I("o.user_id").Eq(goqu.I("users.id")))
	o := goqu.T("orders").As("o")
	send(ctx, db, dialect.From("users").Select("users.id").RightJoin(o, on))
	send(ctx, db, dialect.From("users").Select("users.id").FullJoin(o, on))
	send(ctx, db, dialect.From("users").Select("users.id").RightOuterJoin(o, on))
	send(ctx, db, dialect.From("users").Select("users.id").FullOuterJoin(o, on))
	send(ctx, db, dialect.From("users").NaturalJoin(goqu.T("teams")))
}

func JoinLiteral(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From(goqu.L("users u")).Select(goqu.L("u.id"), goqu.L("o.total")).
		LeftJoin(goqu.L("orders o"), goqu.On(goqu.L("o.user_id = u.id AND o.total > ?", n))))
}

func JoinSubquery(ctx context.Context, db *sql.DB, n int) {
	sums := dialect.From("orders").Select("user_id", goqu.SUM("total").As("sum")).GroupBy("user_id").As("s")
	send(ctx, db, dialect.From("users").Select("users.id", "s.sum").Join(sums, goqu.On(goqu.I("s.user_id").Eq(goqu.I("users.id")))))
}

func JoinLateral(ctx context.Context, db *sql.DB, n int) {
	last := dialect.From("orders").Select("total").Where(goqu.I("orders.user_id").Eq(goqu.I("users.id"))).Limit(1)
	send(ctx, db, dialect.From("users").Select("users.id", "o.total").LeftJoin(goqu.Lateral(last).As("o"), goqu.On(goqu.L("true"))))
	send(ctx, db, dialect.From("users", goqu.Lateral(last).As("o")).Select("o.total"))
}

func JoinVariables(ctx context.Context, db *sql.DB, n int) {
	owner := Users.As("owner")
	send(ctx, db, dialect.Select(UserID, owner.Col("email").As("owner_email")).From(Users).
		Join(Teams, goqu.On(UserTeam.Eq(TeamID))).
		LeftJoin(owner, goqu.On(owner.Col("id").Eq(Teams.Col("owner_id")))))
}

func FromSubquery(ctx context.Context, db *sql.DB, n int) {
	sub := dialect.From("users").Where(goqu.C("age").Gt(n))
	send(ctx, db, dialect.From(sub).Select("t1.id"))
	send(ctx, db, dialect.From(sub.As("old"), dialect.From("teams")).Select("old.id", "t1.name"))
	send(ctx, db, dialect.From("users").Where(goqu.C("age").Gt(n)).FromSelf().Select(goqu.COUNT("*")))
}

func FromFunction(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From(goqu.Func("generate_series", 1, n).As("g")).Select(goqu.L("g")))
	send(ctx, db, dialect.From(goqu.L("unnest(?::int[])", Strings{"1"}).As("x")).Select("x").Prepared(true))
}

func With(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("old").Select("id").With("old", dialect.From("users").Where(goqu.C("age").Gt(60))).
		With("rich(user_id)", dialect.From("orders").Select("user_id").Where(goqu.C("total").Gt(n))).
		Join(goqu.T("rich"), goqu.On(goqu.I("rich.user_id").Eq(goqu.I("old.id")))))
}

func WithRecursive(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("tree").Select("id").WithRecursive("tree(id, parent_id)",
		dialect.From("teams").Select("id", "parent_id").Where(goqu.C("parent_id").IsNull()).UnionAll(
			dialect.From("teams").Select("teams.id", "teams.parent_id").Join(goqu.T("tree"), goqu.On(goqu.I("tree.id").Eq(goqu.I("teams.parent_id")))))))
}

func WithInsert(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("new").Select("id").With("new", dialect.Insert("teams").Rows(goqu.Record{"name": "x"}).Returning("id")))
	send(ctx, db, dialect.Update("users").With("gone", dialect.Delete("teams").Where(goqu.C("id").Eq(n)).Returning("id")).
		Set(goqu.Record{"team_id": nil}).From("gone").Where(goqu.I("users.team_id").Eq(goqu.I("gone.id"))))
}

func Union(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select("id").Union(dialect.From("teams").Select("id").Where(goqu.C("id").Gt(n))).
		UnionAll(dialect.From("orders").Select("id")).Order(goqu.C("id").Asc()).Limit(3))
	send(ctx, db, dialect.From("users").Select("id").Intersect(dialect.From("teams").Select("id")).IntersectAll(dialect.From("orders").Select("id")))
}

func UnionLimited(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select("id").Limit(1).Union(dialect.From("teams").Select("id").Order(goqu.C("id").Asc())))
}

func ForUpdate(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Where(goqu.C("id").Eq(n)).ForUpdate(goqu.Wait))
	send(ctx, db, dialect.From("users").Limit(1).ForUpdate(goqu.SkipLocked, goqu.T("users")))
	send(ctx, db, dialect.From("users").ForShare(exp.NoWait))
	send(ctx, db, dialect.From("users").ForNoKeyUpdate(exp.Wait))
}

// INSERT.

func Insert(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Insert("users").Rows(goqu.Record{"name": "x", "email": "y", "age": n}))
	send(ctx, db, dialect.Insert(Users).Rows(goqu.Record{"email": "y"}, goqu.Record{"email": "z"}).Prepared(true))
}

func InsertMap(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Insert("app.users").Rows(map[string]interface{}{"name": "x", "email": n}))
}

func InsertSlice(ctx context.Context, db *sql.DB, n int) {
	var rows []goqu.Record
	for i := range 2 {
		rows = append(rows, goqu.Record{"email": "x", "age": i})
	}
	send(ctx, db, dialect.Insert("users").Rows(rows))
}

func InsertSpread(ctx context.Context, db *sql.DB, n int) {
	rows := make([]interface{}, 0, 2)
	rows = append(rows, goqu.Record{"email": "x"})
	rows = append(rows, goqu.Record{"email": "y"})
	send(ctx, db, dialect.Insert("users").Rows(rows...))
}

func InsertConditional(ctx context.Context, db *sql.DB, n int) {
	row := goqu.Record{"email": "x", "created_at": goqu.L("now()")}
	if n > 0 {
		row["age"] = n
	}
	if n > 1 {
		row["name"] = nil
	}
	send(ctx, db, dialect.Insert("users").Rows(row).Returning("id"))
}

func InsertValues(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Insert("users").Rows(goqu.Record{"email": goqu.Func("lower", "X"), "age": goqu.Default(),
		"team_id": dialect.From("teams").Select("id").Limit(1), "settings": goqu.L("?::jsonb", "{}"), "bio": []byte("x"), "active": true,
		"created_at": start, "phone": sql.NullString{}}))
}

func InsertStruct(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Insert("teams").Rows(Team{ID: 1, Name: "x"}))
	send(ctx, db, dialect.Insert("teams").Rows(&Team{ID: 1}, &Team{ID: 2}))
	send(ctx, db, dialect.Insert("teams").Rows([]Team{{ID: 1}, {ID: 2}}))
}

func InsertStructTags(ctx context.Context, db *sql.DB, n int) {
	user := User{Email: "x"}
	if n > 0 {
		nick := "y"
		user.Nick, user.Age = &nick, 3
	}
	if n > 1 {
		user.Bio = "z"
	}
	send(ctx, db, dialect.Insert("users").Rows(user))
}

func InsertStructs(ctx context.Context, db *sql.DB, n int) {
	teams := []*Team{}
	for i := range 2 {
		teams = append(teams, &Team{ID: int64(i)})
	}
	send(ctx, db, dialect.Insert("teams").Rows(teams).OnConflict(goqu.DoNothing()))
}

func InsertColumns(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Insert("users").Cols("email", goqu.C("age")).Vals(goqu.Vals{"x", n}, []interface{}{"y", goqu.L("1 + 1")}).
		Vals(goqu.Vals{"z", nil}))
}

func InsertSelect(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Insert("archive").Cols("id", "email").FromQuery(dialect.From("users").Select("id", "email").Where(goqu.C("age").Lt(n))))
	send(ctx, db, dialect.Insert("archive").FromQuery(goqu.From("users").Where(goqu.C("age").Lt(n))).Prepared(true))
	send(ctx, db, dialect.Insert("archive").Rows(dialect.From("users").Select("id")))
}

func InsertDefault(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Insert("users").Returning("id"))
}

func InsertReturning(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Insert("users").Rows(goqu.Record{"email": "x"}).Returning("id", goqu.C("created_at"), goqu.I("users.age").As("years")))
	send(ctx, db, dialect.Insert("users").Rows(goqu.Record{"email": "x"}).Returning(&Team{}))
	send(ctx, db, dialect.Insert("users").Rows(goqu.Record{"email": "x"}).Returning(goqu.Star()))
}

func Upsert(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Insert("users").Rows(goqu.Record{"email": "x", "age": n}).OnConflict(goqu.DoUpdate("email", goqu.Record{
		"age": goqu.I("excluded.age"), "name": goqu.L("EXCLUDED.name"), "visits": goqu.L("users.visits + ?", 1)})).Returning("id"))
}

func UpsertWhere(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Insert("users").Rows(goqu.Record{"email": "x"}).OnConflict(
		goqu.DoUpdate("email, team_id", goqu.Record{"age": n}).Where(goqu.I("users.age").Lt(n), goqu.I("users.nick").IsNull())))
	send(ctx, db, dialect.Insert("users").Rows(goqu.Record{"email": "x"}).OnConflict(goqu.DoUpdate("ON CONSTRAINT users_key", goqu.C("age").Set(n))))
}

func UpsertStruct(ctx context.Context, db *sql.DB, n int) {
	team := Team{ID: 1, Name: "x"}
	send(ctx, db, dialect.Insert("teams").Rows(team).OnConflict(goqu.DoUpdate("id", team)))
}

func InsertNothing(ctx context.Context, db *sql.DB, n int) {
	ds := dialect.Insert("users").Rows(goqu.Record{"email": "x"})
	if n > 0 {
		ds = ds.OnConflict(goqu.DoNothing())
	}
	send(ctx, db, ds)
	send(ctx, db, ds.ClearOnConflict())
}

// UPDATE and DELETE.

func Update(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Update("users").Set(goqu.Record{"name": "x", "age": goqu.L("age + 1"), "nick": nil}).Where(goqu.C("id").Eq(n)))
	send(ctx, db, dialect.Update("users").Set(goqu.Record{"name": "x"}).Where(goqu.Ex{"id": n}).Returning("id", "email").Prepared(true))
}

func UpdateConditional(ctx context.Context, db *sql.DB, n int) {
	set := goqu.Record{"updated_at": goqu.Func("now")}
	if n > 0 {
		set["name"] = "x"
	}
	if n > 1 {
		set["team_id"] = n
	}
	send(ctx, db, dialect.Update("users").Set(set).Where(goqu.C("id").Eq(n)))
}

func UpdateStruct(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Update("users").Set(User{Email: "x"}).Where(goqu.C("id").Eq(n)))
	send(ctx, db, dialect.Update("teams").Set(&Team{ID: 1}))
}

func UpdateMap(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Update("users").Set(map[string]interface{}{"name": "x", "age": n}))
	send(ctx, db, dialect.Update("users").Set(goqu.C("age").Set(goqu.L("age + 1"))))
}

func UpdateSubquery(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Update("users").Set(goqu.Record{"orders": dialect.From("orders").Select(goqu.COUNT("*")).
		Where(goqu.I("orders.user_id").Eq(goqu.I("users.id")))}).Where(goqu.C("id").In(dialect.From("teams").Select("owner_id"))))
}

func UpdateFrom(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Update(goqu.T("users").As("u")).Set(goqu.Record{"team_id": goqu.I("t.id")}).From(goqu.T("teams").As("t")).
		Where(goqu.I("t.owner_id").Eq(goqu.I("u.id"))))
}

// UpdateLimited shows that the dialect writes no order and no limit here.
func UpdateLimited(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Update("users").Set(goqu.Record{"age": n}).Order(goqu.C("id").Asc()).Limit(1))
}

func Delete(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Delete("users").Where(goqu.Ex{"id": n}))
	send(ctx, db, dialect.Delete(Users).Where(goqu.C("id").In([]int{1, 2})).Returning("id").Prepared(true))
	send(ctx, db, dialect.Delete("app.teams").Order(goqu.C("id").Asc()).Limit(3))
}

func FromSelectDataset(ctx context.Context, db *sql.DB, n int) {
	ds := dialect.From("users").Where(goqu.C("id").Eq(n))
	send(ctx, db, ds.Update().Set(goqu.Record{"name": "x"}))
	send(ctx, db, ds.Delete())
	send(ctx, db, ds.Insert().Rows(goqu.Record{"email": "x"}))
	send(ctx, db, ds.Truncate())
}

func Truncate(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Truncate("users", "app.teams").Identity("restart").Cascade())
}

// What a database sends.

func ScanStructs(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).From("users").Where(goqu.C("age").Gt(n)).ScanStructs(&users)
}

func ScanStructsPointers(ctx context.Context, db *sql.DB, n int) {
	var teams []*Team
	open(db).From("teams").Order(goqu.C("id").Asc()).ScanStructsContext(ctx, &teams)
}

func ScanStructsSelected(ctx context.Context, db *sql.DB, n int) {
	var teams []Team
	open(db).From("teams").Select("name").ScanStructsContext(ctx, &teams)
	open(db).From("teams").Select("*").ScanStructsContext(ctx, &teams)
	open(db).From("teams").Select(goqu.Star()).ScanStructsContext(ctx, &teams)
	open(db).From("teams").Distinct().ScanStructsContext(ctx, &teams)
}

func ScanStructsJoined(ctx context.Context, db *sql.DB, n int) {
	var members []Member
	open(db).From("members").
		Join(goqu.T("users"), goqu.On(goqu.I("members.user_id").Eq(goqu.I("users.id")))).
		Join(goqu.T("teams"), goqu.On(goqu.I("members.team_id").Eq(goqu.I("teams.id")))).
		ScanStructsContext(ctx, &members)
	var rows []Qualified
	open(db).From("users").ScanStructsContext(ctx, &rows)
}

func ScanStructsColumns(ctx context.Context, db *sql.DB, n int) {
	var totals []Total
	open(db).From("users").Select("team_id", goqu.COUNT("*").As("n")).GroupBy("team_id").ScanStructsContext(ctx, &totals)
	var local []struct {
		ID    int64
		Email string `db:"email_address"`
	}
	open(db).From("users").ScanStructs(&local)
}

func ScanStruct(ctx context.Context, db *sql.DB, n int) {
	var team Team
	found, err := open(db).From("teams").Where(goqu.C("id").Eq(n)).ScanStructContext(ctx, &team)
	if err != nil || !found {
		return
	}
	open(db).From("teams").Where(goqu.C("id").Eq(n)).Limit(5).ScanStruct(&team)
}

func ScanVal(ctx context.Context, db *sql.DB, n int) {
	var email string
	open(db).From("users").Select("email").Where(goqu.C("id").Eq(n)).ScanVal(&email)
	open(db).From("users").Select(goqu.MAX("age")).ScanValContext(ctx, &n)
}

func ScanVals(ctx context.Context, db *sql.DB, n int) {
	var ids []int64
	open(db).From("users").Select("id").Order(goqu.C("id").Desc()).ScanVals(&ids)
	open(db).Select(UserID).From(Users).Prepared(true).Limit(3).ScanValsContext(ctx, &ids)
}

func Count(ctx context.Context, db *sql.DB, n int) {
	open(db).From("users").Where(goqu.C("age").Gt(n)).Count()
	open(db).From("users").Select("id").GroupBy("team_id").CountContext(ctx)
}

func CountAndList(ctx context.Context, db *sql.DB, n int) {
	ds := open(db).From("teams")
	if n > 0 {
		ds = ds.Where(goqu.C("name").ILike("x%"))
	}
	total, err := ds.CountContext(ctx)
	if err != nil {
		return
	}
	var teams []Team
	ds.Order(goqu.C("name").Asc()).Limit(uint(total)).Offset(10).ScanStructsContext(ctx, &teams)
}

func Pluck(ctx context.Context, db *sql.DB, n int) {
	var names []string
	open(db).From("users").Where(goqu.C("age").Gt(n)).Pluck(&names, "name")
	open(db).From("users").Limit(3).PluckContext(ctx, &names, "users.email")
}

// ExecutorScan shows that an executor sends the dataset as it is: no columns of a struct, no limit.
func ExecutorScan(ctx context.Context, db *sql.DB, n int) {
	var teams []Team
	open(db).From("teams").Where(goqu.C("id").Eq(n)).Executor().ScanStructsContext(ctx, &teams)
	var team Team
	open(db).From("teams").Where(goqu.C("id").Eq(n)).Executor().ScanStruct(&team)
	open(db).From("teams").Select(goqu.COUNT("*")).Executor().ScanVal(&n)
}

func ExecutorQuery(ctx context.Context, db *sql.DB, n int) {
	rows, err := open(db).From("teams").Select("id").Executor().QueryContext(ctx)
	if err == nil {
		rows.Close()
	}
}

func Scanner(ctx context.Context, db *sql.DB, n int) {
	scanner, err := open(db).From("teams").Select("id", "name").Executor().ScannerContext(ctx)
	if err != nil {
		return
	}
	defer scanner.Close()
	for scanner.Next() {
		var team Team
		if scanner.ScanStruct(&team) != nil {
			return
		}
	}
}

func execute(ctx context.Context, e exec.QueryExecutor) error {
	_, err := e.ExecContext(ctx)
	return err
}

func InsertExec(ctx context.Context, db *sql.DB, n int) {
	open(db).Insert("teams").Rows(Team{ID: 1, Name: "x"}).Executor().Exec()
	insert := open(db).Insert("teams").Rows(goqu.Record{"name": "x"}).Executor()
	if _, err := insert.ExecContext(ctx); err != nil {
		return
	}
	execute(ctx, open(db).Delete("teams").Where(goqu.C("id").Eq(n)).Executor())
}

func InsertScan(ctx context.Context, db *sql.DB, n int) {
	var id int64
	open(db).Insert("teams").Rows(goqu.Record{"name": "x"}).Returning("id").Executor().ScanValContext(ctx, &id)
	var team Team
	open(db).Insert("teams").Rows(goqu.Record{"name": "x"}).Returning(goqu.C("id"), "name").Executor().ScanStructContext(ctx, &team)
	var ids []int64
	open(db).Update("teams").Set(goqu.Record{"name": "x"}).Returning("id").Executor().ScanValsContext(ctx, &ids)
}

func UpdateExec(ctx context.Context, db *sql.DB, n int) {
	result, err := open(db).Update("teams").Set(goqu.Record{"name": "x"}).Where(goqu.C("id").Eq(n)).Executor().ExecContext(ctx)
	if err == nil {
		result.RowsAffected()
	}
	open(db).From("teams").Where(goqu.C("id").Eq(n)).Delete().Executor().Exec()
	open(db).Truncate("teams").Executor().Exec()
}

func ExecutorText(ctx context.Context, db *sql.DB, n int) {
	query, args, err := open(db).From("teams").Select("id").Executor().ToSQL()
	if err != nil {
		return
	}
	if rows, err := db.QueryContext(ctx, query, args...); err == nil {
		rows.Close()
	}
}

func DialectDB(ctx context.Context, db *sql.DB, n int) {
	var teams []Team
	dialect.DB(db).From("teams").ScanStructsContext(ctx, &teams)
}

func Transaction(ctx context.Context, db *sql.DB, n int) {
	open(db).WithTx(func(tx *goqu.TxDatabase) error {
		if _, err := tx.Insert("teams").Rows(goqu.Record{"name": "x"}).Executor().ExecContext(ctx); err != nil {
			return err
		}
		var team Team
		_, err := tx.From("teams").Where(goqu.C("name").Eq("x")).ForUpdate(goqu.Wait).ScanStructContext(ctx, &team)
		return err
	})
}

func TransactionWrap(ctx context.Context, db *sql.DB, n int) {
	tx, err := open(db).BeginTx(ctx, nil)
	if err != nil {
		return
	}
	tx.Wrap(func() error {
		_, err := tx.Update("teams").Set(goqu.Record{"name": "x"}).Executor().ExecContext(ctx)
		return err
	})
}

func TransactionNew(ctx context.Context, db *sql.DB, n int) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return
	}
	defer tx.Rollback()
	goqu.NewTx("postgres", tx).Delete("teams").Where(goqu.C("id").Eq(n)).Executor().ExecContext(ctx)
}

// querier is what a database and a transaction have in common.
type querier interface {
	From(...interface{}) *goqu.SelectDataset
	Insert(interface{}) *goqu.InsertDataset
	ExecContext(context.Context, string, ...interface{}) (sql.Result, error)
}

func Interface(ctx context.Context, db *sql.DB, n int) {
	var q querier = open(db)
	var names []string
	q.From("teams").Select("name").ScanValsContext(ctx, &names)
	q.Insert("teams").Rows(goqu.Record{"name": "x"}).Executor().Exec()
}

// handle embeds a database.
type handle struct{ *goqu.Database }

func Embedded(ctx context.Context, db *sql.DB, n int) {
	h := handle{open(db)}
	var names []string
	h.From("teams").Select("name").ScanVals(&names)
}

// RawText gives a database SQL that is written by hand.
func RawText(ctx context.Context, db *sql.DB, n int) {
	d := open(db)
	d.Exec("UPDATE teams SET name = $1 WHERE id = $2", "x", n)
	d.ExecContext(ctx, "DELETE FROM teams WHERE id = $1", n)
	if rows, err := d.QueryContext(ctx, "SELECT id FROM teams"); err == nil {
		rows.Close()
	}
	d.QueryRow("SELECT name FROM teams WHERE id = $1", n).Scan(&n)
}

func RawScan(ctx context.Context, db *sql.DB, n int) {
	d := open(db)
	var teams []Team
	d.ScanStructs(&teams, "SELECT id, name FROM teams WHERE id > $1", n)
	var team Team
	d.ScanStructContext(ctx, &team, "SELECT id, name FROM teams LIMIT 1")
	var ids []int64
	d.ScanValsContext(ctx, &ids, "SELECT id FROM teams")
	d.ScanVal(&n, "SELECT max(id) FROM teams")
}

// DefaultDialect writes the same as long as nothing is prepared.
func DefaultDialect(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, goqu.From("users").Select("id").Where(goqu.C("age").Gt(n)))
	send(ctx, db, goqu.Insert("teams").Rows(goqu.Record{"name": "x"}))
	send(ctx, db, goqu.Update("teams").Set(goqu.Record{"name": "x"}).Where(goqu.C("id").Eq(n)))
	send(ctx, db, goqu.Delete("teams").Where(goqu.C("id").Eq(n)))
	send(ctx, db, goqu.Select(goqu.Func("lo_close", n)))
}

func WithDialect(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, goqu.From("users").WithDialect("postgres").Where(goqu.C("age").Gt(n)).Prepared(true))
	send(ctx, db, goqu.Delete("teams").SetDialect(goqu.GetDialect("postgres")).Where(goqu.C("id").Eq(n)).Prepared(true))
}

// Names of package exp that do what those of goqu do.
func Expressions(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From(exp.ParseIdentifier("app.users").As("u")).
		Select(exp.NewIdentifierExpression("", "u", "id"), exp.NewLiteralExpression("upper(?)", exp.ParseIdentifier("u.name")).As("shout")).
		Where(exp.NewExpressionList(exp.OrType, exp.Ex{"u.age": n}, goqu.I("u.id").Gt(1)),
			exp.NewBooleanExpression(exp.LtOp, goqu.C("age"), 9)).
		Order(exp.NewOrderedExpression(goqu.I("u.id"), exp.DescSortDir, exp.NullsLastSortType)))
	send(ctx, db, dialect.From("users").Select(exp.NewSQLFunctionExpression("count", exp.Star())))
}

// Profile has the columns of Common only if there is one.
type Profile struct {
	*Common
	Bio string
}

func InsertEmbeddedPointer(ctx context.Context, db *sql.DB, n int) {
	p := Profile{Bio: "x"}
	if n > 0 {
		p.Common = &Common{CreatedAt: start}
	}
	send(ctx, db, dialect.Insert("profiles").Rows(p))
	var profiles []Profile
	open(db).From("profiles").ScanStructsContext(ctx, &profiles)
}

func UpsertExcluded(ctx context.Context, db *sql.DB, n int) {
	row := goqu.Record{"email": "x", "name": "y"}
	set := goqu.Record{}
	for _, column := range []string{"name", "email"} {
		set[column] = goqu.I("excluded." + column)
	}
	send(ctx, db, dialect.Insert("users").Rows(row).OnConflict(goqu.DoUpdate("id", set)))
}

func insertRow(ctx context.Context, db *sql.DB, table string, row goqu.Record) {
	row["created_at"] = goqu.L("now()")
	send(ctx, db, dialect.Insert(table).Rows(row).Returning("id"))
}

func RecordParameter(ctx context.Context, db *sql.DB, n int) {
	insertRow(ctx, db, "teams", goqu.Record{"name": "x"})
}

func findAll(ctx context.Context, db *sql.DB, table string, where goqu.Ex, columns ...interface{}) {
	send(ctx, db, dialect.From(table).Select(columns...).Where(where))
}

func ExParameter(ctx context.Context, db *sql.DB, n int) {
	findAll(ctx, db, "users", goqu.Ex{"email": "x"}, "id", goqu.C("age"))
}

func Converted(ctx context.Context, db *sql.DB, n int) {
	values := map[string]interface{}{"name": "x"}
	if n > 0 {
		values["age"] = n
	}
	send(ctx, db, dialect.Update("users").Set(goqu.Record(values)).Where(goqu.Ex(map[string]interface{}{"id": n})))
}

func columns(names []string) []interface{} {
	out := make([]interface{}, 0, len(names))
	for _, name := range names {
		out = append(out, name)
	}
	return out
}

// ConvertedColumns is what projects do with a list of texts.
func ConvertedColumns(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select(columns([]string{"id", "email"})...))
}

func Formatted(ctx context.Context, db *sql.DB, n int) {
	const alias = "u"
	send(ctx, db, dialect.From(goqu.T("users").As(alias)).Select(goqu.I(alias+".id"), goqu.L(fmt.Sprintf("upper(%s.name) AS shout", alias))).
		Where(goqu.C("email").Table(alias).Eq("x")))
}

func FormattedChoice(ctx context.Context, db *sql.DB, n int) {
	direction := "<"
	if n > 0 {
		direction = ">"
	}
	query, args, _ := dialect.From("users").Select("id").Where(goqu.L(fmt.Sprintf("age %s ?", direction), n)).Prepared(true).ToSQL()
	if rows, err := db.QueryContext(ctx, query, args...); err == nil {
		rows.Close()
	}
}

func PointerDialect(ctx context.Context, db *sql.DB, n int) {
	d := goqu.Dialect("postgres")
	p := &d
	send(ctx, db, p.From("users").Select("id"))
}

// OtherDialect shows that a subquery of the default dialect fits as long as nothing is prepared.
func OtherDialect(ctx context.Context, db *sql.DB, n int) {
	orders := goqu.From("orders").Select("user_id").Where(goqu.C("total").Gt(n))
	send(ctx, db, dialect.From("users").Where(goqu.C("id").In(orders)))
}

func BooleanColumn(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.From("users").Select("id", goqu.C("age").Gte(18).As("adult"), goqu.C("nick").IsNull().As("bare")))
	send(ctx, db, dialect.From("users").Select(goqu.C("email").Distinct(), goqu.C("age")))
}

// Lists are written as rows: bytes that are no []byte, and slices.
func SliceValue(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, dialect.Update("users").Set(goqu.Record{"tags": []string{"x", "y"}, "names": Strings{"z"}}))
}

func Having(ctx context.Context, db *sql.DB, n int) {
	ds := open(db).From("users").Select("team_id").GroupBy("team_id")
	if n > 0 {
		ds = ds.Having(goqu.L("count(*) > ?", n))
	}
	var ids []int64
	ds.Prepared(true).ScanValsContext(ctx, &ids)
}

func from(table ...interface{}) *goqu.SelectDataset { return dialect.From(table...) }

func Wrapped(ctx context.Context, db *sql.DB, n int) {
	send(ctx, db, from("users").Select("id").Where(goqu.C("age").Gt(n)).Prepared(true))
}

// prepared is a dialect of which everything is prepared.
type prepared struct{ goqu.DialectWrapper }

func (p prepared) From(table ...interface{}) *goqu.SelectDataset {
	return p.DialectWrapper.From(table...).Prepared(true)
}

func WrappedDialect(ctx context.Context, db *sql.DB, n int) {
	p := prepared{goqu.Dialect("postgres")}
	send(ctx, db, p.From("users").Select("id").Where(goqu.C("age").Gt(n)))
	send(ctx, db, p.Delete("users").Where(goqu.C("id").Eq(n)))
}

func main() {
	record.Print([]record.Call{
		Select, SelectAll, SelectFirst, SelectSchema, SelectAlias, SelectStar, SelectLiteral, SelectSlice, SelectStruct, SelectVariables,
		SelectAppend, SelectReplaced, Distinct, Functions, Casts, Cases, SubqueryColumn, Window, WhereEq, WhereCompare, WhereNull, WhereBool,
		WhereIn, WhereInSubquery, WhereLike, WhereBetween, WhereColumns, WhereBitwise, WhereEx, WhereExValues, WhereExOp, WhereExOr,
		WhereExVariable, WhereAndOr, WhereOrOne, WhereExpressions, WhereAppended, WhereLiteral, WhereLiteralMethods, WhereLiteralSlice,
		WhereAny, WhereExists, WhereFunction, ClearWhere, Conditional, Switched, Unassigned, Base, Helper, HelperCondition, Options, Closure,
		Looped, Method, BuilderField, Order, OrderSlice, GroupHaving, LimitOffset, Joins, JoinsOther, JoinLiteral, JoinSubquery, JoinLateral,
		JoinVariables, FromSubquery, FromFunction, With, WithRecursive, WithInsert, Union, UnionLimited, ForUpdate, Insert, InsertMap,
		InsertSlice, InsertSpread, InsertConditional, InsertValues, InsertStruct, InsertStructTags, InsertStructs, InsertColumns, InsertSelect,
		InsertDefault, InsertReturning, Upsert, UpsertWhere, UpsertStruct, InsertNothing, Update, UpdateConditional, UpdateStruct, UpdateMap,
		UpdateSubquery, UpdateFrom, UpdateLimited, Delete, FromSelectDataset, Truncate, ScanStructs, ScanStructsPointers, ScanStructsSelected,
		ScanStructsJoined, ScanStructsColumns, ScanStruct, ScanVal, ScanVals, Count, CountAndList, Pluck, ExecutorScan, ExecutorQuery, Scanner,
		InsertExec, InsertScan, UpdateExec, ExecutorText, DialectDB, Transaction, TransactionWrap, TransactionNew, Interface, Embedded,
		RawText, RawScan, DefaultDialect, WithDialect, Expressions, InsertEmbeddedPointer, UpsertExcluded, RecordParameter, ExParameter, Converted,
		ConvertedColumns, Formatted, FormattedChoice, PointerDialect, OtherDialect, BooleanColumn, SliceValue, Having, Wrapped, WrappedDialect,
	})
}
