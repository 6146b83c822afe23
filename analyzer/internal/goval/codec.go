package goval

import (
	"encoding/binary"
	"errors"
	"reflect"
)

// Facts hold values, and travel with gob, which knows neither sealed parts nor that values share
// them. A value is therefore encoded by a list of its parts, each once, and texts, each once; Go
// types and functions are left out, which an Attacher finds again by their names.
//
// Each part says in its method code what it is made of, in one order for both directions.

// coder writes parts to, or reads them from, its bytes.
type coder struct {
	bytes   []byte
	reading bool
	err     error

	// While writing, the number of each text and part that is already there, from 1; while
	// reading, these themselves.
	textNumbers map[string]int
	partNumbers map[Part]int
	texts       []string
	parts       []Part
	depth       int
}

var errEncoding = errors.New("a value of a fact is not one that this version of schemavet encoded")

// The deepest that values are in values, for what is read.
const maxDepth = 1 << 16

// kinds are the parts by their number in the encoding.
var kinds = []func() Part{
	func() Part { return &Lit{} }, func() Part { return &Hole{} }, func() Part { return &Param{} },
	func() Part { return &OneOf{} }, func() Part { return &Format{} }, func() Part { return &File{} },
	func() Part { return &Call{} }, func() Part { return &Lowered{} }, func() Part { return &List{} },
	func() Part { return &Func{} }, func() Part { return &Arg{} }, func() Part { return &DataDependent{} },
	func() Part { return &Style{} }, func() Part { return &Op{} },
}

// kindNumbers are the places of the types of parts in kinds.
var kindNumbers = func() map[reflect.Type]int {
	out := map[reflect.Type]int{}
	for i, kind := range kinds {
		out[reflect.TypeOf(kind())] = i
	}
	return out
}()

// GobEncode implements gob.GobEncoder.
func (v Value) GobEncode() ([]byte, error) {
	c := &coder{textNumbers: map[string]int{}, partNumbers: map[Part]int{}}
	c.value(&v)
	return c.bytes, nil
}

// GobDecode implements gob.GobDecoder.
func (v *Value) GobDecode(bytes []byte) error {
	c := &coder{bytes: bytes, reading: true}
	c.value(v)
	if c.err == nil && len(c.bytes) > 0 {
		return errEncoding
	}
	return c.err
}

func (p *Lit) code(c *coder) {
	c.text(&p.Text)
	coded(c, &p.Runs, (*coder).run)
	optional(c, &p.Declared, (*coder).run)
}

func (p *Hole) code(c *coder) {
	place := int(p.Place)
	c.number(&place)
	p.Place = Place(place)
	c.text(&p.Reason)
	c.flag(&p.Written)
	c.text(&p.Type)
}

func (p *Param) code(c *coder) {
	c.number(&p.Index)
	c.number(&p.Of)
	c.text(&p.Type)
	c.text(&p.Path)
	c.value(&p.Else)
}

func (p *Op) code(c *coder) {
	c.text(&p.Name)
	coded(c, &p.Args, (*coder).value)
	if c.reading && ops[p.Name] == nil {
		c.err = errEncoding
	}
}

// A pointer into a function is a hole outside of it.
func (p *Ref) code(*coder) {}

func (p *OneOf) code(c *coder) {
	coded(c, &p.Options, (*coder).value)
	c.flag(&p.Some)
}

func (p *Format) code(c *coder) {
	c.value(&p.Format)
	c.number(&p.Index)
	c.number(&p.Of)
}

func (p *File) code(c *coder) {
	c.value(&p.Name)
	c.text(&p.Folder)
}

func (p *Call) code(c *coder) {
	c.text(&p.Func)
	c.text(&p.Name)
	coded(c, &p.Args, (*coder).arg)
	c.flag(&p.Spread)
	coded(c, &p.TypeArgs, (*coder).text)
	c.text(&p.File)
	c.number(&p.Line)
	c.number(&p.Column)
}

func (p *Lowered) code(c *coder) { c.value(&p.Chain) }

func (l *List) code(c *coder) {
	coded(c, &l.Elems, func(c *coder, e *Element) {
		c.value(&e.Key)
		c.arg(&e.Arg)
		c.flag(&e.Optional)
		c.flag(&e.Rest)
	})
	c.text(&l.Open)
	c.text(&l.Type)
	c.value(&l.given)
	c.value(&l.text)
}

func (p *Func) code(c *coder) {
	c.value(&p.Result)
	c.number(&p.Of)
}

func (p *Arg) code(c *coder) { c.arg(p) }

func (p *DataDependent) code(c *coder) { c.text(&p.On) }

func (p *Style) code(c *coder) { c.text(&p.Mark) }

func (c *coder) arg(a *Arg) {
	c.value(&a.Value)
	c.flag(&a.Nil)
	c.flag(&a.TypedNil)
	c.flag(&a.Literal)
	c.text(&a.Const)
	c.text(&a.Type)
	optional(c, &a.methods, func(c *coder, l *List) { l.code(c) })
}

func (c *coder) run(r *Run) {
	c.number(&r.At)
	c.text(&r.File)
	c.number(&r.Line)
	c.number(&r.Column)
}

// value codes a value: 0 for none, else one more than the number of its parts, and these.
func (c *coder) value(v *Value) { coded(c, (*[]Part)(v), (*coder).part) }

// part codes the number of a part that is already there, or 0, its kind, and what it is made of.
func (c *coder) part(p *Part) {
	if _, ok := (*p).(*Ref); ok && !c.reading {
		var hole Part = &Hole{Reason: "pointer"}
		p = &hole
	}
	if !c.reading {
		number := c.partNumbers[*p]
		if c.number(&number); number > 0 {
			return
		}
		kind := kindNumbers[reflect.TypeOf(*p)]
		c.number(&kind)
		(*p).code(c)
		c.partNumbers[*p] = len(c.partNumbers) + 1
		return
	}
	var number, kind int
	if c.number(&number); number > 0 {
		*p = at(c, c.parts, number-1)
		return
	}
	c.number(&kind)
	made := at(c, kinds, kind)
	if c.depth++; c.err != nil || c.depth > maxDepth {
		c.err = errEncoding
		return
	}
	*p = made()
	(*p).code(c)
	c.depth--
	c.parts = append(c.parts, *p)
}

func (c *coder) text(s *string) {
	if !c.reading {
		number := c.textNumbers[*s]
		if c.number(&number); number == 0 {
			n := len(*s)
			c.number(&n)
			c.bytes = append(c.bytes, *s...)
			c.textNumbers[*s] = len(c.textNumbers) + 1
		}
		return
	}
	var number, n int
	if c.number(&number); number > 0 {
		*s = at(c, c.texts, number-1)
		return
	}
	if c.number(&n); n < 0 || n > len(c.bytes) {
		c.err = errEncoding
		return
	}
	*s, c.bytes = string(c.bytes[:n]), c.bytes[n:]
	c.texts = append(c.texts, *s)
}

func (c *coder) flag(b *bool) {
	n := 0
	if *b {
		n = 1
	}
	c.number(&n)
	*b = n == 1
}

func (c *coder) number(n *int) {
	if !c.reading {
		c.bytes = binary.AppendVarint(c.bytes, int64(*n))
		return
	}
	read, size := binary.Varint(c.bytes)
	if size <= 0 {
		c.err, c.bytes, *n = errEncoding, nil, 0
		return
	}
	*n, c.bytes = int(read), c.bytes[size:]
}

// coded codes a slice: 0 for nil, else one more than its length, and its elements.
func coded[T any](c *coder, slice *[]T, code func(*coder, *T)) {
	n := 0
	if *slice != nil {
		n = len(*slice) + 1
	}
	c.number(&n)
	if !c.reading {
		for i := range *slice {
			code(c, &(*slice)[i])
		}
		return
	}
	if n < 0 || n > len(c.bytes)+1 { // an element takes a byte at least
		c.err = errEncoding
		return
	}
	if n > 0 {
		*slice = make([]T, n-1)
	}
	for i := 0; i < len(*slice) && c.err == nil; i++ {
		code(c, &(*slice)[i])
	}
}

// optional codes what a pointer points to, if it is not nil.
func optional[T any](c *coder, p **T, code func(*coder, *T)) {
	var one []T
	if *p != nil {
		one = []T{**p}
	}
	coded(c, &one, code)
	if len(one) > 0 {
		*p = &one[0]
	}
}

// at is an element by its number, from 0.
func at[T any](c *coder, list []T, i int) (element T) {
	if i < 0 || i >= len(list) {
		c.err = errEncoding
		return element
	}
	return list[i]
}
