// Package snapshot writes a catalog.Schema as a canonical JSON file and reads it again. The
// same schema gives the same bytes, from whichever server and in whatever order it was made, and
// the digest in the header is that of the content. Every object, and every part of one, has a
// line, so that two snapshots compare line by line.
package snapshot

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"reflect"

	"github.com/schemavet/schemavet/catalog"
)

// Version is the version of the format; a file of another one is refused.
const Version = 1

// file is the form on disk.
type file struct {
	Format  string          `json:"format"`
	Version int             `json:"version"`
	Digest  string          `json:"digest"`
	Schema  json.RawMessage `json:"schema"`
}

const format = "schemavet-schema"

// Digest identifies the content of a schema, whichever server it was read from.
func Digest(s *catalog.Schema) string {
	text, err := content(s)
	if err != nil {
		return ""
	}
	return digest(text)
}

// digest is that of JSON, however it is broken into lines.
func digest(text []byte) string {
	h := sha256.New()
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return ""
	}
	h.Write(compact.Bytes())
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// content is the schema as canonical JSON.
func content(s *catalog.Schema) ([]byte, error) {
	var w lineWriter
	err := w.value(reflect.ValueOf(canonical(s)), 0)
	return w.Bytes(), err
}

// Write writes the schema.
func Write(w io.Writer, s *catalog.Schema) error {
	text, err := content(s)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "{\"format\":%q,\n\"version\":%d,\n\"digest\":%q,\n\"schema\":%s\n}\n", format, Version,
		digest(text), text)
	return err
}

// Read reads what Write wrote. A file that is cut, changed or of another version is an
// error that says so.
func Read(data []byte) (*catalog.Schema, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("not a schema snapshot: %w", err)
	}
	if f.Format != format {
		return nil, fmt.Errorf("not a schema snapshot: format is %q, want %q", f.Format, format)
	}
	if f.Version != Version {
		return nil, fmt.Errorf("schema snapshot of version %d; this schemavet reads version %d", f.Version, Version)
	}
	if got := digest(f.Schema); got != f.Digest {
		return nil, fmt.Errorf("schema snapshot is damaged: digest %s, header says %s", got, f.Digest)
	}
	var e catalog.Exported
	if err := json.Unmarshal(f.Schema, &e); err != nil {
		return nil, fmt.Errorf("not a schema snapshot: %w", err)
	}
	if err := e.Sound(); err != nil {
		return nil, fmt.Errorf("not a schema snapshot: %w", err)
	}
	return e.Schema(), nil
}
