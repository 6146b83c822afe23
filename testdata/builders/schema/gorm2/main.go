// Command gorm2 makes the schema of its models in the database that PGDSN names: a later version
// of gorm1.
package main

import (
	"database/sql/driver"
	"os"
	"time"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

type User struct {
	gorm.Model
	Name      string  `gorm:"uniqueIndex;default:anon"`
	Email     string  `gorm:"size:250;index"`
	Age       int     `gorm:"default:21;not null;check:age > 13"`
	Nickname  string  `gorm:"not null;default:none"`
	Score     float64 `gorm:"precision:12;scale:2"`
	Rate      int32   `gorm:"not null;unique"`
	Level     uint16  `gorm:"check:level_small,level < 10"`
	Big       uint64
	Active    bool   `gorm:"not null"`
	Note      string `gorm:"default:other;comment:what people say"`
	Picture   []byte
	Birthday  *time.Time
	Seen      time.Time
	Secret    string `gorm:"-"`
	Hidden    string `gorm:"-:migration"`
	State     State
	Extra     Options  `gorm:"type:jsonb;not null;default:'{}'"`
	Tags      []string `gorm:"serializer:json"`
	Labels    Labels   `gorm:"type:text[]"`
	Home      Address  `gorm:"embedded;embeddedPrefix:home_"`
	CompanyID *uint
	Company   Company `gorm:"constraint:OnUpdate:CASCADE,OnDelete:SET NULL;"`
	ManagerID *uint
	Manager   *User
	Orders    []Order
	Card      CreditCard
	Languages []Language `gorm:"many2many:user_languages"`
	Friends   []*User    `gorm:"many2many:user_friends"`
	Toys      []Toy      `gorm:"polymorphic:Owner"`
}

type State string

type Address struct {
	Street string `gorm:"index"`
	City   string
}

type Options struct{ Dark bool }

func (o Options) Value() (driver.Value, error) { return "{}", nil }
func (o *Options) Scan(any) error              { return nil }

type Labels []string

func (l Labels) Value() (driver.Value, error) { return "{}", nil }
func (l *Labels) Scan(any) error              { return nil }

type Branch struct {
	ID        uint
	CompanyID uint32
	Company   Company
}

type Company struct {
	ID   uint32 `gorm:"primaryKey"`
	Name string `gorm:"index:idx_name_area,priority:2;index:,sort:desc,where:name <> ''"`
	Area string `gorm:"index:idx_name_area,priority:1,unique"`
}

type Order struct {
	ID        int64 `gorm:"generated:identity"`
	UserID    uint
	Total     int `gorm:"default:0"`
	Twice     int `gorm:"generated:total * 2"`
	Items     []Item
	CreatedAt time.Time
}

type Item struct {
	OrderID int64  `gorm:"primaryKey"`
	Line    int    `gorm:"primaryKey;autoIncrement:false"`
	Name    string `gorm:"type:varchar(60);check:name <> 'x'"`
	Order   Order
}

type CreditCard struct {
	Number string `gorm:"primaryKey"`
	UserID uint
}

type Language struct {
	Code string `gorm:"primaryKey;size:2"`
	Name string
}

type Toy struct {
	ID        uint
	Name      string
	OwnerID   uint
	OwnerType string
}

// Reading has a name that is too long for an index, and a table that it names itself.
type Reading struct {
	ID                                                int
	AVeryLongNameOfAColumnThatNobodyWouldEverGiveToIt string `gorm:"index"`
	Kind                                              string `gorm:"uniqueIndex:reading_kind,expression:lower(kind)"`
}

func (Reading) TableName() string { return "sensor_readings" }

var others = []any{&Toy{}, &Reading{}}

func main() {
	db, err := gorm.Open(postgres.Open(os.Getenv("PGDSN")), &gorm.Config{})
	if err != nil {
		panic(err)
	}
	if err := db.AutoMigrate(&User{}, &Branch{}, &Item{}, &Order{}, &CreditCard{}); err != nil {
		panic(err)
	}
	if err := db.AutoMigrate(others...); err != nil {
		panic(err)
	}
}
