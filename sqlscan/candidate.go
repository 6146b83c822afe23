package sqlscan

import (
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// candidate is a function or operator that a call could mean, with the types that it
// declares for the call's arguments, in their order (FuncCandidateList).
type candidate struct {
	args []catalog.ID
	fn   *catalog.Function
	op   catalog.Operator
	// expanded says that a variadic argument was unrolled.
	expanded bool
	// ambiguous says that another candidate has the same types and neither is better.
	ambiguous bool
}

func valueTypes(args []value) []catalog.ID {
	out := make([]catalog.ID, len(args))
	for i, a := range args {
		out[i] = a.typ.ID
	}
	return out
}

// choose picks the candidate for the types of the arguments (func_get_detail). many says
// that several fit and none is best.
func (t types) choose(list []candidate, in []catalog.ID) (best *candidate, many bool) {
	for i := range list {
		if slices.Equal(list[i].args, in) {
			return &list[i], list[i].ambiguous
		}
	}
	var fit []*candidate
	for i := range list {
		if t.canCoerce(in, list[i].args, implicit) {
			fit = append(fit, &list[i])
		}
	}
	switch {
	case len(fit) == 0:
		return nil, false
	case len(fit) > 1 && slices.Contains(in, 0):
		return t.undecided(fit)
	case len(fit) > 1:
		best = t.selectCandidate(fit, in)
	default:
		best = fit[0]
	}
	if best == nil || best.ambiguous {
		return nil, true
	}
	return best, false
}

// undecided picks among what fits when the type of an argument is not known to us: what
// they all take and give, if they agree.
func (t types) undecided(fit []*candidate) (*candidate, bool) {
	pick := *fit[0]
	pick.args = slices.Clone(pick.args)
	agree := true
	for _, c := range fit[1:] {
		agree = agree && c.result() == pick.result()
		for i := range pick.args {
			if c.args[i] != fit[0].args[i] {
				pick.args[i] = 0
			}
		}
	}
	if !agree {
		pick.op.Result, pick.fn = 0, nil
	}
	return &pick, false
}

func (c *candidate) result() catalog.ID {
	if c.fn != nil {
		return c.fn.Result.ID
	}
	return c.op.Result
}

// keepBest keeps the candidates with the highest score.
func keepBest(list []*candidate, score func(*candidate) int) []*candidate {
	var out []*candidate
	best := 0
	for _, c := range list {
		switch n := score(c); {
		case n > best || out == nil:
			best, out = n, []*candidate{c}
		case n == best:
			out = append(out, c)
		}
	}
	return out
}

// selectCandidate chooses among candidates that all fit (func_select_candidate).
func (t types) selectCandidate(list []*candidate, in []catalog.ID) *candidate {
	base := make([]catalog.ID, len(in))
	unknowns := 0
	for i, id := range in {
		base[i] = id
		if id == catalog.OIDUnknown {
			unknowns++
		} else {
			base[i] = t.BaseType(id)
		}
	}
	list = keepBest(list, func(c *candidate) int { return t.count(c, base, false) })
	if len(list) == 1 {
		return list[0]
	}
	list = keepBest(list, func(c *candidate) int { return t.count(c, base, true) })
	if len(list) == 1 {
		return list[0]
	}
	if unknowns == 0 {
		return nil
	}
	if kept, ok := t.byCategory(list, base); ok {
		if len(kept) == 1 {
			return kept[0]
		}
		if len(kept) > 0 {
			list = kept
		}
	}
	return t.likeTheKnown(list, base, unknowns)
}

// count says how many arguments a candidate meets exactly, or with the preferred type of
// their category.
func (t types) count(c *candidate, base []catalog.ID, preferred bool) int {
	n := 0
	for i, id := range base {
		if id == catalog.OIDUnknown {
			continue
		}
		if c.args[i] == id || preferred && t.category(c.args[i]) == t.category(id) && t.preferred(c.args[i]) {
			n++
		}
	}
	return n
}

// byCategory gives each untyped argument the category that the candidates agree on, string
// if one of them takes that, and keeps the candidates that fit; false if they do not agree.
func (t types) byCategory(list []*candidate, base []catalog.ID) ([]*candidate, bool) {
	type slot struct {
		category  byte
		preferred bool
	}
	slots := make([]slot, len(base))
	for i, id := range base {
		if id != catalog.OIDUnknown {
			continue
		}
		conflict := false
		for _, c := range list {
			category, preferred := t.category(c.args[i]), t.preferred(c.args[i])
			switch {
			case slots[i].category == 0:
				slots[i] = slot{category, preferred}
			case slots[i].category == category:
				slots[i].preferred = slots[i].preferred || preferred
			case category == 'S':
				slots[i] = slot{category, preferred}
			default:
				conflict = true
			}
		}
		if conflict && slots[i].category != 'S' {
			return nil, false
		}
	}
	var kept []*candidate
	for _, c := range list {
		fits := true
		for i, id := range base {
			if id == catalog.OIDUnknown &&
				(t.category(c.args[i]) != slots[i].category || slots[i].preferred && !t.preferred(c.args[i])) {
				fits = false
			}
		}
		if fits {
			kept = append(kept, c)
		}
	}
	return kept, true
}

// likeTheKnown takes the untyped arguments to be of the one type that the others have.
func (t types) likeTheKnown(list []*candidate, base []catalog.ID, unknowns int) *candidate {
	if unknowns == len(base) {
		return nil
	}
	var known catalog.ID
	for _, id := range base {
		switch {
		case id == catalog.OIDUnknown:
		case known == 0:
			known = id
		case known != id:
			return nil
		}
	}
	all := slices.Repeat([]catalog.ID{known}, len(base))
	var only *candidate
	for _, c := range list {
		if t.canCoerce(all, c.args, implicit) {
			if only != nil {
				return nil
			}
			only = c
		}
	}
	return only
}
