package goval

import "encoding/gob"

// The parts travel in facts under short names: each stands in the encoding once per part.
func init() {
	for name, part := range map[string]Part{
		"l": &Lit{}, "h": &Hole{}, "p": &Param{}, "o": &OneOf{}, "f": &Format{}, "e": &File{}, "c": &Call{},
		"b": &Lowered{}, "a": &Arg{}, "d": &Depends{}, "s": &Style{},
	} {
		gob.RegisterName("schemavet."+name, part)
	}
}
