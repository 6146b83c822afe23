package extract

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
)

// contexts are the constant texts that a function of the package is called with.
type contexts struct {
	args []map[int]goval.Value
	// calls counts the calls; open says that some of them give other texts as well.
	calls map[*ast.CallExpr]bool
	open  bool
	// described says that calls give descriptions, whose fields go together, others that some give other structs.
	described, others bool
}

// maxContexts bounds how often a function is run with constants.
const maxContexts = 32

// noteContext keeps the constants of a call of a function of this package.
func (x *extractor) noteContext(t target, call *ast.CallExpr, f *goval.Frame) {
	if x.captured != nil || !x.hasBody(t.fn) || t.shift > 0 {
		return
	}
	fn := t.fn.Origin()
	texts, describes := 0, false
	params := fn.Signature().Params()
	for i := range params.Len() {
		if b, ok := params.At(i).Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
			texts++
		}
		describes = describes || goval.IsDescription(params.At(i).Type())
	}
	if texts == 0 && !describes {
		return
	}
	c := x.contexts[fn]
	if c == nil {
		c = &contexts{calls: map[*ast.CallExpr]bool{}}
		x.contexts[fn] = c
	}
	c.calls[call] = true
	args := f.Constants(call)
	c.open = c.open || len(args) < texts
	given, others := f.Descriptions(call)
	maps.Copy(args, given)
	c.described, c.others = c.described || len(given) > 0, c.others || others
	if len(args) > 0 && !slices.ContainsFunc(c.args, func(o map[int]goval.Value) bool { return sameArgs(o, args) }) {
		c.args = append(c.args, args)
	}
}

// isUnknown says that a text is not known by itself, and is none of files that callers name.
func isUnknown(s sent) bool { return s.value.HasHole() && !s.value.HasFile() }

func sameArgs(a, b map[int]goval.Value) bool { return maps.EqualFunc(a, b, goval.Equal) }

// inContext runs the functions whose text is not known by itself with the constants that they
// are called with: the name of a file, a key that picks a branch.
func (x *extractor) inContext() {
	uses := map[*types.Func]int{}
	// dynamic are the names of methods that are called through interfaces.
	dynamic := map[string]bool{}
	for _, obj := range x.Info.Uses {
		if fn, ok := obj.(*types.Func); ok {
			uses[fn.Origin()]++
			if recv := fn.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
				dynamic[fn.Name()] = true
			}
		}
	}
	for fn, c := range x.contexts {
		var unknown []*site
		for _, call := range x.order {
			if st := x.sites[call]; st.fn != nil && st.fn.Origin() == fn &&
				(c.described || slices.ContainsFunc(st.texts, isUnknown)) {
				unknown = append(unknown, st)
			}
		}
		if len(unknown) == 0 || len(c.args) == 0 || len(c.args) > maxContexts {
			continue
		}
		all := map[*ast.CallExpr][]sent{}
		for _, args := range c.args {
			x.captured = map[*ast.CallExpr][]sent{}
			x.pkg.WalkWith(x.pkg.Functions()[fn], args)
			for call, texts := range x.captured {
				all[call] = append(all[call], texts...)
			}
			x.captured = nil
		}
		closed := !c.open && !(c.described && c.others) && !fn.Exported() && uses[fn] == len(c.calls) &&
			!(dynamic[fn.Name()] && fn.Signature().Recv() != nil)
		for _, st := range unknown {
			switch texts := all[st.call]; {
			case len(texts) == 0:
			case closed:
				st.texts = texts
			default:
				st.texts = append(st.texts, texts...)
			}
		}
	}
}
