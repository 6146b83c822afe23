package extract

import (
	"go/types"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
)

// Instances are the types that a program gives to type parameters.
type Instances struct {
	// given are the type arguments by the generic function or type; owners say which of these a
	// type parameter belongs to, as each method has type parameters of its own.
	given  map[types.Object][]*types.TypeList
	owners map[*types.TypeParam]types.Object
}

// NewInstances has none.
func NewInstances() *Instances {
	return &Instances{map[types.Object][]*types.TypeList{}, map[*types.TypeParam]types.Object{}}
}

// Note adds those of a package.
func (in *Instances) Note(info *types.Info) {
	for id, inst := range info.Instances {
		if obj := info.Uses[id]; obj != nil {
			if fn, ok := obj.(*types.Func); ok {
				obj = fn.Origin()
			}
			in.given[obj] = append(in.given[obj], inst.TypeArgs)
		}
	}
	for _, obj := range info.Defs {
		switch obj := obj.(type) {
		case *types.Func:
			in.own(obj, obj.Signature().TypeParams())
			if recv := obj.Signature().Recv(); recv != nil {
				t := types.Unalias(recv.Type())
				if p, ok := t.(*types.Pointer); ok {
					t = types.Unalias(p.Elem())
				}
				if n, ok := t.(*types.Named); ok {
					in.own(n.Obj(), obj.Signature().RecvTypeParams())
				}
			}
		case *types.TypeName:
			if n, ok := obj.Type().(*types.Named); ok {
				in.own(obj, n.TypeParams())
			}
		}
	}
}

func (in *Instances) own(obj types.Object, params *types.TypeParamList) {
	for tp := range params.TypeParams() {
		in.owners[tp] = obj
	}
}

// of are the types that a type parameter is given, each once and in the order of their names.
func (in *Instances) of(tp *types.TypeParam) []types.Type {
	var out []types.Type
	in.collect(tp, map[*types.TypeParam]bool{}, &out)
	slices.SortFunc(out, func(a, b types.Type) int { return strings.Compare(a.String(), b.String()) })
	return slices.CompactFunc(out, types.Identical)
}

// collect follows type parameters of other generic code that are given, each once: the receiver of
// every method gives its type one.
func (in *Instances) collect(tp *types.TypeParam, seen map[*types.TypeParam]bool, out *[]types.Type) {
	if seen[tp] {
		return
	}
	seen[tp] = true
	for _, args := range in.given[in.owners[tp]] {
		if tp.Index() >= args.Len() {
			continue
		}
		if outer, ok := args.At(tp.Index()).(*types.TypeParam); ok {
			in.collect(outer, seen, out)
		} else {
			*out = append(*out, args.At(tp.Index()))
		}
	}
}

// instances are the builders that generic code is for the types that the program gives it; the
// builder itself if it is none, or no types are known. Of several type parameters, those after
// the first stay.
func (x *extractor) instances(builder goval.Value) []goval.Value {
	params := builder.TypeParams()
	if len(params) == 0 {
		return []goval.Value{builder}
	}
	x.generic = true
	if x.Instances == nil {
		x.Instances = NewInstances()
		x.Instances.Note(x.Info)
	}
	var out []goval.Value
	for _, t := range x.Instances.of(params[0]) {
		out = append(out, builder.Retyped(func(tp *types.TypeParam) types.Type {
			if tp == params[0] {
				return t
			}
			return tp
		}))
	}
	if len(out) == 0 {
		return []goval.Value{builder}
	}
	return out
}
