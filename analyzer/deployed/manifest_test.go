package deployed

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

func sampleVersion() *usage.Version {
	return &usage.Version{Name: "v1", Source: "git", Module: "example.com/app", Migrations: []usage.Migration{{Set: "m", Version: "1", Name: "1_a", Digest: "d"}},
		Queries: []usage.Query{{Site: usage.Site{File: "a.go", Line: 3, Column: 4, API: "x"}, Live: true,
			Texts: []sqltext.Text{{SQL: "SELECT <a> & 'é'", Holes: []sqltext.Hole{{At: 3, Place: sqltext.ValuePlace}}, Runs: []sqltext.Run{{File: "a.go", Line: 3, Column: 9}}}}}}}
}

func encode(t testing.TB, v *usage.Version) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteManifest(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestManifestRoundTrip(t *testing.T) {
	v := sampleVersion()
	got, err := ReadManifest(bytes.NewReader(encode(t, v)))
	if err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("%v: got %+v", err, got)
	}
}

func TestManifestIsCutNowhereUnnoticed(t *testing.T) {
	data := encode(t, sampleVersion())
	for i := range len(data) - 1 {
		if _, err := ReadManifest(bytes.NewReader(data[:i])); err == nil {
			t.Fatalf("cut after %d of %d bytes and not noticed", i, len(data))
		}
	}
	for _, change := range [][2]string{{"a.go", "b.go"}, {`"count":1`, `"count":2`}} {
		if _, err := ReadManifest(strings.NewReader(strings.Replace(string(data), change[0], change[1], 1))); err == nil {
			t.Errorf("%q changed to %q and not noticed", change[0], change[1])
		}
	}
}

func FuzzReadManifest(f *testing.F) {
	f.Add(encode(f, sampleVersion()))
	f.Add([]byte(`{"format":"schemavet-usage","version":1,"deployed":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := ReadManifest(bytes.NewReader(data))
		if err == nil && v == nil {
			t.Fatal("neither a version nor an error")
		}
	})
}
