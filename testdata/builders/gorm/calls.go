// Command gorm prints what gorm.io/gorm sends for calls, with its PostgreSQL dialect.
package main

import (
	"context"
	"database/sql"
	"strings"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"

	"github.com/schemavet/schemavet/testdata/builders/record"
)

func open(db *sql.DB) *gorm.DB {
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{Logger: logger.Discard, SkipDefaultTransaction: true})
	if err != nil {
		panic(err)
	}
	return g
}

func First(ctx context.Context, db *sql.DB, n int) {
	var u User
	open(db).First(&u)
}

func FirstByKey(ctx context.Context, db *sql.DB, n int) {
	var u User
	open(db).First(&u, 10)
}

func FirstByText(ctx context.Context, db *sql.DB, n int) {
	var s Account
	open(db).First(&s, "account_number = ?", "x")
}

func Last(ctx context.Context, db *sql.DB, n int) {
	var o Order
	open(db).WithContext(ctx).Last(&o)
}

func Take(ctx context.Context, db *sql.DB, n int) {
	var o Order
	open(db).Where("state = ?", "new").Take(&o)
}

func TakeLiteralKey(ctx context.Context, db *sql.DB, n int) {
	open(db).Take(&Order{ID: 7})
}

func Find(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Find(&users)
}

func FindPointers(ctx context.Context, db *sql.DB, n int) {
	var orders []*Order
	open(db).Find(&orders, []int{1, 2, 3})
}

func FindWhere(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Where("name = ? AND age > ?", "x", 3).Where("email_address IS NOT NULL").Find(&users)
}

func WhereOneWord(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Where("state", "new").Find(&orders)
}

func WhereIn(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Where("state IN ?", []string{"a", "b"}).Where("total IN (?)", []int{1, 2}).Find(&orders)
}

func WhereStruct(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Where(&Order{State: "new", UserID: 3}).Find(&orders)
}

func WhereStructFields(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Where(&Order{State: "new"}, "state", "UserID").Find(&orders)
}

func WhereMap(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Where(map[string]interface{}{"state": "new", "user_id": []int{1, 2}, "total": nil}).Find(&orders)
}

func WhereKeys(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Where([]int{20, 21}).Find(&orders)
}

func WhereNamed(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Where("state = @state OR total = @total", sql.Named("state", "x"), sql.Named("total", 3)).Find(&orders)
}

func WhereOr(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Where("state = ?", "a").Or("state = ?", "b").Find(&orders)
}

func WhereOrSoftDeleted(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Where("name = ?", "a").Or("name = ? AND age = ?", "b", 3).Find(&users)
}

func WhereOrMap(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Where("total > 3").Or(map[string]interface{}{"state": "a", "user_id": 3}).Find(&orders)
}

func WhereGroup(ctx context.Context, db *sql.DB, n int) {
	g := open(db)
	var orders []Order
	g.Where(g.Where("state = ?", "a").Where(g.Where("total > ?", 1).Or("total < ?", 0))).Or(g.Where("user_id = ?", 2).Where("state <> ?", "c")).Find(&orders)
}

func Not(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Not("state = ?", "a").Not(map[string]interface{}{"user_id": []int{1, 2}}).Find(&orders)
}

func NotStruct(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Not(Order{State: "a", UserID: 3}).Find(&orders)
}

func NotKeys(ctx context.Context, db *sql.DB, n int) {
	var o Order
	open(db).Not([]int64{1, 2}).First(&o)
}

func SubQuery(ctx context.Context, db *sql.DB, n int) {
	g := open(db)
	var orders []Order
	g.Where("total > (?)", g.Model(&Order{}).Select("AVG(total)").Where("state = ?", "x")).Find(&orders)
}

func SubQueryIn(ctx context.Context, db *sql.DB, n int) {
	g := open(db)
	sub := g.Model(&Company{}).Select("id").Where("area = ?", "x")
	var users []User
	g.Where("company_id IN (?)", sub).Find(&users)
}

func SubQueryFrom(ctx context.Context, db *sql.DB, n int) {
	g := open(db)
	var users []User
	g.Table("(?) as u", g.Model(&User{}).Select("name", "age")).Where("age = ?", 18).Find(&users)
}

func SelectNames(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Select("name", "Email").Find(&users)
}

func SelectSlice(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Select([]string{"name", "age"}).Find(&users)
}

func SelectText(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Select("name, coalesce(age, 3) AS age").Find(&users)
}

func SelectArgs(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Select("name, coalesce(age, ?)", 42).Find(&users)
}

func Omit(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Omit("state", "Total").Find(&orders)
}

func SmallerStruct(ctx context.Context, db *sql.DB, n int) {
	var names []UserName
	open(db).Model(&User{}).Limit(10).Find(&names)
}

func ScanStruct(ctx context.Context, db *sql.DB, n int) {
	var names []UserName
	open(db).Model(&User{}).Select("id", "name").Where("age > ?", 1).Scan(&names)
}

func ScanTable(ctx context.Context, db *sql.DB, n int) {
	var names []UserName
	open(db).Table("users").Select("id, name").Where("age > ?", 1).Scan(&names)
}

func TableAlias(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Table("orders AS o").Where("o.state = ?", "x").Where(map[string]interface{}{"total": 1}).Find(&orders)
}

func TableSchema(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Table("archive.orders").Where(&Order{State: "x"}).Find(&orders)
}

func OwnTableName(ctx context.Context, db *sql.DB, n int) {
	var s Setting
	open(db).Where(&Setting{Key: "a", Locale: "b"}).First(&s)
}

func OrderLimitOffset(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Order("total desc, state").Order("id").Limit(3).Offset(6).Find(&orders)
}

func OrderColumn(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Order(clause.OrderByColumn{Column: clause.Column{Name: "total"}, Desc: true}).Find(&orders)
}

func GroupHaving(ctx context.Context, db *sql.DB, n int) {
	var rows []struct{ State string }
	open(db).Model(&Order{}).Select("state, sum(total) AS total").Group("state").Having("sum(total) > ?", 10).Find(&rows)
}

func Distinct(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Distinct("state", "user_id").Order("state").Find(&orders)
}

func Count(ctx context.Context, db *sql.DB, n int) {
	var c int64
	open(db).Model(&User{}).Where("name = ?", "x").Order("name").Count(&c)
}

func CountDistinct(ctx context.Context, db *sql.DB, n int) {
	var c int64
	open(db).Model(&User{}).Distinct("Email").Count(&c)
	open(db).Table("orders").Select("count(distinct(state))").Count(&c)
}

func Pluck(ctx context.Context, db *sql.DB, n int) {
	var names []string
	open(db).Model(&User{}).Where("age > ?", 3).Pluck("Email", &names)
	open(db).Model(&Order{}).Distinct().Pluck("upper(state)", &names)
}

func RowsOf(ctx context.Context, db *sql.DB, n int) {
	if rows, err := open(db).Model(&Order{}).Where("state = ?", "x").Select("state", "total").Rows(); err == nil {
		rows.Close()
	}
	open(db).Table("orders").Select("total").Row()
}

func Unscoped(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Unscoped().Where("age = 20").Find(&users)
}

func Joins(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Joins("Company").Where("users.age > ?", 3).Find(&users)
}

func JoinsNested(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Joins("Manager").Joins("Manager.Company").Find(&users)
}

func InnerJoins(ctx context.Context, db *sql.DB, n int) {
	g := open(db)
	var users []User
	g.InnerJoins("Company", g.Where(&Company{Area: "x"})).Find(&users)
}

func JoinsText(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Joins("JOIN orders ON orders.user_id = users.id AND orders.state = ?", "x").Find(&users)
}

func JoinsSelect(ctx context.Context, db *sql.DB, n int) {
	var rows []UserName
	open(db).Model(&User{}).Select("users.id, orders.state").Joins("left join orders on orders.user_id = users.id").Scan(&rows)
}

func JoinsHasOne(ctx context.Context, db *sql.DB, n int) {
	var u User
	open(db).Joins("Card").First(&u)
}

func Preload(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Preload("Orders").Preload("Company").Find(&users)
}

func PreloadConditions(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Preload("Orders", "state NOT IN (?)", "cancelled").Find(&users)
}

func PreloadFunc(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Preload("Orders", func(db *gorm.DB) *gorm.DB { return db.Where("total > ?", 3).Order("orders.total DESC") }).Find(&users)
}

func PreloadNested(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Preload("Orders.Items").Preload("Manager.Card").Find(&users)
}

func PreloadMany(ctx context.Context, db *sql.DB, n int) {
	var u User
	open(db).Preload("Languages").Preload("Toys").First(&u, 1)
}

func PreloadAll(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Preload(clause.Associations).Find(&orders)
}

func Create(ctx context.Context, db *sql.DB, n int) {
	o := Order{State: "new", Total: 3}
	open(db).Create(&o)
}

func CreateWithDefaults(ctx context.Context, db *sql.DB, n int) {
	open(db).Create(&User{Name: "x", Token: "t"})
}

func CreateVariable(ctx context.Context, db *sql.DB, n int) {
	a := Account{Number: "1"}
	a.HTTPToken = "x"
	open(db).Create(&a)
}

func CreateSlice(ctx context.Context, db *sql.DB, n int) {
	companies := []Company{{Name: "a"}, {Name: "b"}}
	open(db).Create(&companies)
}

func CreateBatches(ctx context.Context, db *sql.DB, n int) {
	open(db).CreateInBatches([]Toy{{Name: "a"}, {Name: "b"}, {Name: "c"}}, 2)
}

func CreateMap(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&Order{}).Create(map[string]interface{}{"State": "x", "total": 3})
}

func CreateSelect(ctx context.Context, db *sql.DB, n int) {
	open(db).Select("State", "user_id").Create(&Order{State: "x", Total: 3})
}

func CreateOmit(ctx context.Context, db *sql.DB, n int) {
	open(db).Omit("Total", "User").Create(&Order{State: "x", User: &User{}})
}

func CreateBelongsTo(ctx context.Context, db *sql.DB, n int) {
	open(db).Create(&Order{State: "x", User: &User{Name: "a"}})
}

func CreateHasMany(ctx context.Context, db *sql.DB, n int) {
	open(db).Create(&Order{State: "x", Items: []Item{{Name: "a"}}})
}

func CreateMany2Many(ctx context.Context, db *sql.DB, n int) {
	open(db).Create(&User{Name: "x", Languages: []Language{{Code: "de"}}})
}

func CreatePolymorphic(ctx context.Context, db *sql.DB, n int) {
	open(db).Create(&User{Name: "x", Toys: []Toy{{Name: "bear"}}})
}

func UpsertNothing(ctx context.Context, db *sql.DB, n int) {
	open(db).Clauses(clause.OnConflict{DoNothing: true}).Create(&Language{Code: "de"})
}

func UpsertColumns(ctx context.Context, db *sql.DB, n int) {
	open(db).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "code"}},
		DoUpdates: clause.AssignmentColumns([]string{"name"}),
	}).Create(&Language{Code: "de", Name: "x"})
}

func UpsertAssignments(ctx context.Context, db *sql.DB, n int) {
	open(db).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "code"}},
		DoUpdates: clause.Assignments(map[string]interface{}{"name": gorm.Expr("upper(languages.name)")}),
	}).Create(&Language{Code: "de", Name: "x"})
}

func UpsertWhere(ctx context.Context, db *sql.DB, n int) {
	open(db).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "code"}},
		Where:     clause.Where{Exprs: []clause.Expression{clause.Neq{Column: clause.Column{Table: "languages", Name: "name"}, Value: "y"}}},
		DoUpdates: clause.Set{{Column: clause.Column{Name: "name"}, Value: "x"}},
	}).Create(&Language{Code: "de", Name: "x"})
}

func UpsertAll(ctx context.Context, db *sql.DB, n int) {
	open(db).Clauses(clause.OnConflict{UpdateAll: true}).Create(&Account{Number: "1"})
}

func Returning(ctx context.Context, db *sql.DB, n int) {
	var u []Order
	open(db).Model(&u).Clauses(clause.Returning{}).Where("state = ?", "x").Update("total", 3)
	open(db).Clauses(clause.Returning{Columns: []clause.Column{{Name: "id"}, {Name: "total"}}}).Where("state = ?", "x").Delete(&[]Order{})
}

func SaveNew(ctx context.Context, db *sql.DB, n int) {
	open(db).Save(&Company{Name: "x"})
}

func SaveLoaded(ctx context.Context, db *sql.DB, n int) {
	c := Company{ID: 3, Name: "x"}
	open(db).Save(&c)
}

func SaveUser(ctx context.Context, db *sql.DB, n int) {
	var u User
	u.ID = 3
	open(db).Save(&u)
}

func SaveSlice(ctx context.Context, db *sql.DB, n int) {
	open(db).Save(&[]Language{{Code: "de"}, {Code: "en"}})
}

func UpdateColumnOf(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&User{}).Where("age > ?", 3).Update("Email", "x")
}

func UpdateLoaded(ctx context.Context, db *sql.DB, n int) {
	var u User
	u.ID = 3
	open(db).Model(&u).Update("name", "x")
}

func UpdateExpr(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&Order{}).Where("id = ?", 1).Update("total", gorm.Expr("total * ? + user_id", 2))
}

func UpdateSubQuery(ctx context.Context, db *sql.DB, n int) {
	g := open(db)
	g.Model(&User{}).Where("id = ?", 1).Update("name", g.Model(&Company{}).Select("name").Where("companies.id = users.company_id"))
}

func UpdatesStruct(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&Order{}).Where("id = ?", 1).Updates(Order{State: "x", Total: 3})
}

func UpdatesUser(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&User{}).Where("id = ?", 1).Updates(User{Name: "x"})
}

func UpdatesMap(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&User{}).Where("id = ?", 1).Updates(map[string]interface{}{"name": "x", "Age": 3, "company_id": nil})
}

func UpdatesMapVariable(ctx context.Context, db *sql.DB, n int) {
	values := map[string]any{"state": "x"}
	if n > 0 {
		values["total"] = n
	}
	open(db).Model(&Order{}).Where("id = ?", 1).Updates(values)
}

func UpdatesSelect(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&Order{}).Select("State", "Total").Where("id = ?", 1).Updates(Order{State: "x"})
}

func UpdatesOmit(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&Order{}).Omit("state").Where("id = ?", 1).Updates(map[string]interface{}{"state": "x", "total": 3})
}

func UpdateColumns(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&User{}).Where("id = ?", 1).UpdateColumns(User{Name: "x", Age: 3})
	open(db).Model(&User{}).Where("id = ?", 1).UpdateColumn("name", "x")
}

func UpdateTable(ctx context.Context, db *sql.DB, n int) {
	open(db).Table("orders").Where("id = ?", 1).Updates(map[string]interface{}{"state": "x"})
}

func Delete(ctx context.Context, db *sql.DB, n int) {
	open(db).Where("state = ?", "x").Delete(&Order{})
	open(db).Delete(&Order{}, 10)
	open(db).Delete(&Order{}, "state = ?", "x")
}

func DeleteLoaded(ctx context.Context, db *sql.DB, n int) {
	o := Order{ID: 3}
	open(db).Delete(&o)
}

func DeleteSoft(ctx context.Context, db *sql.DB, n int) {
	open(db).Where("age = ?", 20).Delete(&User{})
	open(db).Unscoped().Where("age = ?", 20).Delete(&User{})
}

func DeleteTwoKeys(ctx context.Context, db *sql.DB, n int) {
	open(db).Delete(&Setting{Key: "a", Locale: "b"})
}

func FirstOrCreate(ctx context.Context, db *sql.DB, n int) {
	var l Language
	open(db).Where(Language{Code: "de"}).Attrs(Language{Name: "x"}).FirstOrCreate(&l)
}

func FirstOrInit(ctx context.Context, db *sql.DB, n int) {
	var l Language
	open(db).FirstOrInit(&l, Language{Code: "de"})
}

func Raw(ctx context.Context, db *sql.DB, n int) {
	var names []string
	open(db).Raw("SELECT name FROM users WHERE age = ? AND id IN ?", 3, []int{1, 2}).Scan(&names)
	open(db).Raw("SELECT name FROM users WHERE age = @age", sql.Named("age", 3)).Find(&names)
}

func Exec(ctx context.Context, db *sql.DB, n int) {
	open(db).Exec("UPDATE orders SET total = ? WHERE id IN ?", gorm.Expr("total * ?", 2), []int{1, 2})
}

func Locking(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).Find(&orders)
}

func Clauses(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Clauses(clause.Gt{Column: "total", Value: 3}, clause.Eq{Column: clause.Column{Table: "orders", Name: "state"}, Value: "x"}).Find(&orders)
}

func atLeast(total int) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB { return db.Where("total >= ?", total) }
}

func newest(db *gorm.DB) *gorm.DB { return db.Order("id DESC") }

func Scopes(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Scopes(atLeast(3), newest).Where("state = ?", "x").Find(&orders)
}

func Transaction(ctx context.Context, db *sql.DB, n int) {
	open(db).Transaction(func(tx *gorm.DB) error {
		if err := tx.Create(&Item{Name: "x"}).Error; err != nil {
			return err
		}
		return tx.Model(&Item{}).Where("order_id = ?", 3).Update("name", "y").Error
	})
}

func BeginCommit(ctx context.Context, db *sql.DB, n int) {
	tx := open(db).Begin()
	defer tx.Rollback()
	tx.Where("name = ?", "x").Delete(&Item{})
	tx.Commit()
}

func SharedSession(ctx context.Context, db *sql.DB, n int) {
	q := open(db).Model(&Order{}).Where("state = ?", "x")
	if n > 0 {
		q = q.Where("total > ?", n)
	}
	var orders []Order
	q.Order("total").Find(&orders)
}

func MutatedSession(ctx context.Context, db *sql.DB, n int) {
	q := open(db).Model(&Order{})
	q.Where("state = ?", "x")
	var orders []Order
	q.Find(&orders)
}

func AssociationFind(ctx context.Context, db *sql.DB, n int) {
	u := User{Model: gorm.Model{ID: 1}}
	g := open(db)
	var languages []Language
	g.Model(&u).Association("Languages").Find(&languages)
	var orders []Order
	g.Model(&u).Association("Orders").Find(&orders, "state = ?", "x")
}

func AssociationCount(ctx context.Context, db *sql.DB, n int) {
	u := User{Model: gorm.Model{ID: 1}}
	g := open(db)
	g.Model(&u).Association("Languages").Count()
	g.Model(&u).Association("Orders").Count()
}

func AssociationAppend(ctx context.Context, db *sql.DB, n int) {
	u := User{Model: gorm.Model{ID: 1}}
	open(db).Model(&u).Association("Languages").Append(&Language{Code: "de"})
}

func AssociationReplace(ctx context.Context, db *sql.DB, n int) {
	u := User{Model: gorm.Model{ID: 1}}
	open(db).Model(&u).Association("Languages").Replace([]Language{{Code: "de"}})
}

func AssociationReplaceMany(ctx context.Context, db *sql.DB, n int) {
	o := Order{ID: 1}
	open(db).Model(&o).Association("Items").Replace(&Item{ID: 2, Name: "x"})
}

func AssociationDelete(ctx context.Context, db *sql.DB, n int) {
	u := User{Model: gorm.Model{ID: 1}}
	g := open(db)
	g.Model(&u).Association("Languages").Delete(&Language{Code: "de"})
	g.Model(&u).Association("Orders").Delete(&Order{ID: 3})
}

func AssociationClear(ctx context.Context, db *sql.DB, n int) {
	u := User{Model: gorm.Model{ID: 1}}
	g := open(db)
	g.Model(&u).Association("Languages").Clear()
	g.Model(&u).Association("Orders").Clear()
}

type repository struct{ db *gorm.DB }

func (r *repository) find(tx *gorm.DB, state string) (o Order, err error) {
	if tx == nil {
		tx = r.db
	}
	err = tx.Where("state = ?", state).First(&o).Error
	return o, err
}

func FindInBatches(ctx context.Context, db *sql.DB, n int) {
	var items []Item
	open(db).Where("name = ?", "x").FindInBatches(&items, 100, func(tx *gorm.DB, batch int) error { return nil })
}

func QueryFields(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Session(&gorm.Session{QueryFields: true}).Where("age > ?", n).Find(&users)
}

func GenericFind(ctx context.Context, db *sql.DB, n int) {
	gorm.G[User](open(db)).Where("age > ?", n).Order("id").Limit(3).Find(ctx)
}

func GenericFirst(ctx context.Context, db *sql.DB, n int) {
	gorm.G[User](open(db)).Select("id", "email").Where(map[string]any{"name": "x"}).First(ctx)
}

func GenericCreate(ctx context.Context, db *sql.DB, n int) {
	gorm.G[Order](open(db)).Create(ctx, &Order{UserID: 3})
}

func GenericUpsert(ctx context.Context, db *sql.DB, n int) {
	gorm.G[Order](open(db), clause.OnConflict{DoNothing: true}).Create(ctx, &Order{UserID: 3})
}

func GenericUpdate(ctx context.Context, db *sql.DB, n int) {
	gorm.G[User](open(db)).Where("id = ?", n).Update(ctx, "name", "x")
	gorm.G[User](open(db)).Where("id = ?", n).Updates(ctx, User{Name: "x"})
}

func GenericDelete(ctx context.Context, db *sql.DB, n int) {
	gorm.G[User](open(db)).Where("id = ?", n).Delete(ctx)
}

func GenericCount(ctx context.Context, db *sql.DB, n int) {
	gorm.G[User](open(db)).Where("age > ?", n).Count(ctx, "id")
}

func GenericScan(ctx context.Context, db *sql.DB, n int) {
	var names []string
	gorm.G[User](open(db)).Select("name").Scan(ctx, &names)
}

func GenericPreload(ctx context.Context, db *sql.DB, n int) {
	gorm.G[User](open(db)).Preload("Orders", func(q gorm.PreloadBuilder) error {
		q.Where("total > ?", 3).Order("total")
		return nil
	}).Find(ctx)
}

func GenericRaw(ctx context.Context, db *sql.DB, n int) {
	gorm.G[User](open(db)).Raw("SELECT id, name FROM users WHERE id = ?", n).Find(ctx)
	gorm.G[User](open(db)).Exec(ctx, "UPDATE users SET name = ? WHERE id = ?", "x", n)
}

func GenericSet(ctx context.Context, db *sql.DB, n int) {
	gorm.G[User](open(db)).Where("id = ?", n).Set(clause.Assignment{Column: clause.Column{Name: "name"}, Value: "x"}).Update(ctx)
}

func GenericRepository(ctx context.Context, db *sql.DB, n int) {
	q := gorm.G[User](open(db)).Where("age > ?", 3)
	if n > 0 {
		q = q.Where("name = ?", "x")
	}
	q.Take(ctx)
}

func main() {
	record.Print([]record.Call{
		First, FirstByKey, FirstByText, Last, Take, TakeLiteralKey, Find, FindPointers, FindWhere, WhereOneWord, WhereIn, WhereStruct,
		WhereStructFields, WhereMap, WhereKeys, WhereNamed, WhereOr, WhereOrSoftDeleted, WhereOrMap, WhereGroup, Not, NotStruct, NotKeys, SubQuery,
		SubQueryIn, SubQueryFrom, SelectNames, SelectSlice, SelectText, SelectArgs, Omit, SmallerStruct, ScanStruct, ScanTable,
		TableAlias, TableSchema, OwnTableName, OrderLimitOffset, OrderColumn, GroupHaving, Distinct, Count, CountDistinct, Pluck,
		RowsOf, Unscoped, Joins, JoinsNested, InnerJoins, JoinsText, JoinsSelect, JoinsHasOne, Preload, PreloadConditions, PreloadFunc,
		PreloadNested, PreloadMany, PreloadAll, Create, CreateWithDefaults, CreateVariable, CreateSlice, CreateBatches, CreateMap,
		CreateSelect, CreateOmit, CreateBelongsTo, CreateHasMany, CreateMany2Many, CreatePolymorphic, UpsertNothing, UpsertColumns,
		UpsertAssignments, UpsertWhere, UpsertAll, Returning, SaveNew, SaveLoaded, SaveUser, SaveSlice, UpdateColumnOf, UpdateLoaded,
		UpdateExpr, UpdateSubQuery, UpdatesStruct, UpdatesUser, UpdatesMap, UpdatesMapVariable, UpdatesSelect, UpdatesOmit, UpdateColumns,
		UpdateTable, Delete, DeleteLoaded, DeleteSoft, DeleteTwoKeys, FirstOrCreate, FirstOrInit, Raw, Exec, Locking, Clauses, Scopes,
		Transaction, BeginCommit, SharedSession, MutatedSession, AssociationFind, AssociationCount, AssociationAppend, AssociationReplace,
		AssociationReplaceMany, AssociationDelete, AssociationClear, FindInBatches, QueryFields, GenericFind, GenericFirst, GenericCreate, GenericUpsert,
		GenericJoins, GenericInnerJoins, JoinsSelected, DeleteRelated, DeleteRelatedNested, FindTyped[Company], FindTyped[User], FirstTyped[Company], FirstTyped[Toy], CountTyped[Company], CountTyped[Toy],
		GenericUpdate, GenericDelete, GenericCount, GenericScan, GenericPreload, GenericRaw, GenericSet, GenericRepository,
		FirstOfLoaded, FindOfLoaded, DeleteRelatedOfLoaded, CreateLoaded, PreloadPrefixed, PreloadNestedPrefix, PreloadUnknown, UpdatesSelectUnknown, DeleteSelectUnknown,
	})
}

func GenericJoins(ctx context.Context, db *sql.DB, n int) {
	gorm.G[User](open(db)).Joins(clause.LeftJoin.Association("Company"), nil).Find(ctx)
}

func GenericInnerJoins(ctx context.Context, db *sql.DB, n int) {
	gorm.G[User](open(db)).Joins(clause.Has("Company"), func(db gorm.JoinBuilder, joinTable clause.Table, curTable clause.Table) error {
		db.Select("name").Where("?.name = ?", joinTable, "x")
		return nil
	}).Where("users.age > ?", 1).First(ctx)
}

func JoinsSelected(ctx context.Context, db *sql.DB, n int) {
	var rows []User
	d := open(db)
	d.Joins("Company", d.Select("name").Where(&Company{Name: "x"})).Find(&rows)
}

func DeleteRelated(ctx context.Context, db *sql.DB, n int) {
	open(db).Select("Orders", "Card", "Languages", "Toys").Delete(&User{Model: gorm.Model{ID: 1}})
}

func DeleteRelatedNested(ctx context.Context, db *sql.DB, n int) {
	open(db).Unscoped().Select(clause.Associations).Delete(&Order{ID: 1})
}

// FindTyped is generic code: each type that it is given has a statement of its own.
func FindTyped[T any](ctx context.Context, db *sql.DB, n int) {
	var rows []T
	open(db).Model(new(T)).Where("name <> ?", "").Find(&rows)
}

func FirstTyped[T any](ctx context.Context, db *sql.DB, n int) {
	var row T
	open(db).First(&row, n)
}

// store has the type parameter, and its methods one each of their own.
type store[T any] struct{ db *gorm.DB }

func (s *store[T]) where(name string) *gorm.DB {
	var row T
	return s.db.Model(&row).Where("name = ?", name)
}

func CountTyped[T any](ctx context.Context, db *sql.DB, n int) {
	var c int64
	s := &store[T]{open(db)}
	s.where("x").Count(&c)
}

// loaded gives values as a query would have filled them.
func loaded(n int) *User {
	u := &User{Name: "x", Orders: []Order{{State: "new", Items: []Item{{Name: "y"}}}}}
	u.ID = uint(n + 7)
	return u
}

func FirstOfLoaded(ctx context.Context, db *sql.DB, n int) {
	u := loaded(n)
	open(db).Where("name = ?", "x").First(&u)
}

func FindOfLoaded(ctx context.Context, db *sql.DB, n int) {
	u := loaded(n)
	open(db).Find(u, "age > ?", 3)
}

func DeleteRelatedOfLoaded(ctx context.Context, db *sql.DB, n int) {
	u := loaded(n)
	d := open(db).WithContext(ctx)
	d.Select(clause.Associations).Delete(u)
}

func CreateLoaded(ctx context.Context, db *sql.DB, n int) {
	u := loaded(n)
	open(db).Create(u)
}

// withOrders is given a prefix for the names of relations.
func withOrders(prefix string, db *gorm.DB) *gorm.DB {
	if len(prefix) > 0 && prefix[len(prefix)-1] != '.' {
		prefix += "."
	}
	db = db.Preload(prefix + "Orders").Preload(prefix + "Orders.Items")
	return db
}

func PreloadPrefixed(ctx context.Context, db *sql.DB, n int) {
	var users []User
	d := open(db).WithContext(ctx)
	d = d.Where("name = ?", "x")
	d = withOrders("", d)
	d.Find(&users)
}

func PreloadNestedPrefix(ctx context.Context, db *sql.DB, n int) {
	var users []User
	withOrders("Manager", open(db)).Find(&users)
}

func PreloadUnknown(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Preload(relations()[n%1]).Find(&users)
}

func relations() []string { return strings.Split("Company,Orders", ",") }

func UpdatesSelectUnknown(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&User{Model: gorm.Model{ID: 1}}).Select(names()[n%1]).Updates(User{Rank: 3, Email: "y"})
}

func DeleteSelectUnknown(ctx context.Context, db *sql.DB, n int) {
	open(db).Select(relations()[1+n%1]).Delete(&User{Model: gorm.Model{ID: 1}})
}

func names() []string { return strings.Split("Email,Name", ",") }
