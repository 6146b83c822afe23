package cells

import (
	"context"
	"database/sql"
)

func SQLScan(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := h.DB.QueryRowContext(ctx, "SELECT * FROM t").Scan(&t.A, &t.B)
	return t, err
}

func SQLScanNullable(ctx context.Context, h *Handles) (any, error) {
	var n Nullable
	err := h.DB.QueryRowContext(ctx, "SELECT * FROM t").Scan(&n.A, &n.B)
	return n.String(), err
}

func SQLScanListed(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := h.DB.QueryRowContext(ctx, "SELECT a, b FROM t").Scan(&t.A, &t.B)
	return t, err
}

func SQLRows(ctx context.Context, h *Handles) (any, error) {
	rows, err := h.DB.QueryContext(ctx, "SELECT * FROM t")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Untagged
	for rows.Next() {
		u, err := scanOne(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, rows.Err()
}

func scanOne(row interface{ Scan(...any) error }) (u Untagged, err error) {
	err = row.Scan(&u.A, &u.B)
	return u, err
}

func SQLPrepared(ctx context.Context, h *Handles) (any, error) {
	if h.kept == nil {
		stmt, err := h.DB.PrepareContext(ctx, "SELECT * FROM t")
		if err != nil {
			return nil, err
		}
		h.kept = stmt
	}
	var t Tagged
	err := h.kept.QueryRowContext(ctx).Scan(&t.A, &t.B)
	return t, err
}

func SQLStatement(ctx context.Context, h *Handles) (any, error) {
	stmt, err := h.DB.PrepareContext(ctx, "SELECT a, b FROM t")
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	var t Tagged
	err = stmt.QueryRowContext(ctx).Scan(&t.A, &t.B)
	return t, err
}

func SqlxGet(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := h.X.GetContext(ctx, &t, "SELECT * FROM t")
	return t, err
}

func SqlxGetUntagged(ctx context.Context, h *Handles) (any, error) {
	u := &Untagged{}
	err := h.X.GetContext(ctx, u, "SELECT * FROM t")
	return *u, err
}

func SqlxSelect(ctx context.Context, h *Handles) (any, error) {
	list := []Tagged{}
	err := h.X.SelectContext(ctx, &list, "SELECT * FROM t")
	return list, err
}

func SqlxSelectEmbedded(ctx context.Context, h *Handles) (any, error) {
	var list []*Outer
	if err := h.X.SelectContext(ctx, &list, "SELECT * FROM t"); err != nil {
		return nil, err
	}
	return list[0].String(), nil
}

func SqlxListed(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := h.X.GetContext(ctx, &t, "SELECT a, b FROM t")
	return t, err
}

func SqlxUnsafe(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := h.X.Unsafe().GetContext(ctx, &t, "SELECT * FROM t")
	return t, err
}

func SqlxUnsafeSelect(ctx context.Context, h *Handles) (any, error) {
	var list []*Tagged
	if err := h.X.Unsafe().SelectContext(ctx, &list, "SELECT * FROM t LIMIT 1"); err != nil || len(list) == 0 {
		return nil, err
	}
	return *list[0], nil
}

func SqlxUnsafeRows(ctx context.Context, h *Handles) (any, error) {
	db := h.X.Unsafe()
	rows, err := db.QueryxContext(ctx, "SELECT * FROM t")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var u Untagged
	for rows.Next() {
		if err := rows.StructScan(&u); err != nil {
			return nil, err
		}
	}
	return u, rows.Err()
}

func SqlxStructScan(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := h.X.QueryRowxContext(ctx, "SELECT * FROM t").StructScan(&t)
	return t, err
}

func SqlxMapScan(ctx context.Context, h *Handles) (any, error) {
	m := map[string]any{}
	err := h.X.QueryRowxContext(ctx, "SELECT * FROM t").MapScan(m)
	return []any{m["a"], m["b"]}, err
}

func SqlxScalar(ctx context.Context, h *Handles) (any, error) {
	var a sql.NullInt32
	err := h.X.GetContext(ctx, &a, "SELECT a FROM t")
	return a, err
}

func SqlxKept(ctx context.Context, h *Handles) (any, error) {
	if h.keptx == nil {
		var err error
		if h.keptx, err = h.X.PreparexContext(ctx, "SELECT * FROM t"); err != nil {
			return nil, err
		}
	}
	var t Tagged
	err := h.keptx.GetContext(ctx, &t)
	return t, err
}

func SQLWhere(ctx context.Context, h *Handles) (any, error) {
	var n int
	err := h.DB.QueryRowContext(ctx, "SELECT count(*) FROM t WHERE a = $1", h.Number).Scan(&n)
	return n, err
}

func SQLUpdate(ctx context.Context, h *Handles) (any, error) {
	_, err := h.DB.ExecContext(ctx, "UPDATE t SET b = $1 WHERE a = $2", h.Text, h.Number)
	return nil, err
}

func SQLUpdateConstant(ctx context.Context, h *Handles) (any, error) {
	return nil, h.exec(ctx, "UPDATE t SET b = $1", "seven")
}

func (h *Handles) exec(ctx context.Context, query string, args ...any) error {
	_, err := h.DB.ExecContext(ctx, query, args...)
	return err
}
