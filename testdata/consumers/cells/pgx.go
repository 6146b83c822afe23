package cells

import (
	"context"

	"github.com/georgysavva/scany/v2/pgxscan"
	"github.com/jackc/pgx/v5"
)

func PgxScan(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := h.Pgx.QueryRow(ctx, "SELECT * FROM t").Scan(&t.A, &t.B)
	return t, err
}

func PgxScanNullable(ctx context.Context, h *Handles) (any, error) {
	var n Nullable
	err := h.Pgx.QueryRow(ctx, "SELECT * FROM t").Scan(&n.A, &n.B)
	return n.String(), err
}

func PgxScanWide(ctx context.Context, h *Handles) (any, error) {
	var a string
	var b any
	err := h.Pgx.QueryRow(ctx, "SELECT * FROM t").Scan(&a, &b)
	return []any{a, b}, err
}

func PgxScanListed(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	row := h.Pgx.QueryRow(ctx, "SELECT a, b FROM t")
	err := row.Scan(&t.A, &t.B)
	return t, err
}

func PgxScanTx(ctx context.Context, h *Handles) (any, error) {
	tx, err := h.Pgx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	var t Tagged
	if err := tx.QueryRow(ctx, "SELECT * FROM t").Scan(&t.A, &t.B); err != nil {
		return nil, err
	}
	return t, tx.Commit(ctx)
}

func PgxRows(ctx context.Context, h *Handles) (any, error) {
	rows, err := h.Pgx.Query(ctx, "SELECT * FROM t")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Tagged
	for rows.Next() {
		var t Tagged
		if err := rows.Scan(&t.A, &t.B); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

func PgxPos(ctx context.Context, h *Handles) (any, error) {
	rows, _ := h.Pgx.Query(ctx, "SELECT * FROM t")
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Tagged])
}

func PgxPosNullable(ctx context.Context, h *Handles) (any, error) {
	rows, _ := h.Pgx.Query(ctx, "SELECT * FROM t")
	n, err := pgx.CollectOneRow(rows, pgx.RowToAddrOfStructByPos[Nullable])
	if err != nil {
		return nil, err
	}
	return n.String(), nil
}

func PgxName(ctx context.Context, h *Handles) (any, error) {
	rows, _ := h.Pgx.Query(ctx, "SELECT * FROM t")
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Tagged])
}

func PgxNameUntagged(ctx context.Context, h *Handles) (any, error) {
	rows, err := h.Pgx.Query(ctx, "SELECT * FROM t")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Untagged])
}

func PgxNameListed(ctx context.Context, h *Handles) (any, error) {
	rows, _ := h.Pgx.Query(ctx, "SELECT a, b FROM t")
	return pgx.AppendRows([]Tagged{}, rows, pgx.RowToStructByName[Tagged])
}

func PgxLax(ctx context.Context, h *Handles) (any, error) {
	rows, _ := h.Pgx.Query(ctx, "SELECT * FROM t")
	return pgx.CollectRows(rows, pgx.RowToStructByNameLax[Tagged])
}

func PgxLaxUntagged(ctx context.Context, h *Handles) (any, error) {
	rows, _ := h.Pgx.Query(ctx, "SELECT * FROM t")
	return pgx.CollectRows(rows, pgx.RowToStructByNameLax[Untagged])
}

func PgxMap(ctx context.Context, h *Handles) (any, error) {
	rows, _ := h.Pgx.Query(ctx, "SELECT * FROM t")
	m, err := pgx.CollectOneRow(rows, pgx.RowToMap)
	return []any{m["a"], m["b"]}, err
}

func PgxOne(ctx context.Context, h *Handles) (any, error) {
	rows, _ := h.Pgx.Query(ctx, "SELECT a FROM t")
	return pgx.CollectRows(rows, pgx.RowTo[int32])
}

func PgxPrepared(ctx context.Context, h *Handles) (any, error) {
	if !h.named {
		if _, err := h.Pgx.Prepare(ctx, "all_of_t", "SELECT * FROM t"); err != nil {
			return nil, err
		}
		h.named = true
	}
	var t Tagged
	err := h.Pgx.QueryRow(ctx, "all_of_t").Scan(&t.A, &t.B)
	return t, err
}

func PgxExecMode(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := h.Pgx.QueryRow(ctx, "SELECT a, b FROM t", pgx.QueryExecModeExec).Scan(&t.A, &t.B)
	return t, err
}

func PgxForEach(ctx context.Context, h *Handles) (any, error) {
	rows, _ := h.Pgx.Query(ctx, "SELECT * FROM t")
	var t Tagged
	_, err := pgx.ForEachRow(rows, []any{&t.A, &t.B}, func() error { return nil })
	return t, err
}

func PgxFunc(ctx context.Context, h *Handles) (any, error) {
	rows, _ := h.Pgx.Query(ctx, "SELECT * FROM t")
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Tagged, err error) {
		err = row.Scan(&t.A, &t.B)
		return t, err
	})
}

func PgxHelper(ctx context.Context, h *Handles) (any, error) {
	return collect[Tagged](ctx, h, "SELECT * FROM t")
}

func collect[T any](ctx context.Context, h *Handles, sql string) ([]T, error) {
	rows, err := h.Pgx.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

func PgxReturning(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := h.Pgx.QueryRow(ctx, "UPDATE t SET a = a RETURNING *").Scan(&t.A, &t.B)
	return t, err
}

func ScanyOne(ctx context.Context, h *Handles) (any, error) {
	var t Tagged
	err := pgxscan.Get(ctx, h.Pgx, &t, "SELECT * FROM t")
	return t, err
}

func ScanyAll(ctx context.Context, h *Handles) (any, error) {
	var list []*Untagged
	err := pgxscan.Select(ctx, h.Pgx, &list, "SELECT * FROM t")
	if err != nil {
		return nil, err
	}
	return *list[0], nil
}

func ScanyNested(ctx context.Context, h *Handles) (any, error) {
	rows, err := h.Pgx.Query(ctx, `SELECT a AS "one.a", b FROM t`)
	if err != nil {
		return nil, err
	}
	var list []struct {
		One Inner
		B   string
	}
	err = pgxscan.ScanAll(&list, rows)
	return list, err
}

func PgxCopyFrom(ctx context.Context, h *Handles) (any, error) {
	if err := h.empty(ctx); err != nil {
		return nil, err
	}
	if _, err := h.Pgx.CopyFrom(ctx, pgx.Identifier{"t"}, []string{"a", "b"}, pgx.CopyFromRows([][]any{{int32(1), h.Text}})); err != nil {
		return nil, err
	}
	return h.stored(ctx)
}

func PgxWhere(ctx context.Context, h *Handles) (any, error) {
	var n int
	err := h.Pgx.QueryRow(ctx, "SELECT count(*) FROM t WHERE a = $1", h.Number).Scan(&n)
	return n, err
}

func PgxUpdate(ctx context.Context, h *Handles) (any, error) {
	_, err := h.Pgx.Exec(ctx, "UPDATE t SET b = $1 WHERE a = $2", h.Text, h.Number)
	return nil, err
}

func PgxUpdateConstant(ctx context.Context, h *Handles) (any, error) {
	const b = "seven"
	_, err := h.Pgx.Exec(ctx, "UPDATE t SET b = $1", b)
	return nil, err
}
