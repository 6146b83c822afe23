package goval

import (
	"go/types"
	"strings"
)

// Attacher gives values that came from another package's facts their Go types and functions
// back, which facts hold by name alone.
type Attacher struct {
	packages map[string]*types.Package
	files    Files
}

// NewAttacher finds types in the packages that a package reaches by its imports. Files that values
// name are read from files.
func NewAttacher(pkg *types.Package, files Files) *Attacher {
	a := &Attacher{packages: map[string]*types.Package{}, files: files}
	var add func(p *types.Package)
	add = func(p *types.Package) {
		if a.packages[p.Path()] != nil {
			return
		}
		a.packages[p.Path()] = p
		for _, q := range p.Imports() {
			add(q)
		}
	}
	add(pkg)
	return a
}

// Value is a copy of a value with what it names found again, as far as the names say it.
func (a *Attacher) Value(v Value) Value {
	if v == nil {
		return nil
	}
	out := make(Value, 0, len(v))
	for _, p := range v {
		switch q := p.(type) {
		case *Call:
			p = a.call(q)
		case *List:
			out := mapWithin(q, a.Value).(*List)
			out.typ = a.typ(q.Type)
			for i, e := range out.Elems {
				out.Elems[i].typ = a.typ(e.Type)
			}
			p = out
		case *Arg:
			arg := a.arg(*q)
			p = &arg
		case *File:
			p = &File{Name: a.Value(q.Name), Folder: q.Folder, files: a.files}
		default:
			p = mapWithin(p, a.Value)
		}
		out = append(out, p)
	}
	return out
}

func (a *Attacher) call(c *Call) *Call {
	out := *c
	out.fn = a.function(c.Func)
	out.Args, out.typeArgs = nil, nil
	for _, arg := range c.Args {
		out.Args = append(out.Args, a.arg(arg))
	}
	for _, t := range c.TypeArgs {
		out.typeArgs = append(out.typeArgs, a.typ(t))
	}
	return &out
}

func (a *Attacher) arg(arg Arg) Arg {
	arg.Value, arg.typ = a.Value(arg.Value), a.typ(arg.Type)
	return arg
}

// typ reads the names that types.Type.String writes: named types, and pointers, slices and maps
// of them. Nil for any other.
func (a *Attacher) typ(text string) types.Type {
	if rest, ok := strings.CutPrefix(text, "*"); ok {
		return orNil(a.typ(rest), func(t types.Type) types.Type { return types.NewPointer(t) })
	}
	if rest, ok := strings.CutPrefix(text, "[]"); ok {
		return orNil(a.typ(rest), func(t types.Type) types.Type { return types.NewSlice(t) })
	}
	if rest, ok := strings.CutPrefix(text, "map[string]"); ok {
		return orNil(a.typ(rest), func(t types.Type) types.Type { return types.NewMap(types.Typ[types.String], t) })
	}
	switch text {
	case "interface {}", "interface{}", "any":
		return types.Universe.Lookup("any").Type()
	}
	if tn, ok := types.Universe.Lookup(text).(*types.TypeName); ok {
		return tn.Type()
	}
	dot := strings.LastIndexByte(text, '.')
	if dot < 0 || a.packages[text[:dot]] == nil {
		return nil
	}
	if tn, ok := a.packages[text[:dot]].Scope().Lookup(text[dot+1:]).(*types.TypeName); ok {
		return tn.Type()
	}
	return nil
}

func orNil(t types.Type, of func(types.Type) types.Type) types.Type {
	if t == nil {
		return nil
	}
	return of(t)
}

// function finds what (*types.Func).FullName names.
func (a *Attacher) function(name string) *types.Func {
	recv, method, isMethod := strings.Cut(strings.TrimPrefix(name, "("), ").")
	if !isMethod || !strings.HasPrefix(name, "(") {
		dot := strings.LastIndexByte(name, '.')
		if dot < 0 || a.packages[name[:dot]] == nil {
			return nil
		}
		fn, _ := a.packages[name[:dot]].Scope().Lookup(name[dot+1:]).(*types.Func)
		return fn
	}
	recv, _, _ = strings.Cut(recv, "[")
	t := a.typ(recv)
	if t == nil {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, method)
	fn, _ := obj.(*types.Func)
	return fn
}
