package gorm

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"
)

// The data types that gorm tells apart itself (schema/field.go).
const (
	boolType   = "bool"
	intType    = "int"
	uintType   = "uint"
	floatType  = "float"
	stringType = "string"
	timeType   = "time"
	bytesType  = "bytes"
)

var kindTypes = map[kind]string{boolean: boolType, integer: intType, unsigned: uintType, float: floatType,
	text: stringType, moment: timeType, bytes: bytesType}

// librarySQLTypes are what types of other modules say that PostgreSQL calls them
// (GormDBDataType), or what gorm makes of the values that they give (driver.Valuer).
var librarySQLTypes = map[string]string{
	"gorm.io/datatypes.JSON":                "JSONB",
	"gorm.io/datatypes.JSONMap":             "JSONB",
	"gorm.io/datatypes.JSONType":            "JSONB",
	"gorm.io/datatypes.JSONSlice":           "JSONB",
	"gorm.io/datatypes.Date":                "date",
	"gorm.io/datatypes.Time":                "TIME",
	"gorm.io/datatypes.URL":                 "TEXT",
	"gorm.io/datatypes.UUID":                "UUID",
	"gorm.io/datatypes.BinUUID":             "BYTEA",
	"github.com/google/uuid.UUID":           "text",
	"github.com/gofrs/uuid.UUID":            "text",
	"github.com/gofrs/uuid/v5.UUID":         "text",
	"github.com/satori/go.uuid.UUID":        "text",
	"github.com/shopspring/decimal.Decimal": "text",
}

// sqlType is the type of the field's column; ok is false where the program makes it in a way
// that is not followed.
func (f *field) sqlType(ms *models) (sql string, ok bool) {
	if sql, ok := f.named(ms, "GormDBDataType"); ok {
		return sql, sql != ""
	}
	data, ok := f.dataType(ms)
	if !ok {
		return "", false
	}
	if mode, isIdentity := identity(f.tag["GENERATED"]); isIdentity {
		return f.intType(data) + " GENERATED " + mode + " AS IDENTITY", true
	}
	sql = f.baseType(data)
	if expr := strings.TrimSpace(f.tag["GENERATED"]); expr != "" && expr != "GENERATED" {
		sql += " GENERATED ALWAYS AS (" + expr + ") STORED"
	}
	return sql, true
}

// named is what a method of the field's type returns, if it has one; empty if that is not
// known.
func (f *field) named(ms *models, method string) (text string, ok bool) {
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(f.typ), true, nil, method)
	fn, isFunc := obj.(*types.Func)
	if !isFunc {
		return "", false
	}
	if sql, known := librarySQLTypes[origin(f.typ)]; known {
		return sql, true
	}
	if results := ms.env.Results(fn); len(results) == 1 {
		text, _ = results[0].Constant()
	}
	return text, true
}

// origin is the name of a type with its package and without type arguments.
func origin(t types.Type) string {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

// dataType is the data type of the field: one of gorm's, or a type of the database.
func (f *field) dataType(ms *models) (string, bool) {
	if tag, ok := f.tag["TYPE"]; ok {
		if lower := strings.ToLower(tag); isDataType(lower) {
			return lower, true
		}
		return tag, true
	}
	if f.isSerialized {
		return stringType, true
	}
	if data, ok := f.named(ms, "GormDataType"); ok {
		return data, data != ""
	}
	if sql, ok := librarySQLTypes[origin(f.typ)]; ok {
		return sql, sql != ""
	}
	if f.isValuer && f.kind == bytes {
		return "", false // What Value gives decides.
	}
	data, ok := kindTypes[f.kind]
	return data, ok
}

func isDataType(s string) bool {
	switch s {
	case boolType, intType, uintType, floatType, stringType, timeType, bytesType:
		return true
	}
	return false
}

// baseType is Dialector.getSchemaBaseType of the driver for PostgreSQL.
func (f *field) baseType(data string) string {
	precision, scale := number(f.tag["PRECISION"]), number(f.tag["SCALE"])
	switch data {
	case boolType:
		return "boolean"
	case intType, uintType:
		if f.autoInc {
			return serials[f.intType(data)]
		}
		return f.intType(data)
	case floatType:
		switch {
		case precision > 0 && scale > 0:
			return fmt.Sprintf("numeric(%d, %d)", precision, scale)
		case precision > 0:
			return fmt.Sprintf("numeric(%d)", precision)
		}
		return "decimal"
	case stringType:
		if size := f.size(); size > 0 && size <= maxVarchar {
			return fmt.Sprintf("varchar(%d)", size)
		}
		return "text"
	case timeType:
		if precision > 0 {
			return fmt.Sprintf("timestamptz(%d)", precision)
		}
		return "timestamptz"
	case bytesType:
		return "bytea"
	}
	if f.autoInc && !strings.Contains(strings.ToLower(data), "serial") {
		return serials[f.intType(kindTypes[f.kind])]
	}
	return data
}

// maxVarchar is the longest varchar of PostgreSQL.
const maxVarchar = 10485760

var serials = map[string]string{"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}

func (f *field) intType(data string) string {
	size := f.size()
	if data == uintType {
		size++
	}
	switch {
	case size <= 16:
		return "smallint"
	case size <= 32:
		return "integer"
	}
	return "bigint"
}

// size is what the tag says, or how many bits a number has.
func (f *field) size() int {
	if tag, ok := f.tag["SIZE"]; ok {
		n, err := strconv.Atoi(tag)
		if err != nil {
			return -1
		}
		return n
	}
	b, ok := f.basic().(*types.Basic)
	if !ok {
		return 0
	}
	switch b.Kind() {
	case types.Int, types.Int64, types.Uint, types.Uint64, types.Float64:
		return 64
	case types.Int32, types.Uint32, types.Float32:
		return 32
	case types.Int16, types.Uint16:
		return 16
	case types.Int8, types.Uint8:
		return 8
	}
	return 0
}

// basic is what the field is in the end: of a Valuer that is a struct its first field.
func (f *field) basic() types.Type {
	t := f.typ.Underlying()
	for f.isValuer {
		st, ok := t.(*types.Struct)
		if !ok || st.NumFields() == 0 {
			break
		}
		t = indirect(st.Field(0).Type()).Underlying()
	}
	return t
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// identity reads the tag of an identity column (identityMode).
func identity(tag string) (mode string, ok bool) {
	mode = "BY DEFAULT"
	for word := range strings.FieldsSeq(strings.ToLower(tag)) {
		switch word {
		case "identity":
			ok = true
		case "always":
			mode = "ALWAYS"
		case "by", "default":
		default:
			return "", false
		}
	}
	return mode, ok
}

// defaultValue is the default of the column as SQL; empty for none.
func (f *field) defaultValue() string {
	value, ok := f.tag["DEFAULT"]
	value = strings.TrimSpace(value)
	if !ok || value == "" || value == "(-)" {
		return ""
	}
	if strings.Contains(value, "(") && strings.Contains(value, ")") || strings.EqualFold(value, "null") {
		return value
	}
	b, isBasic := f.basic().(*types.Basic)
	switch {
	case isBasic && b.Info()&types.IsString != 0:
		value = strings.Trim(strings.Trim(value, "'"), `"`)
		return "'" + strings.ReplaceAll(value, "'", "''") + "'"
	case isBasic && b.Info()&types.IsBoolean != 0:
		v, err := strconv.ParseBool(value)
		if err != nil {
			return value // A Valuer gives something else than its field.
		}
		return strconv.FormatBool(v)
	case isBasic && b.Info()&types.IsInteger != 0:
		v, err := strconv.ParseInt(value, 0, 64)
		if err != nil {
			return value
		}
		return strconv.FormatInt(v, 10)
	}
	return value
}
