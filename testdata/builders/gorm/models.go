package main

import (
	"database/sql/driver"
	"encoding/json"
	"time"

	"gorm.io/gorm"
)

type User struct {
	gorm.Model
	Name      string
	Email     string `gorm:"column:email_address"`
	Age       int    `gorm:"default:18"`
	Token     string `gorm:"default:gen_random_uuid()"`
	Birthday  *time.Time
	Secret    string  `gorm:"-"`
	Seen      int     `gorm:"->"`
	Rank      int     `gorm:"<-:create"`
	Home      Address `gorm:"embedded;embeddedPrefix:home_"`
	Options   Options
	CompanyID *uint
	Company   Company
	ManagerID *uint
	Manager   *User
	Orders    []Order
	Card      CreditCard
	Languages []Language `gorm:"many2many:user_languages"`
	Toys      []Toy      `gorm:"polymorphic:Owner"`
}

type Address struct {
	Street string
	City   string
}

// Options are kept as JSON.
type Options struct{ Dark bool }

func (o Options) Value() (driver.Value, error) { return json.Marshal(o) }
func (o *Options) Scan(any) error              { return nil }

type Company struct {
	ID   uint
	Name string
	Area string
}

type Order struct {
	ID     uint
	UserID uint
	User   *User
	State  string
	Total  float64
	Items  []Item
}

type Item struct {
	ID      uint
	OrderID uint
	Name    string
}

type CreditCard struct {
	Number string `gorm:"primaryKey"`
	UserID uint
}

type Language struct {
	Code string `gorm:"primaryKey"`
	Name string
}

type Toy struct {
	ID        uint
	Name      string
	OwnerID   uint
	OwnerType string
}

// Setting has a table of its own name, two keys, and no time.
type Setting struct {
	Key    string `gorm:"primaryKey"`
	Locale string `gorm:"primaryKey"`
	Value  string
}

func (Setting) TableName() string { return "app.config_settings" }

// Account names everything itself.
type Account struct {
	Number    string `gorm:"column:account_number;primaryKey"`
	HTTPToken string
	UpdatedAt int64
	CreatedAt int64 `gorm:"autoCreateTime:milli"`
}

// UserName is a part of User.
type UserName struct {
	ID   uint
	Name string
}
