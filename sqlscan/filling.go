package sqlscan

import (
	"slices"
	"strings"

	"github.com/schemavet/schemavet/catalog"
)

// omitted notes how columns that an INSERT leaves out are filled.
func (b *binder) omitted(c change) {
	if b.env.Static {
		return
	}
	for _, col := range c.base.Columns {
		if c.set[col.Num] {
			continue
		}
		if col.Default != nil && !col.Generated && col.Identity == 0 {
			for _, d := range col.Default.Deps {
				b.calledBy(d, c.w.at)
			}
			b.defaultNeeds(col.Default, c.w.at)
		}
		name := catalog.Name{Kind: catalog.KindColumn, Schema: c.base.Schema, Name: c.base.Name, Sub: col.Name}
		b.note(Outcome{Start: c.w.at, End: c.w.at, Kind: catalog.KindColumn, Fact: LeftOut, Number: int64(col.Num),
			Name: col.Name, Phase: RunPhase, Object: name, Origin: name, Meaning: b.filling(c.base, col), Type: col.Type,
			Ref: catalog.Dep{Class: catalog.ClassRelation, ID: c.base.ID, Column: col.Num}})
	}
}

// filling says what fills a column of a new row that gets no value.
func (b *binder) filling(rel *catalog.Relation, col catalog.Column) Filling {
	domain, isDomain := b.env.Schema.TypeByID(col.Type.ID)
	switch {
	case col.Generated:
		return Filling{By: ByGenerated}
	case col.Identity != 0:
		return b.drawing(ByIdentity, rel, col)
	case col.Default != nil:
		return b.drawing(ByDefault, rel, col)
	case isDomain && domain.Kind == catalog.DomainType && domain.HasDefault:
		return Filling{By: ByDefault}
	}
	if how, ok := b.filledByTrigger(rel, col.Name); ok {
		return how
	}
	if col.NotNull {
		return Filling{By: ByRefusedNull}
	}
	return Filling{By: ByNull}
}

// drawing is a default or an identity, with the sequence that a unique column draws from. A sequence
// that was set to a number is not told apart from others: it takes the place of another as a rule.
func (b *binder) drawing(by FilledBy, rel *catalog.Relation, col catalog.Column) Filling {
	how := Filling{By: by}
	seq := b.sequenceOf(rel, col)
	if seq == nil || !b.uniqueAlone(rel, col.Num) {
		return how
	}
	how.Draws = true
	if !seq.Sequence.Set {
		how.Sequence, how.Restarts = seq.ID, seq.Sequence.Restarts
	}
	return how
}

// sequenceOf is the sequence that a default or an identity draws from, nil if there is none.
func (b *binder) sequenceOf(rel *catalog.Relation, col catalog.Column) *catalog.Relation {
	var seq *catalog.Relation
	if col.Default != nil {
		for _, d := range col.Default.Deps {
			if r, ok := b.env.Schema.RelationByID(d.ID); ok && d.Class == catalog.ClassRelation && r.Sequence != nil {
				seq = r
			}
		}
	}
	if col.Identity == 0 {
		return seq
	}
	for _, r := range b.env.Schema.Relations() {
		if r.Sequence != nil && r.Sequence.Owner == rel.ID && r.Sequence.OwnerColumn == col.Num {
			seq = r
		}
	}
	return seq
}

func (b *binder) uniqueAlone(rel *catalog.Relation, num int16) bool {
	return slices.ContainsFunc(b.env.Schema.Indexes(rel.ID), func(x *catalog.Relation) bool {
		return x.Index.Unique && len(x.Index.Keys) == 1 && x.Index.Keys[0].Column == num
	})
}

// filledByTrigger says how triggers set a column of new rows, if one does.
func (b *binder) filledByTrigger(r *catalog.Relation, column string) (how Filling, ok bool) {
	for _, t := range r.Triggers {
		if t.Disabled || !t.Before || !t.Row || !slices.Contains([]byte(t.Events), 'i') {
			continue
		}
		f, found := b.env.Schema.FunctionByID(t.Function)
		switch {
		case !found || !strings.Contains(strings.ToLower(f.Body), "new."+column):
		case t.When == nil:
			return Filling{By: ByTrigger}, true
		default:
			how, ok = Filling{By: ByTrigger, When: t.When.SQL}, true
		}
	}
	return how, ok
}
