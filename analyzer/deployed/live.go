package deployed

import (
	"maps"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/extract"
	"github.com/schemavet/schemavet/analyzer/usage"
	"golang.org/x/tools/go/packages"
)

// markLive clears Live of what nothing reaches from main, init and package variables. If no
// program is among the packages, outside is what other packages of their modules mention;
// without a program in these either, all exported functions and methods are reached. elsewhere
// says which of some methods other modules may call, through interfaces of theirs. What others may
// import, and no program of the repository does, is reached by its exported functions too: libraries.
func markLive(v *usage.Version, graphs []*extract.Graph, outside []string, programElsewhere bool,
	libraries *libraryPackages, elsewhere func(methods map[string]bool) map[string]bool) {
	r := newReachability(graphs)
	program := slices.ContainsFunc(graphs, func(g *extract.Graph) bool { return g.Main })
	for _, g := range graphs {
		r.reach(g.Roots...)
		if !program && !programElsewhere {
			r.reach(g.Exported...)
		}
	}
	r.reach(outside...)
	r.library = !program && !programElsewhere || len(v.Errors) > 0 // Types that are not known call who knows what.
	r.run()
	r.called = union(r.called, elsewhere(r.waiting()))
	r.run()
	used := newReachability(graphs)
	used.library, used.programs = true, libraries.programs
	for _, g := range graphs {
		if libraries.public[g.Path] {
			used.reach(g.Roots...)
			used.reach(g.Exported...)
		}
	}
	used.run()
	maps.Copy(r.live, used.live)
	dead := func(s usage.Site) bool { return s.FunctionKey != "" && !r.live[s.FunctionKey] }
	for i := range v.Queries {
		v.Queries[i].Live = v.Queries[i].Live && !dead(v.Queries[i].Site)
	}
	for i := range v.ErrorNames {
		v.ErrorNames[i].Live = !dead(v.ErrorNames[i].Site)
	}
}

func newReachability(graphs []*extract.Graph) *reachability {
	r := &reachability{mentions: map[string][]string{}, methods: map[string]map[string]string{}, live: map[string]bool{},
		called: map[string]bool{}}
	for _, g := range graphs {
		maps.Copy(r.mentions, g.Mentions)
		maps.Copy(r.methods, g.Methods)
	}
	return r
}

// libraryPackages are the packages that other modules can import and that no program among them all does; programs
// are those that one imports. Where programs import most packages of a repository it is an application, and the
// few that none imports are what it has left behind.
type libraryPackages struct{ public, programs map[string]bool }

func libraries(pkgs []*packages.Package) *libraryPackages {
	byPath, used := map[string]*packages.Package{}, map[string]bool{}
	for _, p := range pkgs {
		byPath[p.PkgPath] = p
	}
	var use func(p *packages.Package)
	use = func(p *packages.Package) {
		for path := range p.Imports {
			if q := byPath[path]; q != nil && !used[path] {
				used[path] = true
				use(q)
			}
		}
	}
	for _, p := range pkgs {
		if p.Name == "main" {
			use(p)
		}
	}
	out := map[string]bool{}
	others := 0
	for _, p := range pkgs {
		if p.Name != "main" {
			others++
			out[p.PkgPath] = !used[p.PkgPath] && isPublic(p)
		}
	}
	// Which packages programs import that are not loaded is not known: what they name is.
	if !slices.ContainsFunc(pkgs, func(p *packages.Package) bool { return p.Name == "main" }) || 2*len(used) > others {
		clear(out)
	}
	return &libraryPackages{out, used}
}

// reachability is the closure of what live code mentions.
type reachability struct {
	mentions map[string][]string
	methods  map[string]map[string]string
	live     map[string]bool
	called   map[string]bool
	types    []string
	work     []string
	// library says that there is no program: others may call what is exported, but for the methods of types of
	// packages that programs import.
	library  bool
	programs map[string]bool
}

// waiting are the names of the methods of live types that nothing is known to call.
func (r *reachability) waiting() map[string]bool {
	out := map[string]bool{}
	for _, t := range r.types {
		for name, key := range r.methods[t] {
			if exported(name) && !r.live[key] {
				out[name] = true
			}
		}
	}
	return out
}

func union(a, b map[string]bool) map[string]bool {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

func (r *reachability) reach(keys ...string) {
	for _, k := range keys {
		if name, ok := strings.CutPrefix(k, extract.CallPrefix); ok {
			r.called[name] = true
			continue
		}
		if !r.live[k] {
			r.live[k] = true
			r.work = append(r.work, k)
		}
	}
}

func (r *reachability) run() {
	for {
		for len(r.work) > 0 {
			k := r.work[len(r.work)-1]
			r.work = r.work[:len(r.work)-1]
			r.reach(r.mentions[k]...)
			if _, isType := r.methods[k]; isType {
				r.types = append(r.types, k)
			}
		}
		for _, t := range r.types {
			for name, key := range r.methods[t] {
				if r.called[name] || r.library && exported(name) && !r.programs[packageOf(t)] {
					r.reach(key)
				}
			}
		}
		if len(r.work) == 0 {
			return
		}
	}
}

// packageOf is the path of the package that declares a type, by its key.
func packageOf(key string) string {
	return key[:max(0, strings.LastIndexByte(key, '.'))]
}

func exported(name string) bool { return name != "" && name[0] >= 'A' && name[0] <= 'Z' }
