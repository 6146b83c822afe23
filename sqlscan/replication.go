package sqlscan

import (
	"fmt"
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// guardPublications notes an UPDATE or DELETE of a published table whose rows have no
// identity (execReplication.c, CheckCmdReplicaIdentity); it fails even if no row is hit.
func (b *binder) guardPublications(c change) {
	if c.event != 'u' && c.event != 'd' {
		return
	}
	if s := b.env.Schema.Server; s > 0 && s < 13 && b.st.Node.GetInsertStmt() != nil {
		return // ON CONFLICT DO UPDATE is asked from 13 on
	}
	b.published(c.base, c.event, c.w.at)
	for _, child := range b.env.Schema.Children(c.base.ID) {
		if child.PartitionOf {
			b.published(child, c.event, c.w.at)
		}
	}
}

func (b *binder) published(rel *catalog.Relation, event byte, at int) {
	if rel.Kind == catalog.Partitioned || rel.Temp {
		return
	}
	for _, p := range b.env.Schema.Publications() {
		t, ok := b.env.Schema.Publishes(p, rel)
		if !ok || event == 'u' && !p.Update || event == 'd' && !p.Delete {
			continue
		}
		key, found := b.identity(rel)
		o := Outcome{Start: at, End: at, Kind: catalog.KindRelation, Fact: ReplicaIdentity, Number: int64(rel.ID),
			Text: string(event),
			Name: rel.Name, State: Failed, Phase: RunPhase,
			SQLSTATE: "55000", Message: fmt.Sprintf("cannot %s table %q because it does not have a replica identity and "+
				"publishes updates", eventNames[event], rel.Name),
			Object: catalog.Name{Kind: catalog.KindRelation, Schema: rel.Schema, Name: rel.Name}}
		switch {
		case rel.Identity == 'f' && t.Columns == nil:
			continue
		case rel.Identity == 'f':
		case !found:
		case t.Columns != nil && !subset(key, t.Columns), !subset(t.Where, key):
		default:
			continue
		}
		if found || rel.Identity == 'f' {
			o.SQLSTATE = "42P10"
			o.Message = fmt.Sprintf("cannot %s table %q: the publication %q uses columns that are not its replica identity",
				eventNames[event], rel.Name, p.Name)
		}
		b.note(o)
		return
	}
}

// identity are the columns by which rows are known to subscribers.
func (b *binder) identity(rel *catalog.Relation) ([]int16, bool) {
	if rel.Identity == 'n' {
		return nil, false
	}
	for _, x := range b.env.Schema.Indexes(rel.ID) {
		if rel.Identity == 'i' && x.ID == rel.IdentityIndex || rel.Identity != 'i' && x.Index.Primary {
			return keyNums(x.Index), true
		}
	}
	return nil, false
}

func subset(part, whole []int16) bool {
	return !slices.ContainsFunc(part, func(n int16) bool { return !slices.Contains(whole, n) })
}
