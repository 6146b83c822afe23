package sqlscan

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
	"github.com/schemavet/schemavet/sqlscan/sqltype"
)

// literal reads a string constant as a type, as the type's input function does: names in
// regclass, labels of an enum, numbers. Types whose input it does not know it believes.
func (b *binder) literal(text string, typ catalog.TypeRef, at int) {
	if strings.Contains(text, sqltext.HolePrefix) {
		return
	}
	id := b.env.Schema.BaseType(typ.ID)
	b.looksType(typ.ID)
	if id == catalog.OIDRegclass {
		b.relationLiteral(text, at)
		return
	}
	if b.nameLiteral(text, id, at) {
		return
	}
	t, ok := b.env.Schema.TypeByID(id)
	if !ok {
		return
	}
	o := Outcome{Start: at, End: at + len(text) + 2, Kind: catalog.KindLabel, Name: text,
		Object: catalog.Name{Kind: catalog.KindLabel, Schema: t.Schema, Name: t.Name, Sub: text}}
	switch {
	case t.Kind == catalog.EnumType:
		o.Enum = true
		if !slices.Contains(t.Labels, text) {
			o.State, o.SQLSTATE, o.Message = Failed, "22P02", fmt.Sprintf("invalid input value for enum %s: %q", t.Name, text)
		}
		b.note(o)
	case b.types().Elem(id) != 0 && id != sqltype.OIDInt2Vector && id != sqltype.OIDOidVector:
		b.arrayLiteral(text, t.Elem, o)
	case t.Kind == catalog.CompositeType:
		b.rowLiteral(text, t, o)
	default:
		if sqlstate := inputError(id, text); sqlstate != "" {
			o.State, o.SQLSTATE = Failed, sqlstate
			o.Message = fmt.Sprintf("invalid input syntax for type %s: %q", b.types().Name(id), text)
			b.note(o)
		}
	}
}

// Refuses is the error that the input function of a type raises for a text; nil if it raises
// none, or is not known.
func Refuses(s *catalog.Schema, id catalog.ID, text string) *Outcome {
	b := newBinder(&Env{Schema: s}, pgtree.Statement{})
	b.literal(text, catalog.TypeRef{ID: id}, 0)
	return b.First(RunPhase)
}

func qualifiedParts(parts []string) (schema, name string) {
	if len(parts) == 2 {
		return parts[0], parts[1]
	}
	return "", parts[0]
}

// arrayLiteral reads '{…}': each element as the element type. Quoted and nested ones are
// believed.
func (b *binder) arrayLiteral(text string, elem catalog.ID, o Outcome) {
	inner := strings.TrimSpace(text)
	if !strings.HasPrefix(inner, "{") && !strings.HasPrefix(inner, "[") {
		o.State, o.SQLSTATE, o.Message = Failed, "22P02", fmt.Sprintf("malformed array literal: %q", text)
		b.note(o)
		return
	}
	inner = strings.TrimSuffix(strings.TrimPrefix(inner, "{"), "}")
	if inner == "" || strings.ContainsAny(inner, `"{}\[]`) || b.types().Kind(elem) == catalog.CompositeType {
		return
	}
	for _, part := range strings.Split(inner, ",") {
		if part = strings.TrimSpace(part); !strings.EqualFold(part, "null") {
			b.literal(part, catalog.TypeRef{ID: elem}, o.Start)
		}
	}
}

// rowLiteral reads '(…)' as far as the number of fields goes.
func (b *binder) rowLiteral(text string, t *catalog.Type, o Outcome) {
	row, ok := b.env.Schema.RowColumns(t.ID)
	inner := strings.TrimSpace(text)
	fields := strings.Count(inner, ",") + 1
	switch {
	case !ok || strings.ContainsAny(inner, `"\`):
		return
	case !strings.HasPrefix(inner, "(") || !strings.HasSuffix(inner, ")"):
	case fields == len(row) || len(row) == 0:
		return
	}
	o.State, o.SQLSTATE, o.Message = Failed, "22P02", fmt.Sprintf("malformed record literal: %q", text)
	b.note(o)
}

const space = " \t\n\r\f\v"

var (
	integerText = regexp.MustCompile(`^[+-]?[0-9]+$`)
	numberText  = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
	specialText = regexp.MustCompile(`(?i)^([+-]?(inf|infinity)|nan)$`)
	uuidText    = regexp.MustCompile(`(?i)^(\{[0-9a-f]{4}(-?[0-9a-f]{4}){7}\}|[0-9a-f]{4}(-?[0-9a-f]{4}){7})$`)
	bitText     = regexp.MustCompile(`^([bB]?[01]*|[xX][0-9a-fA-F]*)$`)
	dateWords   = regexp.MustCompile(`(?i)^(-?infinity|epoch|now|today|tomorrow|yesterday|allballs)$`)
)

// bounds of the integer types.
var integerBounds = map[catalog.ID][2]*big.Int{
	catalog.OIDInt2: {big.NewInt(-1 << 15), big.NewInt(1<<15 - 1)},
	catalog.OIDInt4: {big.NewInt(-1 << 31), big.NewInt(1<<31 - 1)},
	catalog.OIDInt8: {big.NewInt(-1 << 63), big.NewInt(1<<63 - 1)},
}

// inputError is the SQLSTATE with which a built-in type refuses a text; empty if it takes
// it, or if we do not know its rules (adt/int.c, numeric.c, bool.c, uuid.c, datetime.c).
func inputError(typ catalog.ID, text string) string {
	trimmed := strings.Trim(text, space)
	switch typ {
	case catalog.OIDInt2, catalog.OIDInt4, catalog.OIDInt8:
		return integerError(integerBounds[typ], trimmed)
	case catalog.OIDNumeric, catalog.OIDFloat4, catalog.OIDFloat8:
		if !numberText.MatchString(trimmed) && !specialText.MatchString(trimmed) {
			return "22P02"
		}
	case catalog.OIDBool:
		if !isBool(strings.ToLower(trimmed)) {
			return "22P02"
		}
	case catalog.OIDUUID:
		if !uuidText.MatchString(text) {
			return "22P02"
		}
	case catalog.OIDJSON, catalog.OIDJSONB:
		if !json.Valid([]byte(text)) {
			return "22P02"
		}
	case catalog.OIDBit, 1562:
		if !bitText.MatchString(text) {
			return "22P02"
		}
	case catalog.OIDDate, catalog.OIDTimestamp, catalog.OIDTimestampTZ, catalog.OIDTime, catalog.OIDTimeTZ,
		catalog.OIDInterval:
		if !strings.ContainsAny(text, "0123456789") && !dateWords.MatchString(trimmed) && !strings.Contains(trimmed, " ") {
			return "22007"
		}
	}
	return ""
}

func integerError(bounds [2]*big.Int, text string) string {
	if !integerText.MatchString(text) {
		return "22P02"
	}
	if n, ok := new(big.Int).SetString(strings.TrimPrefix(text, "+"), 10); ok &&
		(n.Cmp(bounds[0]) < 0 || n.Cmp(bounds[1]) > 0) {
		return "22003"
	}
	return ""
}

// isBool takes any unique prefix of a word (parse_bool_with_len).
func isBool(text string) bool {
	if text == "" {
		return false
	}
	for _, word := range []string{"true", "false", "yes", "no", "1", "0"} {
		if strings.HasPrefix(word, text) {
			return true
		}
	}
	return text == "on" || text == "off" || text == "of"
}
