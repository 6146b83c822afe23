// Package sqlcdata runs the PostgreSQL cases of sqlc's end-to-end test data on a server and
// through the simulator and the binder in step.
package sqlcdata

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/schemavet/schemavet/catalog/pgserver"
	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
	"github.com/schemavet/schemavet/cmd/internal/proof/lockstep"
	"github.com/schemavet/schemavet/cmd/internal/scratch"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// Proof is the run.
func Proof() kit.Proof {
	return kit.Proof{Name: "sqlc", Args: "FOLDER",
		Summary: "the PostgreSQL test data of sqlc (internal/endtoend/testdata)",
		Min:     1, Max: 1,
		Run: func(ctx context.Context, f kit.Flags, args []string) error {
			scratch.InMemory()
			return run(ctx, args[0], f.Verbose)
		}}
}

// texts is one path or a list of them.
type texts []string

func (t *texts) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*t = texts{n.Value}
		return nil
	}
	var list []string
	err := n.Decode(&list)
	*t = list
	return err
}

// pack is a schema with queries, as both versions of sqlc's config have them.
type pack struct {
	Engine  string `yaml:"engine"`
	Schema  texts  `yaml:"schema"`
	Queries texts  `yaml:"queries"`
}

type config struct {
	Packages []pack `yaml:"packages"`
	SQL      []pack `yaml:"sql"`
}

func run(ctx context.Context, root string, verbose bool) error {
	cluster, err := pgserver.Start(ctx)
	if err != nil {
		return err
	}
	defer cluster.Stop()
	all := lockstep.NewTally()
	seen := map[string]bool{}
	n := 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if base := filepath.Base(path); err != nil || base != "sqlc.json" && base != "sqlc.yaml" && base != "sqlc.yml" {
			return err
		}
		for _, p := range packs(path) {
			schema, queries := read(filepath.Dir(path), p.Schema), read(filepath.Dir(path), p.Queries)
			if key := schema + "\x00" + queries; queries == "" || seen[key] {
				continue
			} else {
				seen[key] = true
			}
			n++
			name, _ := filepath.Rel(root, filepath.Dir(path))
			if err := one(ctx, cluster, fmt.Sprintf("case%d", n), name, schema, queries, all, verbose); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	})
	fmt.Printf("%d pairs of schema and queries\n%s", n, all)
	return err
}

// packs reads a config; one that is broken on purpose has none.
func packs(path string) []pack {
	data, err := os.ReadFile(path)
	var c config
	if err != nil || yaml.Unmarshal(data, &c) != nil && json.Unmarshal(data, &c) != nil {
		return nil
	}
	return slices.DeleteFunc(append(c.Packages, c.SQL...),
		func(p pack) bool { return p.Engine != "" && p.Engine != "postgresql" })
}

// read joins the files that paths name; a folder is all its .sql files in order.
func read(dir string, paths texts) string {
	var out strings.Builder
	for _, p := range paths {
		p = filepath.Join(dir, p)
		files := []string{p}
		if info, err := os.Stat(p); err == nil && info.IsDir() {
			files, _ = filepath.Glob(filepath.Join(p, "*.sql"))
		}
		for _, f := range files {
			data, _ := os.ReadFile(f)
			out.Write(data)
			out.WriteString("\n;\n")
		}
	}
	return out.String()
}

// sqlc's own functions in queries: an argument is a parameter, embed is a row.
var (
	argument = regexp.MustCompile(`sqlc\.(?:narg|arg|slice)\(\s*'?([A-Za-z_]\w*)'?\s*\)`)
	embed    = regexp.MustCompile(`sqlc\.embed\(\s*([A-Za-z_]\w*)\s*\)`)
)

func one(ctx context.Context, cluster *pgserver.Cluster, database, name, schema, queries string, all *lockstep.Tally,
	verbose bool) error {
	conn, err := cluster.Database(ctx, database)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	r, err := lockstep.New(ctx, conn)
	if err != nil {
		return err
	}
	queries = embed.ReplaceAllString(argument.ReplaceAllString(queries, "@$1"), "$1.*")
	items := lockstep.Script(queries, map[string]string{})
	for i := range items {
		items[i].Text, _ = sqltext.Rewrite(items[i].Text, sqltext.At)
	}
	for _, item := range slices.Concat(lockstep.Script(schema, map[string]string{}), items) {
		res := r.Run(ctx, item)
		all.Add(res)
		if verbose {
			lockstep.Print(os.Stdout, name, item, res)
		}
	}
	return nil
}
