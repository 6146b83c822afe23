package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// operators are the keys that the operator alone sets: what the operator's credentials meet, what
// reaches a server or a shell, what is written, and what is believed. A pull request can write a
// config that is found in the checkout, so that it must not hold them.
var operators = []struct {
	key, flag string
	// alone says that the key stands on the command line alone.
	alone bool
}{
	{"db", "-db DSN", false},
	{"shadow", "-shadow DSN", false},
	{"prove", "-prove", false},
	{"version-query", "-version-query SQL", false},
	{"cache", "-cache DIR", false},
	{"env", "-env NAME", false},
	{"config", "-config FILE", true},
	{"o", "-o FILE", true},
	{"write-baseline", "-write-baseline", true},
}

// relaxing are the keys that make the gate wider: they are allowed, and listed in the report.
var relaxing = []string{"accept", "partial", "deployed", "fail-on", "next", "coverage", "baseline", "pending", "tags",
	"packages"}

// Refused is a key that a config which was found in the checkout may not hold.
type Refused struct {
	// File is the config's, Line that of the key, counted from 1.
	File string
	Line int
	// Key is its path, such as databases.orders.db.
	Key  string
	flag string
	// alone says that no config may hold it.
	alone bool
}

func (e *Refused) Error() string {
	if e.alone {
		return fmt.Sprintf("%s:%d: the key %s stands on the command line alone (%s): remove it here", e.File, e.Line, e.Key,
			e.flag)
	}
	flag := e.flag
	if name, ok := strings.CutPrefix(e.Key, "databases."); ok && e.flag == "-db DSN" {
		name, _, _ = strings.Cut(name, ".")
		flag = "-db " + name + "=DSN"
	}
	return fmt.Sprintf("%s:%d: the key %s is the operator's, and anybody who can change the checkout can write "+
		"this file: "+
		"give %s on the command line, or keep a config outside of the checkout and name it with -config FILE", e.File,
		e.Line, e.Key, flag)
}

// Relaxed is a key of a config that was found in the checkout, which makes the gate wider.
type Relaxed struct {
	File string
	Line int
	Key  string
}

// pair is a key of a mapping with its value, behind aliases and merges.
type pair struct{ key, value *yaml.Node }

// pairs are the keys of a mapping, with those that it merges (<<): of nodes that merge each other,
// each once.
func pairs(n *yaml.Node) []pair {
	var out []pair
	seen := map[*yaml.Node]bool{}
	var add func(n *yaml.Node)
	add = func(n *yaml.Node) {
		if n = resolved(n); n == nil || seen[n] {
			return
		}
		seen[n] = true
		switch n.Kind {
		case yaml.SequenceNode: // << takes a list of mappings as well.
			for _, m := range n.Content {
				add(m)
			}
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				if key := resolved(n.Content[i]); key != nil && key.Value == "<<" {
					add(n.Content[i+1])
				} else if key != nil {
					out = append(out, pair{key, n.Content[i+1]})
				}
			}
		}
	}
	add(n)
	return out
}

// maxAliases bounds how many aliases of aliases are followed.
const maxAliases = 20

// resolved is what an alias stands for.
func resolved(n *yaml.Node) *yaml.Node {
	for range maxAliases {
		if n == nil || n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	return nil
}

// judge sorts the keys of a document: those that are refused in it and those that relax. Of a config
// that the command line names only those are refused that no config may hold.
func (c *Config) judge(document *yaml.Node) error {
	if document.Kind != yaml.DocumentNode || len(document.Content) == 0 {
		return nil
	}
	for _, p := range pairs(document.Content[0]) {
		if err := c.judgeKey(p, ""); err != nil {
			return err
		}
		if p.key.Value == "databases" {
			for _, database := range pairs(p.value) {
				for _, q := range pairs(database.value) {
					if err := c.judgeKey(q, "databases."+database.key.Value+"."); err != nil {
						return err
					}
				}
			}
		}
		if p.key.Value == "format" && strings.Contains(p.value.Value, "=") {
			c.Refused = append(c.Refused, &Refused{c.File, p.key.Line, "format with a file", "-format FORMAT=FILE", true})
		}
	}
	return nil
}

func (c *Config) judgeKey(p pair, within string) error {
	if p.key.Kind != yaml.ScalarNode || p.key.ShortTag() != "!!str" {
		return fmt.Errorf("%s:%d: a key that is no plain word", c.File, p.key.Line) // !!binary ZGI= is db.
	}
	for _, o := range operators {
		if o.key == p.key.Value && (!c.Trusted || o.alone) {
			c.Refused = append(c.Refused, &Refused{c.File, p.key.Line, within + o.key, o.flag, o.alone})
		}
	}
	if within == "" && !c.Trusted && slices.Contains(relaxing, p.key.Value) {
		c.Relaxed = append(c.Relaxed, Relaxed{c.File, p.key.Line, p.key.Value})
	}
	return nil
}

// forget leaves out what a found config may not say.
func (c *Config) forget() {
	if c.Trusted {
		return
	}
	c.Prove, c.Shadow, c.Cache, c.Env = false, "", "", nil
	c.DB, c.VersionQuery = "", ""
	for name, d := range c.Databases {
		d.DB, d.VersionQuery = "", ""
		c.Databases[name] = d
	}
	if strings.Contains(c.Format, "=") {
		c.Format = ""
	}
}

// Escapes is an error if a path of a found config leads out of the checkout by its name.
func (c *Config) Escapes(root string) error {
	paths := slices.Clone(c.Deployed)
	for _, d := range c.All() {
		paths = append(append(paths, d.Schema), d.Migrations...)
	}
	for _, p := range paths {
		// A path of migrations may have its format behind it.
		path, _, _ := cutLast(p, ":")
		if p != "" && (!c.contains(root, p) || !c.contains(root, path)) {
			return fmt.Errorf("%s: %s leads out of the repository: name it on the command line, or in a config that "+
				"-config names", c.File, p)
		}
	}
	return nil
}

// cutLast cuts a text at the last separator.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// contains says that a path of the file stays in a folder, by its name.
func (c *Config) contains(root, p string) bool {
	rel, err := filepath.Rel(root, c.Path(p))
	return err == nil && filepath.IsLocal(rel)
}
