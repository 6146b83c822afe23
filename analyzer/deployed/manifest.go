package deployed

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/schemavet/schemavet/analyzer/internal/clean"
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
	enc := lineEncoder{&body}
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

// lineEncoder writes one value a line, of which a terminal shows all.
type lineEncoder struct{ body *bytes.Buffer }

func (e lineEncoder) Encode(value any) error {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	err := enc.Encode(value)
	e.body.Write(clean.JSON(line.Bytes()))
	return err
}

// ErrTooLarge says that a file is larger than the limit.
var ErrTooLarge = errors.New("the file is larger than the limit of -manifest-limit")

// Limited is a reader that fails behind a number of bytes.
func Limited(r io.Reader, limit int64) io.Reader { return &limited{r, limit} }

type limited struct {
	io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, ErrTooLarge
	}
	n, err := l.Reader.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err
}

// longestLine bounds a line of a manifest, in bytes.
const longestLine = 256 << 20

// ReadManifest reads what WriteManifest wrote.
func ReadManifest(r io.Reader) (*usage.Version, error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<16), longestLine)
	if !sc.Scan() {
		return nil, cmp.Or(sc.Err(), errors.New("the manifest is empty"))
	}
	v, err := readHeader(sc.Bytes())
	if err != nil {
		return nil, cmp.Or(sc.Err(), err)
	}
	sum := sha256.New()
	take := func(line []byte) {
		sum.Write(line)
		sum.Write([]byte{'\n'})
	}
	take(sc.Bytes())
	for sc.Scan() {
		line := sc.Bytes()
		if bytes.HasPrefix(line, []byte(`{"count":`)) {
			if err := checkTrailer(hex.EncodeToString(sum.Sum(nil)[:16]), line, len(v.Queries)); err != nil {
				return nil, err
			}
			if sc.Scan() || sc.Err() != nil {
				return nil, cmp.Or(sc.Err(), errors.New("something stands behind the last line of the manifest: a file holds one"))
			}
			return v, nil
		}
		take(line)
		var q usage.Query
		if err := json.Unmarshal(line, &q); err != nil {
			return nil, cmp.Or(sc.Err(), fmt.Errorf("the manifest is cut or damaged at line %d: %w", len(v.Queries)+2, err))
		}
		if err := q.Sound(); err != nil {
			return nil, fmt.Errorf("the manifest is damaged at line %d: %w", len(v.Queries)+2, err)
		}
		v.Queries = append(v.Queries, q)
	}
	return nil, cmp.Or(sc.Err(), fmt.Errorf("the manifest is cut: it ends after %d queries without its last line",
		len(v.Queries)))
}

// readHeader reads the first line.
func readHeader(line []byte) (*usage.Version, error) {
	var h headerFields
	if err := json.Unmarshal(line, &h); err != nil || h.Format != manifestFormat {
		return nil, errors.New("not a usage manifest: its first line is no header of one; write it with schemavet usage")
	}
	if h.Version != ManifestVersion {
		return nil, fmt.Errorf("usage manifest of version %d; this schemavet reads version %d", h.Version, ManifestVersion)
	}
	if h.Deployed == nil {
		return nil, errors.New("not a usage manifest: the header names no version")
	}
	return h.Deployed, nil
}

func checkTrailer(digest string, line []byte, count int) error {
	var t trailer
	if err := json.Unmarshal(line, &t); err != nil {
		return fmt.Errorf("last line: %w", err)
	}
	if t.Count != count || t.Digest != digest {
		return errors.New("the manifest is damaged: its last line does not fit its content")
	}
	return nil
}
