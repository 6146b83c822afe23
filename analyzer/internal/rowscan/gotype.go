package rowscan

import "go/types"

// GoType names a type as usage.Dest has it: what a driver makes of it depends on its methods
// and on its underlying type, not on its name.
func GoType(t types.Type) string { return goType(t, 0) }

// maxTypeDepth bounds what is said of a type: one can hold itself.
const maxTypeDepth = 8

func goType(t types.Type, depth int) string {
	if depth > maxTypeDepth {
		return ""
	}
	depth++
	t = types.Unalias(t)
	switch t := t.(type) {
	case *types.Pointer:
		return "*" + goType(t.Elem(), depth)
	case *types.Named:
		if path := qualified(t); path != "" {
			return path
		}
		return goType(t.Underlying(), depth)
	case *types.Basic:
		return types.Default(t).(*types.Basic).Name()
	case *types.Slice:
		if b, ok := t.Elem().(*types.Basic); ok && b.Kind() == types.Uint8 {
			return "[]byte"
		}
		return "[]" + goType(t.Elem(), depth)
	case *types.Array:
		return types.TypeString(t, nil)
	case *types.Map:
		return "map[" + goType(t.Key(), depth) + "]" + goType(t.Elem(), depth)
	case *types.Struct:
		return "struct"
	case *types.Interface:
		if t.Empty() {
			return "any"
		}
	}
	return ""
}

// qualified is the import path and name of a type that a driver knows, or that has methods to
// read or write a value by itself; empty for others.
func qualified(t *types.Named) string {
	obj := t.Origin().Obj()
	if obj.Pkg() == nil {
		return ""
	}
	path := obj.Pkg().Path() + "." + obj.Name()
	if named[obj.Pkg().Path()] {
		return path
	}
	for _, method := range converters {
		if m, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, obj.Pkg(), method); m != nil {
			return path
		}
	}
	return ""
}

// named are the packages of the standard library whose types drivers treat by name.
var named = map[string]bool{"time": true, "net": true, "net/netip": true, "math/big": true, "encoding/json": true,
	"database/sql": true}

// converters are the methods by which drivers let a value read or write itself.
var converters = []string{"Scan", "Value", "DecodeText", "DecodeBinary", "EncodeText", "EncodeBinary", "ScanText",
	"TextValue", "ScanInt64", "Int64Value", "ScanBytes", "BytesValue", "ScanTime", "ScanUUID", "UUIDValue",
	"ScanNumeric", "NumericValue", "ScanTimestamptz", "UnmarshalJSON", "UnmarshalText", "MarshalText"}
