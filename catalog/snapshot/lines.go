package snapshot

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// A lineWriter writes JSON that reads and compares well line by line: an object of the schema is
// a line, and so is each column, constraint or trigger of one. What has its zero value is left
// out.
type lineWriter struct{ bytes.Buffer }

// deepest is how deep lists lie of which each element has a line: those of the schema, and
// those of its objects.
const deepest = 2

func (w *lineWriter) value(v reflect.Value, depth int) error {
	switch {
	case v.Kind() == reflect.Pointer && !v.IsNil():
		return w.value(v.Elem(), depth)
	case v.Kind() == reflect.Struct:
		return w.object(v, depth)
	case v.Kind() == reflect.Slice && objects(v):
		return w.list(v, depth+1)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v.Interface())
	w.Truncate(w.Len() - 1) // Encode ends with a line feed.
	return err
}

// objects says that a list is one of objects.
func objects(v reflect.Value) bool {
	e := v.Type().Elem()
	return e.Kind() == reflect.Struct || e.Kind() == reflect.Pointer && e.Elem().Kind() == reflect.Struct
}

func (w *lineWriter) object(v reflect.Value, depth int) error {
	w.WriteByte('{')
	first := true
	for _, f := range members(v) {
		// A list with lines of its own begins a line too.
		long := f.value.Kind() == reflect.Slice && objects(f.value) && depth < deepest
		if !first {
			w.WriteByte(',')
		}
		if first = false; long {
			w.line(depth)
		}
		w.WriteString(`"` + f.name + `":`)
		if err := w.value(f.value, depth); err != nil {
			return err
		}
	}
	w.WriteByte('}')
	return nil
}

func (w *lineWriter) list(v reflect.Value, depth int) error {
	w.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			w.WriteByte(',')
		}
		if depth <= deepest {
			w.line(depth)
		}
		if err := w.value(v.Index(i), depth); err != nil {
			return err
		}
	}
	w.WriteByte(']')
	return nil
}

func (w *lineWriter) line(depth int) { w.WriteString("\n" + strings.Repeat(" ", depth)) }

type member struct {
	name  string
	value reflect.Value
}

// members are the fields of a struct as encoding/json names them, without those that are zero.
func members(v reflect.Value) []member {
	var out []member
	for i := range v.NumField() {
		f, value := v.Type().Field(i), v.Field(i)
		if f.Anonymous {
			out = append(out, members(reflect.Indirect(value))...)
			continue
		}
		if !f.IsExported() || value.IsZero() {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		out = append(out, member{name, value})
	}
	return out
}
