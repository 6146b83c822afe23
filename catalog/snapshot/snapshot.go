// Package snapshot writes a catalog.Schema as a canonical JSON file and reads it again. The
// same schema gives the same bytes, and the digest in the header is that of the content.
package snapshot

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

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

// Digest identifies the content of a schema.
func Digest(s *catalog.Schema) string {
	data, err := json.Marshal(s.Export())
	if err != nil {
		return ""
	}
	return digest(data)
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// Write writes the schema.
func Write(w io.Writer, s *catalog.Schema) error {
	data, err := json.MarshalIndent(s.Export(), "", " ")
	if err != nil {
		return err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		return err
	}
	out, err := json.MarshalIndent(file{format, Version, digest(compact.Bytes()), data}, "", " ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(out, '\n'))
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
	var compact bytes.Buffer
	if err := json.Compact(&compact, f.Schema); err != nil {
		return nil, fmt.Errorf("not a schema snapshot: %w", err)
	}
	if got := digest(compact.Bytes()); got != f.Digest {
		return nil, fmt.Errorf("schema snapshot is damaged: digest %s, header says %s", got, f.Digest)
	}
	var e catalog.Exported
	if err := json.Unmarshal(f.Schema, &e); err != nil {
		return nil, fmt.Errorf("not a schema snapshot: %w", err)
	}
	return e.Schema(), nil
}
