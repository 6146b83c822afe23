package sqltype

import (
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// The polymorphic pseudo-types.
const (
	anyElement              catalog.ID = 2283
	anyNonArray             catalog.ID = 2776
	anyEnum                 catalog.ID = 3500
	anyArray                catalog.ID = 2277
	anyRange                catalog.ID = 3831
	anyMultirange           catalog.ID = 4537
	anyCompatible           catalog.ID = 5077
	anyCompatibleArray      catalog.ID = 5078
	anyCompatibleNonArray   catalog.ID = 5079
	anyCompatibleRange      catalog.ID = 5080
	anyCompatibleMultirange catalog.ID = 4538
)

// IsPolymorphic says that a type stands for others: anyelement and its like.
func IsPolymorphic(id catalog.ID) bool {
	switch id {
	case anyElement, anyNonArray, anyEnum, anyArray, anyRange, anyMultirange,
		anyCompatible, anyCompatibleArray, anyCompatibleNonArray, anyCompatibleRange, anyCompatibleMultirange:
		return true
	}
	return false
}

// VariadicElem is the type of each argument that a VARIADIC array takes.
func (t Types) VariadicElem(array catalog.ID) catalog.ID {
	switch array {
	case OIDAny:
		return OIDAny
	case anyArray:
		return anyElement
	case anyCompatibleArray:
		return anyCompatible
	}
	return t.Elem(array)
}

// Solution is what the polymorphic types of a call stand for; 0 is not determined.
type Solution struct {
	element, array, rng, multi catalog.ID
	together, commonRange      catalog.ID
	// Unknown says that an argument's type is not known to us, so that nothing is refused.
	Unknown bool
}

// solver collects what the arguments say (check_generic_type_consistency).
type solver struct {
	Types
	Solution
	nonArray, enum, commonNonArray bool
	hasCommon                      bool
	commons                        []catalog.ID
}

// Solve determines the polymorphic types from the arguments; false if they contradict.
func (t Types) Solve(actual, declared []catalog.ID) (Solution, bool) {
	s := &solver{Types: t}
	for i, want := range declared {
		if i < len(actual) && !s.argument(want, actual[i]) {
			return s.Solution, s.Unknown
		}
	}
	return s.Solution, s.Unknown || s.deduce() && s.deduceCommon()
}

// same sets a slot once; a second value must equal the first.
func same(slot *catalog.ID, id catalog.ID) bool {
	if *slot == 0 {
		*slot = id
	}
	return *slot == id
}

func (s *solver) argument(want, have catalog.ID) bool {
	if !IsPolymorphic(want) {
		return true
	}
	s.flags(want)
	if have == 0 {
		s.Unknown = true
		return true
	}
	if have == catalog.OIDUnknown {
		return true
	}
	base := s.BaseType(have)
	switch want {
	case anyElement, anyNonArray, anyEnum:
		return same(&s.element, have)
	case anyArray:
		return same(&s.array, base)
	case anyRange:
		return same(&s.rng, base)
	case anyMultirange:
		return same(&s.multi, base)
	case anyCompatible, anyCompatibleNonArray:
		s.commons = append(s.commons, have)
	case anyCompatibleArray:
		elem := s.Elem(base)
		s.commons = append(s.commons, elem)
		return elem != 0
	case anyCompatibleRange, anyCompatibleMultirange:
		if t, ok := s.TypeByID(base); ok && t.Range != 0 {
			base = t.Range
		} else if want == anyCompatibleMultirange {
			return false
		}
		t, _ := s.TypeByID(base)
		s.commons = append(s.commons, t.Subtype)
		return t.Subtype != 0 && same(&s.commonRange, base)
	}
	return true
}

func (s *solver) flags(want catalog.ID) {
	switch want {
	case anyNonArray:
		s.nonArray = true
	case anyEnum:
		s.enum = true
	case anyCompatibleNonArray:
		s.commonNonArray = true
	}
	switch want {
	case anyCompatible, anyCompatibleArray, anyCompatibleNonArray, anyCompatibleRange, anyCompatibleMultirange:
		s.hasCommon = true
	}
}

// deduce joins element, array, range and multirange.
func (s *solver) deduce() bool {
	if s.multi != 0 {
		t, _ := s.TypeByID(s.multi)
		if t == nil || t.Range == 0 || !same(&s.rng, t.Range) {
			return false
		}
	}
	if s.rng != 0 {
		t, _ := s.TypeByID(s.rng)
		if t == nil || t.Subtype == 0 || !same(&s.element, t.Subtype) {
			return false
		}
	}
	if s.array == anyArray {
		return !s.nonArray && !s.enum
	}
	if s.array != 0 {
		elem := s.Elem(s.array)
		if elem == 0 || !same(&s.element, elem) {
			return false
		}
	}
	if s.element != 0 {
		base := s.BaseType(s.element)
		if s.nonArray && s.Elem(base) != 0 || s.enum && s.Kind(s.element) != catalog.EnumType {
			return false
		}
		if s.array == 0 {
			s.array = s.ArrayOf(s.element)
		}
	}
	return true
}

func (s *solver) deduceCommon() bool {
	if !s.hasCommon {
		return true
	}
	s.together = catalog.OIDText
	if len(s.commons) > 0 {
		typ, misfit := s.Common(s.commons)
		if misfit != 0 {
			return false
		}
		s.together = typ
	}
	if s.commonNonArray && s.Elem(s.BaseType(s.together)) != 0 {
		return false
	}
	if s.commonRange != 0 {
		t, _ := s.TypeByID(s.commonRange)
		return t.Subtype == s.together
	}
	return true
}

// Replace gives what a polymorphic type stands for; 0 if that is not determined.
func (t Types) Replace(s Solution, id catalog.ID) catalog.ID {
	switch id {
	case anyElement, anyNonArray, anyEnum:
		return s.element
	case anyArray:
		if s.array == 0 && s.element != 0 {
			return t.ArrayOf(s.element)
		}
		return s.array
	case anyRange:
		return s.rng
	case anyMultirange:
		return t.multirangeOf(s.multi, s.rng)
	case anyCompatible, anyCompatibleNonArray:
		return s.together
	case anyCompatibleArray:
		return t.ArrayOf(s.together)
	case anyCompatibleRange:
		return s.commonRange
	case anyCompatibleMultirange:
		return t.multirangeOf(0, s.commonRange)
	}
	return id
}

func (t Types) multirangeOf(multi, rng catalog.ID) catalog.ID {
	if multi != 0 || rng == 0 {
		return multi
	}
	return t.MultirangeOf(rng)
}

// families are the polymorphic types of which one in the arguments settles a result
// (check_valid_polymorphic_signature).
var families = map[catalog.ID][]catalog.ID{
	anyElement:  {anyElement, anyArray, anyNonArray, anyEnum, anyRange, anyMultirange},
	anyArray:    {anyElement, anyArray, anyNonArray, anyEnum, anyRange, anyMultirange},
	anyNonArray: {anyElement, anyArray, anyNonArray, anyEnum, anyRange, anyMultirange},
	anyEnum:     {anyElement, anyArray, anyNonArray, anyEnum, anyRange, anyMultirange},
	anyRange:    {anyRange, anyMultirange}, anyMultirange: {anyRange, anyMultirange},
	anyCompatible: {anyCompatible, anyCompatibleArray, anyCompatibleNonArray, anyCompatibleRange,
		anyCompatibleMultirange},
	anyCompatibleArray: {anyCompatible, anyCompatibleArray, anyCompatibleNonArray, anyCompatibleRange,
		anyCompatibleMultirange},
	anyCompatibleNonArray: {anyCompatible, anyCompatibleArray, anyCompatibleNonArray, anyCompatibleRange,
		anyCompatibleMultirange},
	anyCompatibleRange:      {anyCompatibleRange, anyCompatibleMultirange},
	anyCompatibleMultirange: {anyCompatibleRange, anyCompatibleMultirange},
}

// Determined says that a result type, if it is polymorphic, follows from the arguments' types.
func Determined(result catalog.ID, args []catalog.ID) bool {
	family := families[result]
	return family == nil || slices.ContainsFunc(args, func(a catalog.ID) bool { return slices.Contains(family, a) })
}

// Declares says that a function can be called with arguments of exactly these types, which
// may be polymorphic themselves, as aggregates do with the functions that they are made of.
func Declares(s *catalog.Schema, f *catalog.Function, args []catalog.ID) bool {
	in := f.Inputs()
	if len(in) != len(args) {
		return slices.ContainsFunc(in, func(a catalog.Arg) bool { return a.Mode == 'v' })
	}
	concrete, polymorphic := false, false
	for i, a := range in {
		if IsPolymorphic(a.Type.ID) {
			concrete, polymorphic = concrete || !IsPolymorphic(args[i]), polymorphic || IsPolymorphic(args[i])
		}
		c, ok := s.Cast(args[i], a.Type.ID)
		if a.Type.ID != args[i] && !IsPolymorphic(a.Type.ID) && a.Type.ID != OIDAny && !(ok && c.Method == 'b') &&
			args[i] != 0 {
			return false
		}
	}
	return !concrete || !polymorphic
}
