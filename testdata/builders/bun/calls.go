// Command bun prints what github.com/uptrace/bun sends for calls, with its PostgreSQL dialect.
package main

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/schemavet/schemavet/testdata/builders/record"
)

func open(db *sql.DB) *bun.DB {
	b := bun.NewDB(db, pgdialect.New(), bun.WithDiscardUnknownColumns())
	b.RegisterModel((*UserTag)(nil))
	return b
}

func Select(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).Scan(ctx)
}

func SelectOne(ctx context.Context, db *sql.DB, n int) {
	order := new(Order)
	open(db).NewSelect().Model(order).Where("id = ?", 1).Limit(1).Scan(ctx)
}

func SelectSoftDelete(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).Where("age > ?", 3).Scan(ctx)
}

func SelectNilModel(ctx context.Context, db *sql.DB, n int) {
	var names []string
	open(db).NewSelect().Model((*Order)(nil)).Column("state").Scan(ctx, &names)
}

func SelectColumns(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).Column("id", "email_address").ColumnExpr("upper(?) AS shout", bun.Ident("name")).Scan(ctx)
}

func ExcludeColumn(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).ExcludeColumn("name", "age").Scan(ctx)
}

func SelectTable(ctx context.Context, db *sql.DB, n int) {
	var names []string
	open(db).NewSelect().Table("users").Column("name").Where("? = ?", bun.Ident("age"), 3).Scan(ctx, &names)
}

func SelectTableExpr(ctx context.Context, db *sql.DB, n int) {
	var count int
	open(db).NewSelect().TableExpr("users AS u").ColumnExpr("count(*)").Where("u.age > ?", 3).Scan(ctx, &count)
}

func ModelTableExpr(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).ModelTableExpr("archived_orders AS ?TableAlias").Scan(ctx)
}

func SchemaTable(ctx context.Context, db *sql.DB, n int) {
	var s Setting
	open(db).NewSelect().Model(&s).Where("s.key = ?", "x").Scan(ctx)
}

func WherePK(ctx context.Context, db *sql.DB, n int) {
	order := &Order{ID: 1}
	open(db).NewSelect().Model(order).WherePK().Scan(ctx)
}

func WherePKSlice(ctx context.Context, db *sql.DB, n int) {
	orders := []Order{{ID: 1}, {ID: 2}}
	open(db).NewSelect().Model(&orders).WherePK().Scan(ctx)
}

func WherePKColumn(ctx context.Context, db *sql.DB, n int) {
	order := &Order{State: "x"}
	open(db).NewSelect().Model(order).WherePK("state").Scan(ctx)
}

func WhereOr(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).Where("age = ?", 1).WhereOr("name = ?", "x").Scan(ctx)
}

func WhereGroup(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).Where("state = ?", "x").WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("user_id = ?", 1).WhereOr("user_id = ?", 2)
	}).Scan(ctx)
}

func WhereIn(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).Where("id IN (?)", bun.In([]int{1, 2})).Scan(ctx)
}

func WhereIdent(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).Where("?TableAlias.state = ?", "x").Where("? IS NOT NULL", bun.Ident("order.user_id")).Scan(ctx)
}

func WhereNumbered(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).Where("state = ?0 OR state = upper(?0)", "x").Scan(ctx)
}

func WhereDeleted(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).WhereDeleted().Scan(ctx)
	open(db).NewSelect().Model(&users).WhereAllWithDeleted().Scan(ctx)
}

func SubQuery(ctx context.Context, db *sql.DB, n int) {
	b := open(db)
	sub := b.NewSelect().Model((*Order)(nil)).Column("user_id").Where("state = ?", "x")
	var users []User
	b.NewSelect().Model(&users).Where("id IN (?)", sub).Scan(ctx)
}

func SubQueryFrom(ctx context.Context, db *sql.DB, n int) {
	b := open(db)
	sub := b.NewSelect().Model((*Order)(nil)).ColumnExpr("user_id, count(*) AS n").Group("user_id")
	var total int
	b.NewSelect().TableExpr("(?) AS s", sub).ColumnExpr("max(s.n)").Scan(ctx, &total)
}

func With(ctx context.Context, db *sql.DB, n int) {
	b := open(db)
	recent := b.NewSelect().Model((*Order)(nil)).Where("state = ?", "new")
	var orders []Order
	b.NewSelect().With("recent", recent).TableExpr("recent").Scan(ctx, &orders)
}

func Joins(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).Join("JOIN orders AS o").JoinOn("o.user_id = u.id").JoinOn("o.state = ?", "x").Scan(ctx)
}

func JoinText(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).Join("LEFT JOIN companies AS c ON c.id = u.company_id AND c.name = ?", "x").Scan(ctx)
}

func GroupHaving(ctx context.Context, db *sql.DB, n int) {
	var states []string
	open(db).NewSelect().Model((*Order)(nil)).Column("state").Group("state").Having("count(*) > ?", 3).Having("max(id) < ?", 9).Scan(ctx, &states)
}

func GroupExpr(ctx context.Context, db *sql.DB, n int) {
	var c []int
	open(db).NewSelect().Model((*Order)(nil)).ColumnExpr("count(*)").GroupExpr("date_trunc('day', created_at)").Scan(ctx, &c)
}

func Orders(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).Order("state DESC", "id").OrderExpr("? NULLS LAST", bun.Ident("user_id")).Limit(3).Offset(6).Scan(ctx)
}

func Distinct(ctx context.Context, db *sql.DB, n int) {
	var states []string
	open(db).NewSelect().Model((*Order)(nil)).Distinct().Column("state").Scan(ctx, &states)
	open(db).NewSelect().Model((*Order)(nil)).DistinctOn("user_id").Column("state").Scan(ctx, &states)
}

func ForUpdate(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).For("UPDATE SKIP LOCKED").Scan(ctx)
}

func Union(ctx context.Context, db *sql.DB, n int) {
	b := open(db)
	var names []string
	b.NewSelect().Model((*Tag)(nil)).Column("name").Union(b.NewSelect().Model((*Item)(nil)).Column("name")).Scan(ctx, &names)
}

func Count(ctx context.Context, db *sql.DB, n int) {
	open(db).NewSelect().Model((*User)(nil)).Where("age > ?", 3).Order("name").Count(ctx)
}

func CountGroup(ctx context.Context, db *sql.DB, n int) {
	open(db).NewSelect().Model((*Order)(nil)).Column("state").Group("state").Count(ctx)
}

func Exists(ctx context.Context, db *sql.DB, n int) {
	open(db).NewSelect().Model((*Order)(nil)).Where("state = ?", "x").Exists(ctx)
}

func ScanAndCount(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).Where("state = ?", "x").Limit(3).ScanAndCount(ctx)
}

func Rows(ctx context.Context, db *sql.DB, n int) {
	if rows, err := open(db).NewSelect().Model((*Order)(nil)).Rows(ctx); err == nil {
		rows.Close()
	}
}

func BelongsTo(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).Relation("Company").Scan(ctx)
}

func HasOne(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).Relation("Profile").Where("u.age > ?", 3).Scan(ctx)
}

func NestedRelation(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).Relation("Company.Owner").Scan(ctx)
}

func RelationApply(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).Relation("Company", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Column("name").Where("company.name <> ?", "x")
	}).Scan(ctx)
}

func HasMany(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).Relation("Items").Scan(ctx)
}

func HasManyApply(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).Relation("Items", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Column("id", "order_id").Where("name = ?", "x").Order("id")
	}).Scan(ctx)
}

func ManyToMany(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).NewSelect().Model(&users).Relation("Tags").Relation("Orders.Items").Scan(ctx)
}

func NoName(ctx context.Context, db *sql.DB, n int) {
	var rows []struct{ ID int }
	open(db).NewSelect().Model(&rows).Table("orders").ColumnExpr("id").Where("state = ?", "x").Scan(ctx)
}

func Insert(ctx context.Context, db *sql.DB, n int) {
	open(db).NewInsert().Model(&Item{ID: 1, Name: "x"}).Exec(ctx)
}

func InsertAutoIncrement(ctx context.Context, db *sql.DB, n int) {
	order := &Order{State: "x"}
	open(db).NewInsert().Model(order).Exec(ctx)
}

func InsertUser(ctx context.Context, db *sql.DB, n int) {
	open(db).NewInsert().Model(&User{Name: "x", Age: 3}).Exec(ctx)
}

func InsertSlice(ctx context.Context, db *sql.DB, n int) {
	items := []Item{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}}
	open(db).NewInsert().Model(&items).Exec(ctx)
}

func InsertMap(ctx context.Context, db *sql.DB, n int) {
	values := map[string]interface{}{"state": "x", "user_id": 1}
	open(db).NewInsert().Model(&values).TableExpr("orders").Exec(ctx)
}

func InsertColumns(ctx context.Context, db *sql.DB, n int) {
	open(db).NewInsert().Model(&Item{ID: 1, Name: "x"}).Column("id", "name").Exec(ctx)
}

func InsertValue(ctx context.Context, db *sql.DB, n int) {
	open(db).NewInsert().Model(&Item{ID: 1}).Value("name", "upper(?)", "x").Exec(ctx)
}

func InsertReturning(ctx context.Context, db *sql.DB, n int) {
	open(db).NewInsert().Model(&Item{ID: 1}).Returning("id, name").Exec(ctx)
	open(db).NewInsert().Model(&Order{}).Returning("NULL").Exec(ctx)
}

func Upsert(ctx context.Context, db *sql.DB, n int) {
	open(db).NewInsert().Model(&Item{ID: 1, Name: "x"}).On("CONFLICT (id) DO UPDATE").Set("name = EXCLUDED.name").Exec(ctx)
}

func UpsertAll(ctx context.Context, db *sql.DB, n int) {
	open(db).NewInsert().Model(&Item{ID: 1, Name: "x"}).On("CONFLICT (id) DO UPDATE").Exec(ctx)
}

func UpsertNothing(ctx context.Context, db *sql.DB, n int) {
	open(db).NewInsert().Model(&Item{ID: 1}).On("CONFLICT DO NOTHING").Exec(ctx)
	open(db).NewInsert().Model(&Item{ID: 1}).Ignore().Exec(ctx)
}

func InsertSelect(ctx context.Context, db *sql.DB, n int) {
	open(db).NewInsert().Table("archive").Column("id", "name").Table("items").Exec(ctx)
}

func Update(ctx context.Context, db *sql.DB, n int) {
	open(db).NewUpdate().Model(&Item{ID: 1, Name: "x"}).WherePK().Exec(ctx)
}

func UpdateUser(ctx context.Context, db *sql.DB, n int) {
	open(db).NewUpdate().Model(&User{ID: 1, Name: "x", Age: 3}).WherePK().Exec(ctx)
}

func UpdateColumns(ctx context.Context, db *sql.DB, n int) {
	open(db).NewUpdate().Model(&Item{ID: 1, Name: "x"}).Column("name").WherePK().Exec(ctx)
}

func UpdateSet(ctx context.Context, db *sql.DB, n int) {
	open(db).NewUpdate().Model((*Order)(nil)).Set("state = ?", "x").Set("user_id = user_id + 1").Where("id = ?", 1).Exec(ctx)
}

func UpdateSetColumn(ctx context.Context, db *sql.DB, n int) {
	open(db).NewUpdate().Model((*Order)(nil)).SetColumn("state", "upper(?)", "x").Where("id = ?", 1).Exec(ctx)
}

func UpdateOmitZero(ctx context.Context, db *sql.DB, n int) {
	open(db).NewUpdate().Model(&Item{ID: 1, Name: "x"}).OmitZero().WherePK().Exec(ctx)
}

func UpdateValue(ctx context.Context, db *sql.DB, n int) {
	open(db).NewUpdate().Model(&Item{ID: 1}).Value("name", "upper(name)").WherePK().Exec(ctx)
}

func UpdateMap(ctx context.Context, db *sql.DB, n int) {
	values := map[string]interface{}{"state": "x"}
	open(db).NewUpdate().Model(&values).TableExpr("orders").Where("id = ?", 1).Exec(ctx)
}

func UpdateFrom(ctx context.Context, db *sql.DB, n int) {
	open(db).NewUpdate().Model((*Order)(nil)).TableExpr("users AS u").Set("state = u.name").Where("u.id = user_id").Returning("id").Exec(ctx)
}

func UpdateBulk(ctx context.Context, db *sql.DB, n int) {
	items := []Item{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}}
	open(db).NewUpdate().Model(&items).Column("name").Bulk().Exec(ctx)
}

func UpdateWithValues(ctx context.Context, db *sql.DB, n int) {
	b := open(db)
	items := []Item{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}}
	values := b.NewValues(&items)
	b.NewUpdate().With("_data", values).Model((*Item)(nil)).TableExpr("_data").Set("name = _data.name").Where("item.id = _data.id").Exec(ctx)
}

func SelectWithOrderedValues(ctx context.Context, db *sql.DB, n int) {
	b := open(db)
	items := []Item{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}}
	b.NewSelect().With("data", b.NewValues(&items).WithOrder()).Model((*Item)(nil)).TableExpr("data").
		Where("item.id = data.id").OrderExpr("data._order ASC").Exec(ctx)
}

func Delete(ctx context.Context, db *sql.DB, n int) {
	open(db).NewDelete().Model((*Order)(nil)).Where("state = ?", "x").Exec(ctx)
}

func DeletePK(ctx context.Context, db *sql.DB, n int) {
	open(db).NewDelete().Model(&Order{ID: 1}).WherePK().Returning("*").Exec(ctx)
}

func DeleteSoft(ctx context.Context, db *sql.DB, n int) {
	open(db).NewDelete().Model((*User)(nil)).Where("age > ?", 3).Exec(ctx)
	open(db).NewDelete().Model((*User)(nil)).Where("age > ?", 3).ForceDelete().Exec(ctx)
}

func DeleteUsing(ctx context.Context, db *sql.DB, n int) {
	open(db).NewDelete().Model((*Order)(nil)).TableExpr("users AS u").Where("u.id = user_id").Exec(ctx)
}

func Raw(ctx context.Context, db *sql.DB, n int) {
	b := open(db)
	var names []string
	b.NewRaw("SELECT name FROM ? WHERE id IN (?)", bun.Ident("users"), bun.In([]int{1})).Scan(ctx, &names)
	b.NewRaw("DELETE FROM orders WHERE state = ?", "x").Exec(ctx)
}

func DirectExec(ctx context.Context, db *sql.DB, n int) {
	b := open(db)
	b.ExecContext(ctx, "UPDATE orders SET state = ? WHERE id = ?", "x", 1)
}

func Conditional(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	q := open(db).NewSelect().Model(&orders)
	if n > 0 {
		q.Where("state = ?", "x")
	}
	if n > 1 {
		q = q.Relation("Items")
	}
	q.Scan(ctx)
}

func newest(q *bun.SelectQuery) *bun.SelectQuery { return q.OrderExpr("id DESC").Limit(1) }

func Apply(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).NewSelect().Model(&orders).Apply(newest).Where("state = ?", "x").Scan(ctx)
}

func load(ctx context.Context, db bun.IDB, state string) (orders []Order, err error) {
	err = db.NewSelect().Model(&orders).Where("state = ?", state).Scan(ctx)
	return orders, err
}

func Transaction(ctx context.Context, db *sql.DB, n int) {
	open(db).RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&Tag{ID: 1, Name: "x"}).Exec(ctx)
		return err
	})
}

func updateColumns(ctx context.Context, db *sql.DB, tag *Tag, columns []string) {
	open(db).RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(tag).Column(columns...).Where("id = ?", tag.ID).Exec(ctx)
		return err
	})
}

func TransactionColumns(ctx context.Context, db *sql.DB, n int) {
	updateColumns(ctx, db, &Tag{ID: 1, Name: "x"}, []string{"name"})
}

func SelectUnnamed(ctx context.Context, db *sql.DB, n int) {
	row := struct {
		bun.BaseModel `bun:"table:tags"`
		Name          string
	}{}
	open(db).NewSelect().Model(&row).Where("id = ?", n).Scan(ctx)
}

func TruncateTable(ctx context.Context, db *sql.DB, n int) {
	open(db).NewTruncateTable().Model((*Tag)(nil)).Table("items").Cascade().Exec(ctx)
	open(db).NewTruncateTable().Model((*Tag)(nil)).ContinueIdentity().Exec(ctx)
}

func DropTable(ctx context.Context, db *sql.DB, n int) {
	open(db).NewDropTable().Model((*Tag)(nil)).IfExists().Exec(ctx)
}

func AddColumn(ctx context.Context, db *sql.DB, n int) {
	open(db).NewAddColumn().Model((*Tag)(nil)).IfNotExists().ColumnExpr("? text", bun.Ident("colour")).Exec(ctx)
}

func DropColumn(ctx context.Context, db *sql.DB, n int) {
	open(db).NewDropColumn().Table("tags").Column("name").Exec(ctx)
}

func DropIndex(ctx context.Context, db *sql.DB, n int) {
	open(db).NewDropIndex().Concurrently().IfExists().Index("tags_name").Exec(ctx)
}

func RawEither(ctx context.Context, db *sql.DB, n int) {
	q := "SELECT count(*) FROM (?) AS t"
	if n > 0 {
		q = "SELECT count(*) FROM (?) AS s"
	}
	open(db).NewRaw(q, open(db).NewSelect().ColumnExpr("?", bun.Ident("id")).TableExpr("?", bun.Ident("tags"))).Exec(ctx)
}

func ApplyQueryBuilder(ctx context.Context, db *sql.DB, n int) {
	open(db).NewSelect().Model((*Tag)(nil)).ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder {
		return q.Where("name = ?", "x").WhereOr("id = ?", n)
	}).Exec(ctx)
}

func main() {
	record.Print([]record.Call{
		Select, SelectOne, SelectSoftDelete, SelectNilModel, SelectColumns, ExcludeColumn, SelectTable, SelectTableExpr, ModelTableExpr,
		SchemaTable, WherePK, WherePKSlice, WherePKColumn, WhereOr, WhereGroup, WhereIn, WhereIdent, WhereNumbered, WhereDeleted, SubQuery,
		SubQueryFrom, With, Joins, JoinText, GroupHaving, GroupExpr, Orders, Distinct, ForUpdate, Union, Count, CountGroup, Exists,
		ScanAndCount, Rows, BelongsTo, HasOne, NestedRelation, RelationApply, HasMany, HasManyApply, ManyToMany, NoName, Insert, InsertAutoIncrement, InsertUser,
		InsertSlice, InsertMap, InsertColumns, InsertValue, InsertReturning, Upsert, UpsertAll, UpsertNothing, InsertSelect, Update,
		UpdateUser, UpdateColumns, UpdateSet, UpdateSetColumn, UpdateOmitZero, UpdateValue, UpdateMap, UpdateFrom, UpdateBulk,
		UpdateWithValues, Delete, DeletePK, DeleteSoft, DeleteUsing, Raw, DirectExec, Conditional, Apply, Transaction, TransactionColumns, SelectUnnamed,
		TruncateTable, DropTable, AddColumn, DropColumn, DropIndex, RawEither, ApplyQueryBuilder,
	})
}
