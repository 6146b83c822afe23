// Command gormv1 prints what calls of the first version of gorm send.
package main

import (
	"context"
	"database/sql"
	"time"

	"github.com/jinzhu/gorm"

	"github.com/schemavet/schemavet/testdata/builders/record"
)

type User struct {
	gorm.Model
	Name     string
	Email    string `gorm:"column:email_address"`
	Age      int    `gorm:"default:18"`
	Birthday *time.Time
	Secret   string  `gorm:"-"`
	Home     Address `gorm:"embedded;embedded_prefix:home_"`
	Nick     sql.NullString
	Orders   []Order
}

type Address struct {
	Street string
	City   string
}

type Order struct {
	ID     uint
	UserID uint
	State  string
}

// Setting names its table itself.
type Setting struct {
	Key   string `gorm:"primary_key"`
	Value string
}

func (Setting) TableName() string { return "config_settings" }

func open(db *sql.DB) *gorm.DB {
	d, err := gorm.Open("postgres", db)
	if err != nil {
		panic(err)
	}
	d.LogMode(false)
	return d
}

func First(ctx context.Context, db *sql.DB, n int) {
	var u User
	open(db).First(&u)
}

func FirstByKey(ctx context.Context, db *sql.DB, n int) {
	var u User
	open(db).First(&u, 10)
}

func Last(ctx context.Context, db *sql.DB, n int) {
	var o Order
	open(db).Last(&o)
}

func Take(ctx context.Context, db *sql.DB, n int) {
	var s Setting
	open(db).Take(&s, "key = ?", "x")
}

func Find(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Find(&users)
}

func FindWhere(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Where("name = ? AND age > ?", "x", 3).Where("email_address LIKE ?", "y").Find(&users)
}

func WhereIn(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Where("name IN (?)", []string{"a", "b"}).Find(&users)
}

func WhereKeys(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Where([]int64{1, 2}).Find(&orders)
}

func WhereStruct(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Where(&User{Name: "x", Age: 3}).Find(&users)
}

func WhereMap(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Where(map[string]interface{}{"state": "new"}).Find(&orders)
}

func Not(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Not("name = ?", "x").Find(&users)
}

func NotColumn(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Not("name", []string{"x", "y"}).Find(&users)
}

func Or(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Where("name = ?", "x").Or("age > ?", 3).Find(&users)
}

func Select(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Select("name, age").Find(&users)
}

func SelectList(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Select([]string{"name", "age"}).Find(&users)
}

func OrderLimit(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Order("name").Order("age desc").Limit(3).Offset(4).Find(&users)
}

func Count(ctx context.Context, db *sql.DB, n int) {
	var c int
	open(db).Model(&User{}).Where("age > ?", 3).Count(&c)
}

func CountTable(ctx context.Context, db *sql.DB, n int) {
	var c int
	open(db).Table("orders").Count(&c)
}

func Pluck(ctx context.Context, db *sql.DB, n int) {
	var names []string
	open(db).Model(&User{}).Pluck("name", &names)
}

func GroupHaving(ctx context.Context, db *sql.DB, n int) {
	rows, err := open(db).Table("orders").Select("state, count(id) as n").Group("state").Having("count(id) > ?", 1).Rows()
	if err == nil {
		rows.Close()
	}
}

func Joins(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Joins("JOIN orders ON orders.user_id = users.id AND orders.state = ?", "new").Where("orders.id > ?", 1).Find(&users)
}

func Scan(ctx context.Context, db *sql.DB, n int) {
	var row struct{ Name string }
	open(db).Table("users").Select("name").Where("id = ?", 1).Scan(&row)
}

func ScanRaw(ctx context.Context, db *sql.DB, n int) {
	var rows []Order
	open(db).Raw("SELECT id, state FROM orders WHERE user_id = ?", 1).Scan(&rows)
}

func Exec(ctx context.Context, db *sql.DB, n int) {
	open(db).Exec("UPDATE orders SET state = ? WHERE id = ?", "x", 1)
}

func SubQuery(ctx context.Context, db *sql.DB, n int) {
	var users []User
	d := open(db)
	d.Where("id IN (?)", d.Table("orders").Select("user_id").Where("state = ?", "new").QueryExpr()).Find(&users)
}

func Unscoped(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Unscoped().Where("name = ?", "x").Find(&users)
}

func Create(ctx context.Context, db *sql.DB, n int) {
	open(db).Create(&User{Name: "x"})
}

func CreateWithDefault(ctx context.Context, db *sql.DB, n int) {
	open(db).Create(&User{Name: "x", Age: 3})
}

func CreateKey(ctx context.Context, db *sql.DB, n int) {
	open(db).Create(&Setting{Key: "k", Value: "v"})
}

func CreateOmit(ctx context.Context, db *sql.DB, n int) {
	open(db).Omit("Birthday", "Nick").Create(&User{Name: "x"})
}

func Save(ctx context.Context, db *sql.DB, n int) {
	open(db).Save(&Order{ID: 1, State: "x"})
}

func SaveNew(ctx context.Context, db *sql.DB, n int) {
	open(db).Save(&Order{State: "x"})
}

func Update(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&User{}).Where("name = ?", "x").Update("name", "y")
}

func UpdateMany(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&Order{ID: 1}).Update(map[string]interface{}{"state": "x", "user_id": 3})
}

func UpdatesStruct(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&User{}).Where("id = ?", 1).Updates(User{Name: "x", Age: 3})
}

func UpdateColumn(ctx context.Context, db *sql.DB, n int) {
	open(db).Model(&User{}).Where("id = ?", 1).UpdateColumn("age", gorm.Expr("age + ?", 1))
}

func Delete(ctx context.Context, db *sql.DB, n int) {
	open(db).Where("state = ?", "x").Delete(&Order{})
}

func DeleteKey(ctx context.Context, db *sql.DB, n int) {
	open(db).Delete(&Order{ID: 1})
}

func DeleteSoft(ctx context.Context, db *sql.DB, n int) {
	open(db).Delete(&User{}, "name = ?", "x")
}

func DeleteUnscoped(ctx context.Context, db *sql.DB, n int) {
	open(db).Unscoped().Where("name = ?", "x").Delete(User{})
}

func FirstOrCreate(ctx context.Context, db *sql.DB, n int) {
	var o Order
	open(db).Where("state = ?", "x").FirstOrCreate(&o)
}

func Branches(ctx context.Context, db *sql.DB, n int) {
	var users []User
	q := open(db).Where("age > ?", 1)
	if n > 0 {
		q = q.Where("name = ?", "x")
	}
	q.Find(&users)
}

func InTransaction(ctx context.Context, db *sql.DB, n int) {
	tx := open(db).Begin()
	tx.Model(&Order{}).Where("id = ?", 1).Update("state", "x")
	tx.Commit()
}

func Preload(ctx context.Context, db *sql.DB, n int) {
	var users []User
	open(db).Preload("Orders").Find(&users)
}

func Related(ctx context.Context, db *sql.DB, n int) {
	var orders []Order
	open(db).Model(&User{Model: gorm.Model{ID: 1}}).Related(&orders)
}

func main() {
	record.Print([]record.Call{
		First, FirstByKey, Last, Take, Find, FindWhere, WhereIn, WhereKeys, WhereStruct, WhereMap, Not, NotColumn, Or, Select, SelectList,
		OrderLimit, Count, CountTable, Pluck, GroupHaving, Joins, Scan, ScanRaw, Exec, SubQuery, Unscoped, Create, CreateWithDefault,
		CreateKey, CreateOmit, Save, SaveNew, Update, UpdateMany, UpdatesStruct, UpdateColumn, Delete, DeleteKey, DeleteSoft, DeleteUnscoped,
		FirstOrCreate, Branches, InTransaction, Preload, Related,
	})
}
