package sqltype

import (
	"strings"

	"github.com/schemavet/schemavet/catalog"
)

// Name is the SQL name of a type (format_type_be).
func (t Types) Name(id catalog.ID) string {
	typ, ok := t.TypeByID(id)
	if !ok {
		return "unknown"
	}
	return displayName(typ.Name)
}

// displayName is the SQL name of a type, as format_type_be gives it.
func displayName(name string) string {
	if sql, ok := displayNames[name]; ok {
		return sql
	}
	if elem, ok := strings.CutPrefix(name, "_"); ok {
		return displayName(elem) + "[]"
	}
	return name
}

var displayNames = map[string]string{
	"bool": "boolean", "int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real",
	"float8": "double precision", "varchar": "character varying", "bpchar": "character",
	"timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
	"time": "time without time zone", "timetz": "time with time zone", "varbit": "bit varying",
}
