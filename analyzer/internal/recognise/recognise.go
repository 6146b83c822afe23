// Package recognise finds the migrations of a program in its repository, as a person would who is new there: by what
// the folders hold, by what the code embeds and names, and by the tables that its queries name. Every candidate, its
// score and the reasons for it are values.
//
// It reads files and syntax alone, and compiles nothing: the answer comes before the code is loaded. What only types
// can tell (migrations in Go, schemas made of models) is asked elsewhere.
package recognise

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/sqlscan/migration"
)

// Set is a folder of migrations with what speaks for it.
type Set struct {
	migration.Candidate
	// Score is higher the more speaks for it; Reasons say what does.
	Score   int
	Reasons []string
	// Aside is why it is not taken; empty for one that is.
	Aside string
	// Folders are those of the Go code that names it, or its tables, in order.
	Folders []string

	named  bool // by code, or by a configuration
	tables []string
	// used are those of its tables that the code names.
	used int
}

// Found are the sets of a repository.
type Found struct {
	// Sets are those that the program uses; where there are several, Together says why they make one schema, and
	// is empty if that is not known.
	Sets     []*Set
	Together string
	// Aside are the others.
	Aside []*Set
}

// Find looks for the migrations of the program below a folder of a repository or, where it has none there, elsewhere
// in the repository.
func Find(tree fs.FS, top string) (*Found, error) {
	found, err := find(tree, top, top)
	if err != nil || len(found.Sets) > 0 || top == "." {
		return found, err
	}
	return find(tree, ".", top)
}

// find chooses among the candidates below a folder, by the code below another.
func find(tree fs.FS, top, code string) (*Found, error) {
	candidates, err := migration.Candidates(tree, top)
	if err != nil {
		return nil, err
	}
	var all []*Set
	for _, c := range candidates {
		all = append(all, &Set{Candidate: c, tables: tablesOf(c.Set)})
	}
	c := &choice{sets: all}
	c.other()
	if len(c.left()) > 1 {
		e := gather(tree, code)
		for _, s := range c.left() {
			e.weigh(s)
		}
		c.named()
		c.twins()
		c.copies()
		c.unused()
		return c.found(e), nil
	}
	return c.found(nil), nil
}

// choice sets candidates aside, one rule after the other.
type choice struct{ sets []*Set }

// left are the candidates that nothing speaks against.
func (c *choice) left() []*Set {
	var out []*Set
	for _, s := range c.sets {
		if s.Aside == "" {
			out = append(out, s)
		}
	}
	return out
}

// other sets aside what is for another database system, and what is for tests and examples if there is anything else.
func (c *choice) other() {
	for _, s := range c.sets {
		if s.Engine != "" {
			s.Aside = "for " + s.Engine + " by its name"
		}
	}
	if len(c.left()) > 1 {
		for _, s := range c.left() {
			if s.Foreign() {
				s.Aside = fmt.Sprintf("PostgreSQL would refuse %d of its %d files", s.Refused, max(1, len(s.Set.Units)))
			}
		}
	} else if one := c.left(); len(one) == 1 && one[0].Set != nil && one[0].Refused == len(one[0].Set.Units) {
		one[0].Aside = "PostgreSQL would refuse all of it"
	}
	for _, s := range c.left() {
		if s.Apart != "" {
			s.Aside = "in a folder of " + s.Apart
		}
	}
}

// named sets aside what nothing names, where code or a configuration names another one.
func (c *choice) named() {
	if !slices.ContainsFunc(c.left(), func(s *Set) bool { return s.named }) {
		return
	}
	for _, s := range c.left() {
		if !s.named && s.used == 0 {
			s.Aside = "neither code nor configuration names it"
		}
	}
}

// copies sets aside what has nothing that a better one does not have.
func (c *choice) copies() {
	for _, s := range c.left() {
		for _, o := range c.left() {
			if s != o && better(o, s) && s.isCopyOf(o) {
				s.Aside = "a copy of " + o.Path
				break
			}
		}
	}
}

// better says that one set is taken before another one that has the same.
func better(s, o *Set) bool {
	return cmp.Or(s.Score-o.Score, s.size()-o.size(), len(o.Path)-len(s.Path), strings.Compare(o.Path, s.Path)) > 0
}

func (s *Set) size() int {
	if s.Set == nil {
		return 0
	}
	return len(s.Set.Units)
}

func (s *Set) isCopyOf(o *Set) bool {
	if s.Set == nil || o.Set == nil {
		return false
	}
	has := map[string]bool{}
	for _, u := range o.Set.Units {
		has[u.Digest()] = true
	}
	return !slices.ContainsFunc(s.Set.Units, func(u migration.Unit) bool { return !has[u.Digest()] })
}

// ours are words in a path that say that the SQL is PostgreSQL's.
var ours = regexp.MustCompile(`(?i)(^|[/_.-])(postgres(ql)?|pg|pgsql|psql|pgx)([/_.-]|$)`)

// twins sets aside what makes the tables of one that is for PostgreSQL by its name.
func (c *choice) twins() {
	for _, s := range c.left() {
		for _, o := range c.left() {
			if s != o && ours.MatchString(o.Path) && !ours.MatchString(s.Path) && share(s.tables, o.tables)*2 > len(s.tables) {
				s.Aside = "it makes the tables that " + o.Path + " makes for PostgreSQL"
				break
			}
		}
	}
}

// share is how many of some names are among others.
func share(names, others []string) int {
	n := 0
	for _, name := range names {
		if slices.Contains(others, name) {
			n++
		}
	}
	return n
}

// unused sets aside what the code does not seem to use, where it uses another one.
func (c *choice) unused() {
	left := c.left()
	if !slices.ContainsFunc(left, func(s *Set) bool { return s.used > 0 && s.used*2 >= len(s.tables) }) {
		return
	}
	for _, s := range left {
		if s.Set != nil && s.used == 0 && !s.named && len(s.tables) > 0 {
			s.Aside = "no code names its tables"
		}
	}
}

// found is the result; of several sets e tells whether one statement uses them together.
func (c *choice) found(e *evidence) *Found {
	f := &Found{}
	for _, s := range c.sets {
		if s.Aside == "" {
			f.Sets = append(f.Sets, s)
		} else {
			f.Aside = append(f.Aside, s)
		}
	}
	if len(f.Sets) > 1 && e != nil {
		f.Together = e.together(f.Sets)
	}
	return f
}

// createTable matches the name of a table that is made.
var createTable = regexp.MustCompile(`(?i)\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)`)

// tablesOf are the names of the tables that a set makes, without schemas, in small letters.
func tablesOf(s *migration.Set) []string {
	if s == nil {
		return nil
	}
	var out []string
	for _, u := range s.Units {
		for _, text := range u.Texts() {
			for _, m := range createTable.FindAllStringSubmatch(text, -1) {
				name := strings.ToLower(strings.ReplaceAll(m[1], `"`, ""))
				name = name[strings.LastIndexByte(name, '.')+1:]
				if !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// Name is what tells the set from others, as a name for its database; empty if its path says nothing.
func (s *Set) Name() string {
	for p := s.Path; p != "." && p != "/"; p = path.Dir(p) {
		name := path.Base(p)
		if !generic[strings.ToLower(name)] && !strings.HasPrefix(name, ".") {
			return strings.Trim(genericPart.ReplaceAllString(name, ""), "-_.")
		}
	}
	return ""
}

// generic are names of folders that say nothing of what the migrations in them are of.
var generic = map[string]bool{"migrations": true, "migration": true, "migrate": true, "sql": true, "db": true,
	"database": true, "schema": true, "postgres": true, "postgresql": true, "pg": true, "internal": true, "pkg": true,
	"store": true, "storage": true}

var genericPart = regexp.MustCompile(`(?i)[-_]?migrations?[-_]?`)

// maxPackages bounds the patterns that are proposed; more are all packages.
const maxPackages = 3

// Packages are patterns of the packages that a set seems to belong to, relative to a folder: the folder of its name,
// else those of the code that names it, or its tables; all if that is not known.
func (s *Set) Packages(dir string) []string {
	folders := s.Folders
	for _, f := range folders {
		if path.Base(f) == s.Name() {
			folders = []string{f}
			break
		}
	}
	var out []string
	for _, f := range folders {
		rel := f
		if dir != "." {
			rel = strings.TrimPrefix(strings.TrimPrefix(f, dir), "/")
		}
		if rel == "" || rel == "." {
			return []string{"./..."}
		}
		out = append(out, "./"+rel+"/...")
	}
	if len(out) == 0 || len(out) > maxPackages {
		return []string{"./..."}
	}
	return out
}
