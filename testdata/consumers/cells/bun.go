package cells

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// BunRow is a model whose columns have bun's default names.
type BunRow struct {
	bun.BaseModel `bun:"table:t"`

	A int32
	B string
}

// BunNullable takes NULL.
type BunNullable struct {
	bun.BaseModel `bun:"table:t,alias:n"`

	First  *int64         `bun:"a"`
	Second sql.NullString `bun:"b"`
}

func (n BunNullable) String() string {
	if n.First == nil {
		return fmt.Sprint("NULL ", n.Second)
	}
	return fmt.Sprint(*n.First, n.Second)
}

func (h *Handles) bun() *bun.DB { return bun.NewDB(h.DB, pgdialect.New()) }

func BunModel(ctx context.Context, h *Handles) (any, error) {
	var rows []BunRow
	err := h.bun().NewSelect().Model(&rows).Scan(ctx)
	return rows, err
}

func BunNullableModel(ctx context.Context, h *Handles) (any, error) {
	n := new(BunNullable)
	err := h.bun().NewSelect().Model(n).Limit(1).Scan(ctx)
	return n.String(), err
}

func BunRaw(ctx context.Context, h *Handles) (any, error) {
	var rows []BunRow
	err := h.bun().NewRaw("SELECT * FROM t").Scan(ctx, &rows)
	return rows, err
}

func BunRawNullable(ctx context.Context, h *Handles) (any, error) {
	n := new(BunNullable)
	err := h.bun().NewRaw("SELECT * FROM t LIMIT 1").Scan(ctx, n)
	return n.String(), err
}

func BunListed(ctx context.Context, h *Handles) (any, error) {
	var rows []BunRow
	err := h.bun().NewRaw("SELECT a, b FROM t").Scan(ctx, &rows)
	return rows, err
}

func BunColumns(ctx context.Context, h *Handles) (any, error) {
	var a int32
	var b string
	err := h.bun().NewSelect().Model((*BunRow)(nil)).Column("a", "b").Limit(1).Scan(ctx, &a, &b)
	return fmt.Sprint(a, b), err
}

func BunWhere(ctx context.Context, h *Handles) (any, error) {
	return h.bun().NewSelect().Model((*BunRow)(nil)).Where("a = ?", h.Number).Count(ctx)
}

func BunInsert(ctx context.Context, h *Handles) (any, error) {
	_, err := h.bun().NewInsert().Model(&BunRow{A: int32(h.Number), B: h.Text}).Exec(ctx)
	return nil, err
}

func BunUpdate(ctx context.Context, h *Handles) (any, error) {
	_, err := h.bun().NewUpdate().Model((*BunRow)(nil)).Set("b = ?", h.Text).Where("a = ?", h.Number).Exec(ctx)
	return nil, err
}

func BunDelete(ctx context.Context, h *Handles) (any, error) {
	_, err := h.bun().NewDelete().Model((*BunRow)(nil)).Where("a = ? AND 1 = 0", h.Number).Exec(ctx)
	return nil, err
}

func BunReturningStar(ctx context.Context, h *Handles) (any, error) {
	var rows []BunRow
	_, err := h.bun().NewUpdate().Model(&rows).Set("b = b").Where("TRUE").Returning("*").Exec(ctx)
	return rows, err
}

func BunReturningNothing(ctx context.Context, h *Handles) (any, error) {
	var rows []BunRow
	_, err := h.bun().NewUpdate().Model(&rows).Set("b = b").Where("TRUE").Returning("NULL").Exec(ctx)
	return rows, err
}
