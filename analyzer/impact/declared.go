package impact

import "fmt"

// declarations makes one finding for each declaration that names at fault are made of: the
// field of a model is what there is to change, and the calls may be many.
func declarations(list []Finding) []Finding {
	type place struct {
		file         string
		line, column int
		object       string
		rule         Rule
		change       string
	}
	var order []place
	worst, calls := map[place]Finding{}, map[place]int{}
	for _, f := range list {
		if f.Use == nil || f.Use.Declared == nil {
			continue
		}
		d := f.Use.Declared
		p := place{d.File, d.Line, d.Column, f.Object, f.Rule, ""}
		if f.Change != nil {
			p.change = fmt.Sprintf("%s:%d:%d", f.Change.File, f.Change.Line, f.Change.Column)
		}
		if calls[p] == 0 {
			order = append(order, p)
		}
		calls[p]++
		if w, ok := worst[p]; !ok || levelOrder[f.Level] < levelOrder[w.Level] {
			worst[p] = f
		}
	}
	out := make([]Finding, 0, len(order))
	for _, p := range order {
		f := worst[p]
		use := *f.Use
		use.File, use.Line, use.Column, use.Function, use.Declared = p.file, p.line, p.column, "", nil
		f.Use = &use
		f.Message = fmt.Sprintf("%s; it is declared here, %s", f.Message, sentBy(calls[p]))
		out = append(out, f)
	}
	return out
}

func sentBy(calls int) string {
	if calls == 1 {
		return "1 call sends it"
	}
	return fmt.Sprintf("%d calls send it", calls)
}
