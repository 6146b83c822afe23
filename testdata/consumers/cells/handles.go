// Package cells has one function for each way of reading rows that schemavet knows. Each
// sends one statement; testdata/consumers/matrix runs them before and after a change of the
// schema, and schemavet predicts what happens.
package cells

import (
	"context"
	"database/sql"

	pgx4 "github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v5"
	"github.com/jmoiron/sqlx"
)

// Handles are connections of one driver, and what a process keeps.
type Handles struct {
	Pgx  *pgx.Conn
	Pgx4 *pgx4.Conn
	DB   *sql.DB
	X    *sqlx.DB
	// Number and Text are what cells with parameters send.
	Number int
	Text   string

	kept  *sql.Stmt
	keptx *sqlx.Stmt
	named bool
}

// Cell reads the rows of the table t into something that can be printed.
type Cell func(ctx context.Context, h *Handles) (any, error)

// ByDriver are the cells of the drivers' own API and of database/sql.
var ByDriver = map[string]map[string]Cell{
	"pgx5": {
		"PgxScan": PgxScan, "PgxScanNullable": PgxScanNullable, "PgxScanWide": PgxScanWide, "PgxScanListed": PgxScanListed, "PgxScanTx": PgxScanTx, "PgxRows": PgxRows,
		"PgxPos": PgxPos, "PgxPosNullable": PgxPosNullable, "PgxName": PgxName, "PgxNameUntagged": PgxNameUntagged, "PgxNameListed": PgxNameListed,
		"PgxLax": PgxLax, "PgxLaxUntagged": PgxLaxUntagged, "PgxMap": PgxMap, "PgxOne": PgxOne, "PgxPrepared": PgxPrepared,
		"PgxExecMode": PgxExecMode, "PgxForEach": PgxForEach, "PgxFunc": PgxFunc, "PgxHelper": PgxHelper, "PgxReturning": PgxReturning, "PgxCopyFrom": PgxCopyFrom,
		"PgxWhere": PgxWhere, "PgxUpdate": PgxUpdate, "PgxUpdateConstant": PgxUpdateConstant,
		"ScanyOne": ScanyOne, "ScanyAll": ScanyAll, "ScanyNested": ScanyNested,
	},
	"pgx4": {"Pgx4Scan": Pgx4Scan, "Pgx4ScanNullable": Pgx4ScanNullable, "Pgx4ScanListed": Pgx4ScanListed},
	"sql": {
		"SQLScan": SQLScan, "SQLScanNullable": SQLScanNullable, "SQLScanListed": SQLScanListed, "SQLRows": SQLRows, "SQLPrepared": SQLPrepared, "SQLStatement": SQLStatement,
		"SQLWhere": SQLWhere, "SQLUpdate": SQLUpdate, "SQLUpdateConstant": SQLUpdateConstant,
		"SqlxGet": SqlxGet, "SqlxGetUntagged": SqlxGetUntagged, "SqlxSelect": SqlxSelect, "SqlxSelectEmbedded": SqlxSelectEmbedded, "SqlxListed": SqlxListed,
		"SqlxUnsafe": SqlxUnsafe, "SqlxUnsafeSelect": SqlxUnsafeSelect, "SqlxUnsafeRows": SqlxUnsafeRows, "SqlxStructScan": SqlxStructScan, "SqlxMapScan": SqlxMapScan, "SqlxScalar": SqlxScalar, "SqlxKept": SqlxKept,
		"GormFind": GormFind, "GormTake": GormTake, "GormQueryFields": GormQueryFields, "GormRaw": GormRaw, "GormListed": GormListed, "GormPluck": GormPluck,
		"GormWhere": GormWhere, "GormCreate": GormCreate, "GormUpdate": GormUpdate, "GormDelete": GormDelete,
		"BunModel": BunModel, "BunNullableModel": BunNullableModel, "BunRaw": BunRaw, "BunRawNullable": BunRawNullable, "BunReturningStar": BunReturningStar, "BunReturningNothing": BunReturningNothing, "BunListed": BunListed, "BunColumns": BunColumns,
		"BunWhere": BunWhere, "BunInsert": BunInsert, "BunUpdate": BunUpdate, "BunDelete": BunDelete,
	},
}

func (h *Handles) empty(ctx context.Context) error {
	_, err := h.Pgx.Exec(ctx, "DELETE FROM t")
	return err
}

// stored is what stands in the column a.
func (h *Handles) stored(ctx context.Context) (a string, err error) {
	rows, err := h.Pgx.Query(ctx, "SELECT to_jsonb(t)->>'a' FROM t", pgx.QueryExecModeExec)
	if err != nil {
		return "", err
	}
	return pgx.CollectOneRow(rows, pgx.RowTo[string])
}
