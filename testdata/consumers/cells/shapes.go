package cells

import (
	"database/sql"
	"fmt"
)

// Tagged names its columns.
type Tagged struct {
	A int32  `db:"a"`
	B string `db:"b"`
}

// Untagged is matched by the names of its fields.
type Untagged struct {
	A int
	B string
}

// Nullable takes NULL.
type Nullable struct {
	A *int64         `db:"a"`
	B sql.NullString `db:"b"`
}

func (n Nullable) String() string {
	if n.A == nil {
		return fmt.Sprint("NULL ", n.B)
	}
	return fmt.Sprint(*n.A, n.B)
}

// Inner is embedded.
type Inner struct {
	A int64 `db:"a"`
}

// Outer embeds.
type Outer struct {
	Inner
	B *string `db:"b"`
}

func (o Outer) String() string {
	if o.B == nil {
		return fmt.Sprint(o.A, " NULL")
	}
	return fmt.Sprint(o.A, *o.B)
}
