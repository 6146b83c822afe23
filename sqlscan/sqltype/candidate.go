package sqltype

import (
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// Candidate is a function or operator that a call could mean, with the types that it
// declares for the call's arguments, in their order (FuncCandidateList).
type Candidate struct {
	// Args are the types that are given; Fn or Op is what is meant.
	Args []catalog.ID
	Fn   *catalog.Function
	Op   catalog.Operator
	// Expanded says that a variadic argument was unrolled.
	Expanded bool
	// Ambiguous says that another candidate has the same types and neither is better.
	Ambiguous bool
}

// Choose picks the candidate for the types of the arguments (func_get_detail). many says
// that several fit and none is best.
func (t Types) Choose(list []Candidate, in []catalog.ID) (best *Candidate, many bool) {
	for i := range list {
		if slices.Equal(list[i].Args, in) {
			return &list[i], list[i].Ambiguous
		}
	}
	var fit []*Candidate
	for i := range list {
		if t.CanCoerce(in, list[i].Args, Implicit) {
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
	if best == nil || best.Ambiguous {
		return nil, true
	}
	return best, false
}

// undecided picks among what fits when the type of an argument is not known to us: what
// they all take and give, if they agree.
func (t Types) undecided(fit []*Candidate) (*Candidate, bool) {
	pick := *fit[0]
	pick.Args = slices.Clone(pick.Args)
	agree := true
	for _, c := range fit[1:] {
		agree = agree && c.result() == pick.result()
		for i := range pick.Args {
			if c.Args[i] != fit[0].Args[i] {
				pick.Args[i] = 0
			}
		}
	}
	if !agree {
		pick.Op.Result, pick.Fn = 0, nil
	}
	return &pick, false
}

func (c *Candidate) result() catalog.ID {
	if c.Fn != nil {
		return c.Fn.Result.ID
	}
	return c.Op.Result
}

// keepBest keeps the candidates with the highest score.
func keepBest(list []*Candidate, score func(*Candidate) int) []*Candidate {
	var out []*Candidate
	best := 0
	for _, c := range list {
		switch n := score(c); {
		case n > best || out == nil:
			best, out = n, []*Candidate{c}
		case n == best:
			out = append(out, c)
		}
	}
	return out
}

// selectCandidate chooses among candidates that all fit (func_select_candidate).
func (t Types) selectCandidate(list []*Candidate, in []catalog.ID) *Candidate {
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
	list = keepBest(list, func(c *Candidate) int { return t.count(c, base, false) })
	if len(list) == 1 {
		return list[0]
	}
	list = keepBest(list, func(c *Candidate) int { return t.count(c, base, true) })
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
func (t Types) count(c *Candidate, base []catalog.ID, preferred bool) int {
	n := 0
	for i, id := range base {
		if id == catalog.OIDUnknown {
			continue
		}
		if c.Args[i] == id || preferred && t.Category(c.Args[i]) == t.Category(id) && t.Preferred(c.Args[i]) {
			n++
		}
	}
	return n
}

// byCategory gives each untyped argument the category that the candidates agree on, string
// if one of them takes that, and keeps the candidates that fit; false if they do not agree.
func (t Types) byCategory(list []*Candidate, base []catalog.ID) ([]*Candidate, bool) {
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
			category, preferred := t.Category(c.Args[i]), t.Preferred(c.Args[i])
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
	var kept []*Candidate
	for _, c := range list {
		fits := true
		for i, id := range base {
			if id == catalog.OIDUnknown &&
				(t.Category(c.Args[i]) != slots[i].category || slots[i].preferred && !t.Preferred(c.Args[i])) {
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
func (t Types) likeTheKnown(list []*Candidate, base []catalog.ID, unknowns int) *Candidate {
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
	var only *Candidate
	for _, c := range list {
		if t.CanCoerce(all, c.Args, Implicit) {
			if only != nil {
				return nil
			}
			only = c
		}
	}
	return only
}
