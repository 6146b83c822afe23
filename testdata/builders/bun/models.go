package main

import (
	"time"

	"github.com/uptrace/bun"
)

type User struct {
	bun.BaseModel `bun:"table:users,alias:u"`

	ID        int64 `bun:",pk,autoincrement"`
	Name      string
	Email     string `bun:"email_address,notnull"`
	Age       int    `bun:",nullzero,default:18"`
	Nick      *string
	Secret    string    `bun:"-"`
	Total     int       `bun:",scanonly"`
	Home      Address   `bun:"embed:home_"`
	CreatedAt time.Time `bun:",nullzero,notnull,default:current_timestamp,skipupdate"`
	DeletedAt time.Time `bun:",soft_delete,nullzero"`
	CompanyID int64
	Company   *Company `bun:"rel:belongs-to,join:company_id=id"`
	Profile   *Profile `bun:"rel:has-one,join:id=user_id"`
	Orders    []Order  `bun:"rel:has-many,join:id=user_id"`
	Tags      []Tag    `bun:"m2m:user_tags,join:User=Tag"`
}

type Address struct {
	Street string
	City   string
}

type Company struct {
	ID      int64 `bun:",pk"`
	Name    string
	OwnerID int64
	Owner   *Owner `bun:"rel:belongs-to"`
}

type Owner struct {
	ID   int64 `bun:",pk"`
	Name string
}

type Profile struct {
	UserID int64 `bun:",pk"`
	Bio    string
}

// Order has the names that bun makes.
type Order struct {
	ID     int64 `bun:"id,pk,autoincrement"`
	UserID int64
	State  string
	Items  []Item `bun:"rel:has-many,join:id=order_id"`
}

type Item struct {
	ID      int64 `bun:",pk"`
	OrderID int64
	Name    string
}

type Tag struct {
	ID   int64 `bun:",pk"`
	Name string
}

type UserTag struct {
	bun.BaseModel `bun:"table:user_tags"`

	UserID int64 `bun:",pk"`
	User   *User `bun:"rel:belongs-to,join:user_id=id"`
	TagID  int64 `bun:",pk"`
	Tag    *Tag  `bun:"rel:belongs-to,join:tag_id=id"`
}

// Setting stands in a schema.
type Setting struct {
	bun.BaseModel `bun:"app.settings,alias:s"`

	Key   string `bun:",pk"`
	Value string
}
