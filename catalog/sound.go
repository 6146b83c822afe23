package catalog

import "fmt"

// Sound says what is wrong with data that is to become a Schema, as a file that anybody may have
// written: every object is there, has an ID of its own, and no object is made of itself, so that
// whoever follows them comes to an end.
func (e Exported) Sound() error {
	g := graph{uses: map[ID][]ID{}}
	for i, r := range e.Relations {
		if r.Relation == nil {
			return fmt.Errorf("relation %d is null", i+1)
		}
		if r.ID == 0 || r.Name == "" {
			return fmt.Errorf("relation %d has no name or ID", i+1)
		}
		if err := g.add(r.ID); err != nil {
			return err
		}
		uses := append([]ID{}, r.Parents...)
		if r.View != nil {
			uses = append(uses, r.View.Base)
			for _, d := range r.View.Deps {
				if d.Class == ClassRelation {
					uses = append(uses, d.ID)
				}
			}
		}
		if r.Index != nil {
			uses = append(uses, r.Index.Table, r.Index.Parent)
		}
		g.uses[r.ID] = uses
	}
	for i, t := range e.Types {
		if t == nil {
			return fmt.Errorf("type %d is null", i+1)
		}
		if err := g.add(t.ID); err != nil {
			return err
		}
		g.uses[t.ID] = []ID{t.Base.ID, t.Subtype, t.Range, t.Elem}
	}
	for i, f := range e.Functions {
		if f == nil {
			return fmt.Errorf("function %d is null", i+1)
		}
		if err := g.add(f.ID); err != nil {
			return err
		}
	}
	if err := e.indexesThere(); err != nil {
		return err
	}
	return g.acyclic()
}

// indexesThere says that each constraint has the index that it names, and each index its table.
func (e Exported) indexesThere() error {
	relations := map[ID]*Relation{}
	for _, r := range e.Relations {
		relations[r.ID] = r.Relation
	}
	for _, r := range e.Relations {
		if (r.Kind == Index) != (r.Index != nil) {
			return fmt.Errorf("relation %s is an index in part", r.Name)
		}
		if r.Index != nil && relations[r.Index.Table] == nil {
			return fmt.Errorf("index %s has no table", r.Name)
		}
		for _, c := range r.Constraints {
			for _, id := range []ID{c.Index, c.RefIndex} {
				if x := relations[id]; id != 0 && (x == nil || x.Index == nil) {
					return fmt.Errorf("constraint %s of %s names an index that is none", c.Name, r.Name)
				}
			}
		}
	}
	return nil
}

// graph is which objects are made of which.
type graph struct{ uses map[ID][]ID }

func (g *graph) add(id ID) error {
	if _, twice := g.uses[id]; twice {
		return fmt.Errorf("two objects have the ID %d", id)
	}
	g.uses[id] = nil
	return nil
}

// acyclic is an error if an object is made of itself. It takes objects away that are made of nothing
// that is left.
func (g *graph) acyclic() error {
	waits := map[ID]int{}
	users := map[ID][]ID{}
	var ready []ID
	for id, uses := range g.uses {
		for _, u := range uses {
			if _, there := g.uses[u]; there {
				waits[id]++
				users[u] = append(users[u], id)
			}
		}
		if waits[id] == 0 {
			ready = append(ready, id)
		}
	}
	done := 0
	for ; len(ready) > 0; done++ {
		id := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		for _, u := range users[id] {
			if waits[u]--; waits[u] == 0 {
				ready = append(ready, u)
			}
		}
	}
	if done < len(g.uses) {
		return fmt.Errorf("%d objects are made of themselves", len(g.uses)-done)
	}
	return nil
}
