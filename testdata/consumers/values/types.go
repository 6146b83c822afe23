package main

import (
	"database/sql"
	"encoding/json"
	"math/big"
	"net"
	"net/netip"
	"time"

	pgtype4 "github.com/jackc/pgtype"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/google/uuid"
)

// column is a type of PostgreSQL with values of it.
type column struct {
	name string
	// as is the type as the server knows it, if it is not name.
	as      string
	samples []string
}

var columns = []column{
	{name: "int2", samples: []string{"1", "-1", "300"}},
	{name: "int4", samples: []string{"1", "-1", "70000"}},
	{name: "int8", samples: []string{"1", "-1", "70000", "5000000000"}},
	{name: "float4", samples: []string{"1", "1.5", "-2"}},
	{name: "float8", samples: []string{"1", "1.5", "-2", "1e300"}},
	{name: "numeric", samples: []string{"1", "1.5", "-2", "1e30"}},
	{name: "money", samples: []string{"1", "1.5"}},
	{name: "text", samples: []string{"a", "5", "", "true", "2020-01-02", "{}"}},
	{name: "varchar", samples: []string{"a", "5", "", "true", "2020-01-02", "{}"}},
	{name: "bpchar", as: "char(4)", samples: []string{"a", "5", "true", "{}"}},
	{name: "name", samples: []string{"a", "5", "true", "{}"}},
	{name: "char", as: `"char"`, samples: []string{"a", "5"}},
	{name: "enum", as: "mood", samples: []string{"sad", "ok"}},
	{name: "bool", samples: []string{"true", "false"}},
	{name: "date", samples: []string{"2020-01-02", "1970-01-01"}},
	{name: "time", samples: []string{"10:11:12", "00:00:00"}},
	{name: "timetz", samples: []string{"10:11:12+01", "00:00:00+00"}},
	{name: "timestamp", samples: []string{"2020-01-02 10:11:12", "1970-01-01 00:00:00"}},
	{name: "timestamptz", samples: []string{"2020-01-02 10:11:12+00", "1970-01-01 00:00:00+00"}},
	{name: "interval", samples: []string{"1 day", "10:11:12", "1 mon"}},
	{name: "uuid", samples: []string{"7d444840-9dc0-11d1-b245-5ffdce74fad2"}},
	{name: "json", samples: []string{`{"a":1}`, `[1]`, `"x"`, "5"}},
	{name: "jsonb", samples: []string{`{"a":1}`, `[1]`, `"x"`, "5"}},
	{name: "bytea", samples: []string{`\x61`, `\x35`, `\x00ff`}},
	{name: "inet", samples: []string{"10.0.0.1", "::1", "10.0.0.0/8"}},
	{name: "cidr", samples: []string{"10.0.0.0/8"}},
	{name: "macaddr", samples: []string{"08:00:2b:01:02:03"}},
	{name: "bit", as: "bit(3)", samples: []string{"101"}},
	{name: "varbit", samples: []string{"101", "1"}},
	{name: "xml", samples: []string{"<a/>"}},
	{name: "oid", samples: []string{"1", "70000"}},
	{name: "tsvector", samples: []string{"a b"}},
	{name: "point", samples: []string{"(1,2)"}},
	{name: "int4range", samples: []string{"[1,5)", "empty"}},
	{name: "hstore", samples: []string{`a=>1`}},
	{name: "int2[]", samples: []string{"{1,300}", "{}"}},
	{name: "int4[]", samples: []string{"{1,70000}", "{}"}},
	{name: "int8[]", samples: []string{"{1,5000000000}", "{}"}},
	{name: "float8[]", samples: []string{"{1,1.5}", "{}"}},
	{name: "numeric[]", samples: []string{"{1,1.5}", "{}"}},
	{name: "text[]", samples: []string{"{a,5}", "{}"}},
	{name: "varchar[]", samples: []string{"{a,5}", "{}"}},
	{name: "enum[]", as: "mood[]", samples: []string{"{sad,ok}", "{}"}},
	{name: "bool[]", samples: []string{"{t,f}", "{}"}},
	{name: "uuid[]", samples: []string{"{7d444840-9dc0-11d1-b245-5ffdce74fad2}", "{}"}},
	{name: "jsonb[]", samples: []string{`{"{\"a\":1}"}`, "{}"}},
	{name: "timestamptz[]", samples: []string{`{"2020-01-02 10:11:12+00"}`, "{}"}},
	{name: "bytea[]", samples: []string{`{"\\x61"}`, "{}"}},
}

func (c column) typeName() string {
	if c.as != "" {
		return c.as
	}
	return c.name
}

// object is a struct without methods, as JSON is read into.
type object struct {
	A int `json:"a"`
}

// goTypes are Go types with values of them.
var goTypes = []struct {
	name   string
	values []any
}{
	{"bool", []any{true, false}},
	{"int", []any{1, 5000000000, -1}},
	{"int8", []any{int8(1), int8(-1)}},
	{"int16", []any{int16(1), int16(300), int16(-1)}},
	{"int32", []any{int32(1), int32(70000), int32(-1)}},
	{"int64", []any{int64(1), int64(5000000000), int64(-1)}},
	{"uint", []any{uint(1), uint(5000000000)}},
	{"uint8", []any{uint8(1), uint8(200)}},
	{"uint16", []any{uint16(1), uint16(60000)}},
	{"uint32", []any{uint32(1), uint32(4000000000)}},
	{"uint64", []any{uint64(1), uint64(5000000000)}},
	{"float32", []any{float32(1), float32(1.5)}},
	{"float64", []any{float64(1), float64(1.5), float64(1e300)}},
	{"string", []any{"a", "5", "", "true", "2020-01-02", "{}", "10.0.0.1", "sad", "7d444840-9dc0-11d1-b245-5ffdce74fad2", `{"a":1}`}},
	{"[]byte", []any{[]byte("a"), []byte("5"), []byte(`{"a":1}`), []byte{0, 255}}},
	{"any", nil},
	{"time.Time", []any{time.Unix(1577959872, 0).UTC(), time.Unix(0, 0).UTC()}},
	{"time.Duration", []any{time.Hour, time.Duration(0)}},
	{"encoding/json.RawMessage", []any{json.RawMessage(`{"a":1}`), json.RawMessage(`5`)}},
	{"database/sql.RawBytes", nil},
	{"map[string]any", []any{map[string]any{"a": 1}, map[string]any{}}},
	{"map[string]string", []any{map[string]string{"a": "1"}, map[string]string{}}},
	{"struct", []any{object{1}, object{}}},
	{"[]struct", []any{[]object{{1}}, []object{}}},
	{"[]string", []any{[]string{"a", "5"}, []string{}}},
	{"[]int", []any{[]int{1, 70000}, []int{}}},
	{"[]int16", []any{[]int16{1}, []int16{}}},
	{"[]int32", []any{[]int32{1, 70000}, []int32{}}},
	{"[]int64", []any{[]int64{1, 5000000000}, []int64{}}},
	{"[]float64", []any{[]float64{1, 1.5}, []float64{}}},
	{"[]bool", []any{[]bool{true}, []bool{}}},
	{"[][]byte", []any{[][]byte{[]byte("a")}, [][]byte{}}},
	{"[]time.Time", []any{[]time.Time{time.Unix(0, 0).UTC()}, []time.Time{}}},
	{"[16]byte", []any{[16]byte{1}}},
	{"net.IP", []any{net.IPv4(10, 0, 0, 1)}},
	{"net/netip.Addr", []any{netip.MustParseAddr("10.0.0.1")}},
	{"net/netip.Prefix", []any{netip.MustParsePrefix("10.0.0.0/8")}},
	{"math/big.Int", nil},
	{"github.com/google/uuid.UUID", []any{uuid.MustParse("7d444840-9dc0-11d1-b245-5ffdce74fad2")}},
	{"github.com/google/uuid.NullUUID", []any{uuid.NullUUID{UUID: uuid.MustParse("7d444840-9dc0-11d1-b245-5ffdce74fad2"), Valid: true}}},
	{"[]github.com/google/uuid.UUID", []any{[]uuid.UUID{uuid.MustParse("7d444840-9dc0-11d1-b245-5ffdce74fad2")}, []uuid.UUID{}}},
	{"database/sql.NullString", []any{sql.NullString{String: "a", Valid: true}, sql.NullString{String: "5", Valid: true}}},
	{"database/sql.NullInt16", []any{sql.NullInt16{Int16: 300, Valid: true}}},
	{"database/sql.NullInt32", []any{sql.NullInt32{Int32: 70000, Valid: true}, sql.NullInt32{Int32: 1, Valid: true}}},
	{"database/sql.NullInt64", []any{sql.NullInt64{Int64: 5000000000, Valid: true}, sql.NullInt64{Int64: 1, Valid: true}}},
	{"database/sql.NullFloat64", []any{sql.NullFloat64{Float64: 1.5, Valid: true}, sql.NullFloat64{Float64: 1, Valid: true}}},
	{"database/sql.NullBool", []any{sql.NullBool{Bool: true, Valid: true}}},
	{"database/sql.NullTime", []any{sql.NullTime{Time: time.Unix(0, 0).UTC(), Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Text", []any{pgtype.Text{String: "a", Valid: true}, pgtype.Text{String: "5", Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Int2", []any{pgtype.Int2{Int16: 300, Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Int4", []any{pgtype.Int4{Int32: 70000, Valid: true}, pgtype.Int4{Int32: 1, Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Int8", []any{pgtype.Int8{Int64: 5000000000, Valid: true}, pgtype.Int8{Int64: 1, Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Float4", []any{pgtype.Float4{Float32: 1.5, Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Float8", []any{pgtype.Float8{Float64: 1.5, Valid: true}, pgtype.Float8{Float64: 1, Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Numeric", []any{pgtype.Numeric{Int: big.NewInt(15), Exp: -1, Valid: true}, pgtype.Numeric{Int: big.NewInt(1), Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Bool", []any{pgtype.Bool{Bool: true, Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Date", []any{pgtype.Date{Time: time.Unix(0, 0).UTC(), Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Timestamp", []any{pgtype.Timestamp{Time: time.Unix(0, 0).UTC(), Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Timestamptz", []any{pgtype.Timestamptz{Time: time.Unix(0, 0).UTC(), Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.Interval", []any{pgtype.Interval{Days: 1, Valid: true}}},
	{"github.com/jackc/pgx/v5/pgtype.UUID", []any{pgtype.UUID{Bytes: [16]byte{1}, Valid: true}}},
	{"github.com/jackc/pgtype.Text", []any{pgtype4.Text{String: "a", Status: pgtype4.Present}, pgtype4.Text{String: "5", Status: pgtype4.Present}}},
	{"github.com/jackc/pgtype.Int4", []any{pgtype4.Int4{Int: 70000, Status: pgtype4.Present}}},
	{"github.com/jackc/pgtype.Int8", []any{pgtype4.Int8{Int: 70000, Status: pgtype4.Present}}},
	{"github.com/jackc/pgtype.JSONB", []any{pgtype4.JSONB{Bytes: []byte("5"), Status: pgtype4.Present}}},
	{"github.com/jackc/pgtype.Timestamptz", []any{pgtype4.Timestamptz{Time: time.Unix(0, 0).UTC(), Status: pgtype4.Present}}},
	{"github.com/jackc/pgtype.UUID", []any{pgtype4.UUID{Bytes: [16]byte{1}, Status: pgtype4.Present}}},
}

// fresh are the types without values of their own, for reading.
var fresh = map[string]any{"any": new(any), "database/sql.RawBytes": new(sql.RawBytes), "math/big.Int": new(big.Int)}
