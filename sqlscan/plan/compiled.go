package plan

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/catalog/snapshot"
	"github.com/schemavet/schemavet/sqlscan/migration"
)

// Compiled is what a driver that judges code in the last state needs of a plan: that state,
// and which statement did what. It can be kept in a file.
type Compiled struct {
	// Last is the schema after all units.
	Last *catalog.Schema
	// Log is what each statement did, in order.
	Log []Entry
}

// Entry is a statement with its effects.
type Entry struct {
	// Origin is the statement, Effects what it did.
	Origin  catalog.Origin
	Effects []catalog.Effect
}

// CompileLast runs all units on start and keeps the last state and the log.
func CompileLast(start *catalog.Schema, units []migration.Unit) *Compiled {
	p := Compile(start, units, nil, []string{"public"})
	c := &Compiled{Last: p.Base}
	for _, s := range p.Applied {
		for _, ch := range s.Changes {
			c.Log = append(c.Log, Entry{ch.Origin, ch.Effects})
		}
	}
	return c
}

// Blame finds the last statement that removed or changed a name; nil if none did.
func (c *Compiled) Blame(n catalog.Name) *catalog.Origin {
	for i := len(c.Log) - 1; i >= 0; i-- {
		for _, e := range c.Log[i].Effects {
			if e.Name == n && e.Op != catalog.OpOpaque {
				return &c.Log[i].Origin
			}
		}
	}
	return nil
}

// compiledFile is the form on disk.
type compiledFile struct {
	Last json.RawMessage
	Log  []Entry
}

// Encode writes the plan for Decode.
func (c *Compiled) Encode() ([]byte, error) {
	var b bytes.Buffer
	if err := snapshot.Write(&b, c.Last); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // The digest is that of the text as it is.
	err := enc.Encode(compiledFile{b.Bytes(), c.Log})
	return out.Bytes(), err
}

// Decode reads what Encode wrote.
func Decode(data []byte) (*Compiled, error) {
	var f compiledFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("compiled plan: %w", err)
	}
	s, err := snapshot.Read(f.Last)
	if err != nil {
		return nil, fmt.Errorf("compiled plan: %w", err)
	}
	return &Compiled{s, f.Log}, nil
}
