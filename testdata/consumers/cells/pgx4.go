package cells

import "context"

func Pgx4Scan(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := h.Pgx4.QueryRow(ctx, "SELECT * FROM t").Scan(&t.A, &t.B)
	return t, err
}

func Pgx4ScanNullable(ctx context.Context, h *Handles) (any, error) {
	var n Nullable
	err := h.Pgx4.QueryRow(ctx, "SELECT * FROM t").Scan(&n.A, &n.B)
	return n.String(), err
}

func Pgx4ScanListed(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := h.Pgx4.QueryRow(ctx, "SELECT a, b FROM t").Scan(&t.A, &t.B)
	return t, err
}
