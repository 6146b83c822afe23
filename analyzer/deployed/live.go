package deployed

import (
	"maps"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/extract"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// markLive clears Live of what nothing reaches from main, init and package variables. If no
// program is among the packages, outside is what other packages of their modules mention;
// without a program in these either, all exported functions and methods are reached. elsewhere
// says which of some methods other modules may call, through interfaces of theirs.
func markLive(v *usage.Version, graphs []*extract.Graph, outside []string, programElsewhere bool,
	elsewhere func(methods map[string]bool) map[string]bool) {
	r := &reachability{mentions: map[string][]string{}, methods: map[string]map[string]string{}, live: map[string]bool{},
		called: map[string]bool{}}
	program := false
	for _, g := range graphs {
		program = program || g.Main
		for fn, m := range g.Mentions {
			r.mentions[fn] = m
		}
		for t, m := range g.Methods {
			r.methods[t] = m
		}
	}
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
	dead := func(s usage.Site) bool { return s.FunctionKey != "" && !r.live[s.FunctionKey] }
	for i := range v.Queries {
		v.Queries[i].Live = v.Queries[i].Live && !dead(v.Queries[i].Site)
	}
	for i := range v.ErrorNames {
		v.ErrorNames[i].Live = !dead(v.ErrorNames[i].Site)
	}
}

// reachability is the closure of what live code mentions.
type reachability struct {
	mentions map[string][]string
	methods  map[string]map[string]string
	live     map[string]bool
	called   map[string]bool
	types    []string
	work     []string
	// library says that there is no program: others may call what is exported.
	library bool
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
				if r.called[name] || r.library && exported(name) {
					r.reach(key)
				}
			}
		}
		if len(r.work) == 0 {
			return
		}
	}
}

func exported(name string) bool { return name != "" && name[0] >= 'A' && name[0] <= 'Z' }
