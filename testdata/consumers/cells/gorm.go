package cells

import (
	"context"
	"database/sql"
	"fmt"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// GormRow is a model whose columns have gorm's default names.
type GormRow struct {
	A int32
	B string
}

// TableName is t.
func (GormRow) TableName() string { return "t" }

// GormNullable takes NULL.
type GormNullable struct {
	First  *int64         `gorm:"column:a"`
	Second sql.NullString `gorm:"column:b"`
}

// TableName is t.
func (GormNullable) TableName() string { return "t" }

func (n GormNullable) String() string {
	if n.First == nil {
		return fmt.Sprint("NULL ", n.Second)
	}
	return fmt.Sprint(*n.First, n.Second)
}

// gorm is a session on the connection.
func (h *Handles) gorm(ctx context.Context) *gorm.DB {
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: h.DB}), &gorm.Config{Logger: logger.Discard, SkipDefaultTransaction: true})
	if err != nil {
		panic(err)
	}
	return db.WithContext(ctx)
}

func GormFind(ctx context.Context, h *Handles) (any, error) {
	var rows []GormRow
	err := h.gorm(ctx).Find(&rows).Error
	return rows, err
}

func GormTake(ctx context.Context, h *Handles) (any, error) {
	var n GormNullable
	err := h.gorm(ctx).Take(&n).Error
	return n.String(), err
}

func GormQueryFields(ctx context.Context, h *Handles) (any, error) {
	var rows []GormRow
	err := h.gorm(ctx).Session(&gorm.Session{QueryFields: true}).Find(&rows).Error
	return rows, err
}

func GormRaw(ctx context.Context, h *Handles) (any, error) {
	var rows []GormRow
	err := h.gorm(ctx).Raw("SELECT * FROM t").Scan(&rows).Error
	return rows, err
}

func GormListed(ctx context.Context, h *Handles) (any, error) {
	var n GormNullable
	err := h.gorm(ctx).Raw("SELECT a, b FROM t").Scan(&n).Error
	return n.String(), err
}

func GormPluck(ctx context.Context, h *Handles) (any, error) {
	var list []string
	err := h.gorm(ctx).Model(&GormRow{}).Pluck("b", &list).Error
	return list, err
}

func GormWhere(ctx context.Context, h *Handles) (any, error) {
	var n int64
	err := h.gorm(ctx).Model(&GormRow{}).Where("a = ?", h.Number).Count(&n).Error
	return n, err
}

func GormCreate(ctx context.Context, h *Handles) (any, error) {
	return nil, h.gorm(ctx).Create(&GormRow{A: int32(h.Number), B: h.Text}).Error
}

func GormUpdate(ctx context.Context, h *Handles) (any, error) {
	return nil, h.gorm(ctx).Model(&GormRow{}).Where("a = ?", h.Number).Update("b", h.Text).Error
}

func GormDelete(ctx context.Context, h *Handles) (any, error) {
	return nil, h.gorm(ctx).Where("a = ? AND 1 = 0", h.Number).Delete(&GormRow{}).Error
}
