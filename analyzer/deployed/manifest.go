package deployed

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/schemavet/schemavet/analyzer/usage"
)

// ManifestVersion is the version of the format; a manifest of another one is refused.
const ManifestVersion = 1

const manifestFormat = "schemavet-usage"

// headerFields is the first line.
type headerFields struct {
	Format   string         `json:"format"`
	Version  int            `json:"version"`
	Deployed *usage.Version `json:"deployed"`
}

// trailer is the last line: without it a manifest is cut.
type trailer struct {
	Count  int    `json:"count"`
	Digest string `json:"digest"`
}

// WriteManifest writes a version as one JSON object a line.
func WriteManifest(w io.Writer, v *usage.Version) error {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(headerFields{manifestFormat, ManifestVersion, v}); err != nil {
		return err
	}
	for i := range v.Queries {
		if err := enc.Encode(&v.Queries[i]); err != nil {
			return err
		}
	}
	sum := sha256.Sum256(body.Bytes())
	if err := enc.Encode(trailer{len(v.Queries), hex.EncodeToString(sum[:16])}); err != nil {
		return err
	}
	_, err := w.Write(body.Bytes())
	return err
}

// ReadManifest reads what WriteManifest wrote.
func ReadManifest(data []byte) (*usage.Version, error) {
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(make([]byte, 1<<20), 256<<20)
	if !sc.Scan() {
		return nil, errors.New("the manifest is empty")
	}
	var h headerFields
	if err := json.Unmarshal(sc.Bytes(), &h); err != nil || h.Format != manifestFormat {
		return nil, errors.New("not a usage manifest: its first line is no header of one; write it with schemavet usage")
	}
	if h.Version != ManifestVersion {
		return nil, fmt.Errorf("usage manifest of version %d; this schemavet reads version %d", h.Version, ManifestVersion)
	}
	if h.Deployed == nil {
		return nil, errors.New("not a usage manifest: the header names no version")
	}
	read := len(sc.Bytes()) + 1
	v := h.Deployed
	for sc.Scan() {
		line := sc.Bytes()
		if bytes.HasPrefix(line, []byte(`{"count":`)) {
			return v, checkTrailer(data[:read], line, len(v.Queries))
		}
		var q usage.Query
		if err := json.Unmarshal(line, &q); err != nil {
			return nil, fmt.Errorf("the manifest is cut or damaged at line %d: %w", len(v.Queries)+2, err)
		}
		v.Queries = append(v.Queries, q)
		read += len(line) + 1
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("the manifest is cut: it ends after %d queries without its last line", len(v.Queries))
}

func checkTrailer(body, line []byte, count int) error {
	var t trailer
	if err := json.Unmarshal(line, &t); err != nil {
		return fmt.Errorf("last line: %w", err)
	}
	sum := sha256.Sum256(body)
	if t.Count != count || t.Digest != hex.EncodeToString(sum[:16]) {
		return errors.New("the manifest is damaged: its last line does not fit its content")
	}
	return nil
}
