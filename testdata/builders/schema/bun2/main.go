// Command bun2 makes the schema of its models in the database that PGDSN names: a later version
// of bun1, of whose tables bun changes none.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"net"
	"os"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

type User struct {
	bun.BaseModel `bun:"table:people,alias:p"`

	ID       int64  `bun:",pk,autoincrement"`
	Name     string `bun:",notnull,unique"`
	Email    string `bun:"email_address,unique:contact"`
	Phone    string `bun:",unique:contact,type:varchar(30)"`
	Age      int8   `bun:",default:18"`
	Small    uint16
	Nick     string
	Middle   *int32
	Rate     float32
	Score    float64
	Active   bool `bun:",notnull,default:true"`
	Picture  []byte
	Settings map[string]string
	Labels   []string `bun:",array"`
	Numbers  []int64
	Extra    json.RawMessage
	Address  net.IP
	Home     Address `bun:"embed:home_"`
	Note     sql.NullString
	Seen     sql.NullTime
	Made     time.Time `bun:",nullzero,notnull,default:current_timestamp"`
	Full     string    `bun:",scanonly"`
	GroupID  int32
	Group    *Group  `bun:"rel:belongs-to,join:group_id=id,on_delete:cascade"`
	Posts    []*Post `bun:"rel:has-many,join:id=author_id"`
}

type Address struct {
	Street string
	City   string
}

type Group struct {
	ID   int32 `bun:",pk,identity"`
	Name string
}

type Post struct {
	ID       int64  `bun:",pk"`
	Locale   string `bun:",pk"`
	AuthorID int64
	Title    string
}

type Tag struct {
	Name string `bun:",pk"`
}

type Log struct {
	Day  time.Time `bun:"type:date"`
	Text string
}

func main() {
	db, err := sql.Open("pgx", os.Getenv("PGDSN"))
	if err != nil {
		panic(err)
	}
	if err := create(context.Background(), bun.NewDB(db, pgdialect.New())); err != nil {
		panic(err)
	}
}

func create(ctx context.Context, db *bun.DB) error {
	for _, model := range []any{(*Group)(nil), &User{}, &Tag{}} {
		if _, err := db.NewCreateTable().Model(model).IfNotExists().WithForeignKeys().Exec(ctx); err != nil {
			return err
		}
	}
	if _, err := db.NewCreateTable().Model((*Post)(nil)).IfNotExists().Varchar(100).
		ForeignKey(`("author_id") REFERENCES "people" ("id") ON DELETE SET NULL`).Exec(ctx); err != nil {
		return err
	}
	if _, err := db.NewCreateTable().Model((*Log)(nil)).ColumnExpr("line int NOT NULL").PartitionBy("RANGE (day)").IfNotExists().Exec(ctx); err != nil {
		return err
	}
	_, err := db.NewCreateIndex().Model((*Post)(nil)).Index("posts_title").Unique().Column("title", "locale").Include("author_id").Where("title <> ''").IfNotExists().Exec(ctx)
	return err
}
