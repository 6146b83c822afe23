package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestFoundConfig: what the operator alone says is refused in a config that is found, however it is
// written, and nothing of it holds; the command line may name a config that says it.
func TestFoundConfig(t *testing.T) {
	tests := []struct {
		name, text string
		refused    []string // key:line
	}{
		{"prove", "strict: true\nprove: true\n", []string{"prove:2"}},
		{"not even false", "prove: false\n", []string{"prove:1"}},
		{"shadow", "shadow: host=x\n", []string{"shadow:1"}},
		{"db", "db: host=x\n", []string{"db:1"}},
		{"version-query", "version-query: SELECT 1\n", []string{"version-query:1"}},
		{"cache", "cache: /tmp/x\n", []string{"cache:1"}},
		{"env", "env: [SECRET]\n", []string{"env:1"}},
		{"quoted", "\"pro\\x76e\": true\n", []string{"prove:1"}},
		{"json", "{\"prove\": true, \"db\": \"host=x\"}\n", []string{"prove:1", "db:1"}},
		{"explicit key", "? prove\n: true\n", []string{"prove:1"}},
		{"databases", "databases:\n  a:\n    db: host=x\n  b: {version-query: SELECT 1}\n", []string{"databases.a.db:3", "databases.b.version-query:4"}},
		{"shadow of a database", "databases:\n  a:\n    shadow: host=x\n", []string{"databases.a.shadow:3"}},
		{"anchor", "databases:\n  a: &a\n    db: host=x\n  b: *a\n", []string{"databases.a.db:3", "databases.b.db:3"}},
		{"merge", "databases:\n  a: &a {db: host=x}\n  b:\n    <<: *a\n", []string{"databases.a.db:2", "databases.b.db:2"}},
		{"merge of a list", "databases:\n  a: &a {db: host=x}\n  b:\n    <<: [*a]\n", []string{"databases.a.db:2", "databases.b.db:2"}},
		{"key is an alias", "accept:\n  - {rule: &p prove, reason: x}\n*p : true\n", []string{"prove:2"}},
		{"output", "o: out.json\n", []string{"o:1"}},
		{"config", "config: x.yaml\n", []string{"config:1"}},
		{"write-baseline", "write-baseline: true\n", []string{"write-baseline:1"}},
		{"format with a file", "format: sarif=out.sarif\n", []string{"format with a file:1"}},
		{"nothing", "strict: true\nmigrations: [db]\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			c, err := Find(fstest.MapFS{Name: {Data: []byte(tt.text)}}, root, filepath.Join(root, "sub"))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range c.Refused {
				got = append(got, fmt.Sprintf("%s:%d", r.Key, r.Line))
				if !strings.HasPrefix(r.Error(), fmt.Sprintf("%s:%d: the key %s", Name, r.Line, r.Key)) {
					t.Errorf("message %q", r)
				}
			}
			if !slices.Equal(got, tt.refused) {
				t.Errorf("refused %v, want %v", got, tt.refused)
			}
			for _, d := range append(c.All(), c.Database) {
				if d.DB+d.VersionQuery != "" {
					t.Errorf("of what is refused holds: %+v", d)
				}
			}
			if c.Prove || c.Shadow+c.Cache != "" || len(c.Env) > 0 || strings.Contains(c.Format, "=") {
				t.Errorf("of what is refused holds: %+v", c)
			}
		})
	}
}

func TestNamedConfig(t *testing.T) {
	c, err := Parse([]byte("prove: true\nshadow: host=x\ndb: host=y\nversion-query: SELECT 1\ncache: c\nenv: [A]\naccept: [{rule: x, reason: y}]\n"), "ops.yaml", "/repo")
	if err != nil || len(c.Refused)+len(c.Relaxed) > 0 {
		t.Fatalf("%v, refused %v, relaxed %v", err, c.Refused, c.Relaxed)
	}
	if !c.Prove || c.Shadow == "" || c.DB == "" || c.VersionQuery == "" || c.Cache == "" || len(c.Env) != 1 || c.Dir != "/repo" {
		t.Errorf("%+v", c)
	}
	if c, err := Parse([]byte("o: x\n"), "ops.yaml", "/repo"); err != nil || len(c.Refused) != 1 {
		t.Errorf("%v, refused %v: want o, which no config may hold", err, c.Refused)
	}
}

func TestRelaxed(t *testing.T) {
	root := t.TempDir()
	text := "strict: true\naccept:\n  - {rule: x, reason: y}\nfail-on: error\nnext: none\n"
	c, err := Find(fstest.MapFS{Name: {Data: []byte(text)}}, root, root)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range c.Relaxed {
		got = append(got, fmt.Sprintf("%s:%d", r.Key, r.Line))
	}
	if want := []string{"accept:2", "fail-on:4", "next:5"}; !slices.Equal(got, want) {
		t.Errorf("relaxed %v, want %v", got, want)
	}
}

// TestBadConfigs: one message, soon.
func TestBadConfigs(t *testing.T) {
	bomb := "a: &a [x]\n"
	for i := range 40 {
		bomb += fmt.Sprintf("b%d: &b%d [*%[3]s, *%[3]s, *%[3]s, *%[3]s, *%[3]s, *%[3]s, *%[3]s, *%[3]s]\n", i, i, map[bool]string{true: "a", false: fmt.Sprintf("b%d", i-1)}[i == 0])
	}
	for name, text := range map[string]string{
		"bomb":          bomb,
		"nested":        strings.Repeat("[", 100_000),
		"nested blocks": strings.Repeat("- ", 100_000),
		"large":         "# " + strings.Repeat("x", maxSize),
		"two documents": "strict: true\n---\nprove: true\n",
		"not a mapping": "- prove\n",
		"unknown key":   "proof: true\n",
		"binary key":    "!!binary YWNjZXB0: [{rule: a, reason: b}]\n",
		"binary db":     "databases:\n  a: {!!binary ZGI=: x}\n",
		"twice":         "strict: true\nstrict: false\n",
		"binary":        "\x00\x01",
		"loop":          "databases: &a\n  b: *a\n",
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			if _, err := Find(fstest.MapFS{Name: {Data: []byte(text)}}, root, root); err == nil || strings.Count(err.Error(), "\n") > 3 {
				t.Errorf("error %v", err)
			}
		})
	}
}
