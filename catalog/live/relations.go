package live

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/schemavet/schemavet/catalog"
)

// readRelations collects the relations with all that hangs on them and puts them into the
// schema.
func (r *reader) readRelations(ctx context.Context) {
	type row struct {
		ID                 catalog.ID
		Schema, Name, Kind string
		RowType            catalog.ID
		RowSecurity, Force bool
		Identity           string
		Partition          bool
		OfType             catalog.ID
		Owner              *string
		CheckOption        string
		Invoker            bool
		Populated          bool
		SequenceType       catalog.ID
		Bound              string
		View               string
	}
	r.relations = map[catalog.ID]*catalog.Relation{}
	for _, c := range rows[row](ctx, r, "relations.sql") {
		r.seen(c.ID)
		rel := &catalog.Relation{ID: c.ID, Schema: c.Schema, Name: c.Name, Kind: catalog.RelKind(c.Kind[0]),
			RowType:        c.RowType,
			PartitionBound: c.Bound, OfType: c.OfType, RowSecurity: c.RowSecurity, ForceRowSecurity: c.Force,
			Temp: c.Schema == "pg_temp", Extension: r.extension("pg_class", c.ID)}
		rel.ACL = r.acls[object{"pg_class", c.ID, 0}]
		if c.Owner != nil && rel.Kind != catalog.Index && rel.Kind != 'I' {
			rel.ACL.Owner = *c.Owner
		}
		if c.Identity != "d" && rel.IsTable() {
			rel.Identity = c.Identity[0]
		}
		switch rel.Kind {
		case 'I':
			rel.Kind = catalog.Index
		case catalog.View, catalog.MatView:
			rel.View = &catalog.ViewDetail{SQL: c.View, CheckOption: c.CheckOption != "", Populated: c.Populated,
				SecurityInvoker: c.Invoker}
		case catalog.Sequence:
			own := r.owners[c.ID]
			rel.Sequence = &catalog.SequenceDetail{Type: catalog.TypeRef{ID: c.SequenceType}, Owner: own.table,
				OwnerColumn: own.column, Identity: own.identity}
		default:
			rel.PartitionOf = c.Partition
		}
		r.relations[c.ID] = rel
	}
	r.readColumns(ctx)
	r.readInherits(ctx)
	r.readConstraints(ctx)
	r.readIndexes(ctx)
	r.readAttached(ctx)
	for _, rel := range slices.SortedFunc(maps.Values(r.relations),
		func(a, b *catalog.Relation) int { return cmp.Compare(a.ID, b.ID) }) {
		r.schema = r.schema.WithRelation(rel)
	}
}

func (r *reader) readColumns(ctx context.Context) {
	type row struct {
		Relation         catalog.ID
		Num              int16
		Name             string
		Type             catalog.ID
		Mod              string
		NotNull          bool
		Generated        bool
		Identity         string
		Dropped          bool
		Inherited, Local bool
		HasDefault       bool
		DefaultID        catalog.ID
		Default          string
	}
	for _, c := range rows[row](ctx, r, "columns.sql") {
		rel := r.relations[c.Relation]
		if rel == nil {
			continue
		}
		rel.SetLastAttr(c.Num)
		if c.Dropped {
			continue
		}
		col := catalog.Column{Num: c.Num, Name: c.Name, Type: catalog.TypeRef{ID: c.Type, Mod: c.Mod}, NotNull: c.NotNull,
			Generated: c.Generated, Inherited: c.Inherited, Local: c.Local}
		if c.Identity != "" {
			col.Identity = c.Identity[0]
		}
		col.Grants = r.acls[object{"pg_class", c.Relation, int32(c.Num)}].Grants
		if c.HasDefault && c.Generated {
			col.Default = &catalog.Expr{SQL: c.Default, Deps: r.needs[object{"pg_class", c.Relation, int32(c.Num)}]}
		} else if c.HasDefault {
			col.Default = &catalog.Expr{SQL: c.Default, Deps: r.depsBut("pg_attrdef", c.DefaultID, c.Relation, c.Num)}
		}
		rel.Columns = append(rel.Columns, col)
	}
}

// depsBut is what an object needs, without the column that it is a part of.
func (r *reader) depsBut(class string, id, table catalog.ID, column int16) []catalog.Dep {
	self := catalog.Dep{Class: catalog.ClassRelation, ID: table, Column: column}
	return slices.DeleteFunc(slices.Clone(r.needs[object{class, id, 0}]), func(d catalog.Dep) bool { return d == self })
}

func (r *reader) readInherits(ctx context.Context) {
	type inherit struct{ Child, Parent catalog.ID }
	for _, i := range rows[inherit](ctx, r, "inherits.sql") {
		if rel := r.relations[i.Child]; rel != nil {
			rel.Parents = append(rel.Parents, i.Parent)
		}
	}
	type partition struct {
		Relation catalog.ID
		Strategy string
		Keys     []int16
		Reads    []int16
	}
	for _, p := range rows[partition](ctx, r, "partitions.sql") {
		rel := r.relations[p.Relation]
		if rel == nil {
			continue
		}
		rel.PartitionBy = p.Strategy[0]
		for _, n := range p.Keys {
			key := catalog.IndexKey{Column: n}
			if n == 0 {
				key.Expr = &catalog.Expr{}
				for _, c := range p.Reads {
					key.Expr.Deps = append(key.Expr.Deps, catalog.Dep{Class: catalog.ClassRelation, ID: p.Relation, Column: c})
				}
			}
			rel.PartitionKey = append(rel.PartitionKey, key)
		}
	}
}

func (r *reader) readConstraints(ctx context.Context) {
	type row struct {
		ID, Relation, Domain            catalog.ID
		Name, Kind                      string
		Columns                         []int16
		Index                           catalog.ID
		Deferrable, NotValid, NoInherit bool
		Inherited, Local                bool
		OnDelete, OnUpdate              string
		Ref                             catalog.ID
		RefColumns                      []int16
		Expr                            string
	}
	for _, c := range rows[row](ctx, r, "constraints.sql") {
		con := catalog.Constraint{Name: c.Name, Kind: catalog.ConstraintKind(c.Kind[0]), Columns: c.Columns,
			Deferrable: c.Deferrable,
			NotValid:   c.NotValid, NoInherit: c.NoInherit, Inherited: c.Inherited, Local: c.Local, Ref: c.Ref,
			RefColumns: c.RefColumns}
		switch con.Kind {
		case catalog.ForeignKey:
			con.RefIndex, con.OnDelete, con.OnUpdate = c.Index, c.OnDelete[0], c.OnUpdate[0]
		case catalog.Check:
			con.Columns = nil
			con.Expr = &catalog.Expr{SQL: c.Expr, Deps: r.needs[object{"pg_constraint", c.ID, 0}]}
		default:
			con.Index = c.Index
		}
		if rel := r.relations[c.Relation]; rel != nil {
			rel.Constraints = append(rel.Constraints, con)
		} else if t := r.types[c.Domain]; t != nil {
			t = t.Clone()
			t.Constraints = append(t.Constraints, con)
			r.types[c.Domain] = t
			r.schema = r.schema.WithType(t)
		}
	}
}

func (r *reader) readIndexes(ctx context.Context) {
	type row struct {
		ID, Table                                  catalog.ID
		Unique, Primary, NullsNotDistinct, Invalid bool
		Method                                     string
		Parent                                     catalog.ID
		Keys                                       int
		Columns                                    []int16
		Predicate                                  string
		Partial                                    bool
		Exprs                                      []string
		Constraint                                 bool
		Identity, Clustered                        bool
		Extensions                                 []string
	}
	for _, x := range rows[row](ctx, r, "indexes.sql") {
		rel := r.relations[x.ID]
		if rel == nil {
			continue
		}
		d := &catalog.IndexDetail{Table: x.Table, Unique: x.Unique, Primary: x.Primary, NullsNotDistinct: x.NullsNotDistinct,
			Invalid: x.Invalid, Method: x.Method, Parent: x.Parent, Constraint: x.Constraint, Extensions: x.Extensions}
		deps := r.needs[object{"pg_class", x.ID, 0}]
		for i, n := range x.Columns {
			switch {
			case i >= x.Keys:
				d.Include = append(d.Include, n)
			case n != 0:
				d.Keys = append(d.Keys, catalog.IndexKey{Column: n})
			default:
				d.Keys = append(d.Keys, catalog.IndexKey{Expr: &catalog.Expr{SQL: x.Exprs[i], Deps: deps}})
			}
		}
		if x.Partial {
			d.Predicate = &catalog.Expr{SQL: x.Predicate, Deps: deps}
		}
		rel.Index = d
		if table := r.relations[x.Table]; x.Clustered && table != nil {
			table.Clustered = x.ID
		}
		if table := r.relations[x.Table]; x.Identity && table != nil {
			table.IdentityIndex = x.ID
		}
	}
}

// Bits of pg_trigger.tgtype.
const (
	triggerRow = 1 << iota
	triggerBefore
	triggerInsert
	triggerDelete
	triggerUpdate
	triggerTruncate
	triggerInsteadOf
)

// readAttached reads what hangs on relations: triggers, rules, policies, what views need.
func (r *reader) readAttached(ctx context.Context) {
	r.readTriggers(ctx)
	type rule struct {
		ID, Relation catalog.ID
		Name, Event  string
		Instead      bool
		Conditional  bool
		Disabled     bool
		Returning    bool
		Nothing      bool
	}
	events := map[string]byte{"1": 's', "2": 'u', "3": 'i', "4": 'd'}
	for _, u := range rows[rule](ctx, r, "rules.sql") {
		if rel := r.relations[u.Relation]; rel != nil {
			rel.Rules = append(rel.Rules, catalog.Rule{Name: u.Name, Event: events[u.Event], Instead: u.Instead,
				Conditional: u.Conditional, Disabled: u.Disabled, Returning: u.Returning, Nothing: u.Nothing,
				Deps: r.depsBut("pg_rewrite", u.ID, u.Relation, 0)})
		}
	}
	type viewRule struct{ ID, Relation catalog.ID }
	for _, v := range rows[viewRule](ctx, r, "viewrules.sql") {
		if rel := r.relations[v.Relation]; rel != nil && rel.View != nil {
			rel.View.Deps = r.depsBut("pg_rewrite", v.ID, v.Relation, 0)
		}
	}
	type policy struct {
		ID, Relation catalog.ID
		Name         string
		Permissive   bool
		Command      string
		Roles        []string
		Using, Check string
	}
	for _, p := range rows[policy](ctx, r, "policies.sql") {
		if rel := r.relations[p.Relation]; rel != nil {
			rel.Policies = append(rel.Policies,
				catalog.Policy{Name: p.Name, Command: p.Command[0], Permissive: p.Permissive, Roles: p.Roles,
					Using: expression(p.Using), Check: expression(p.Check), Deps: r.depsBut("pg_policy", p.ID, p.Relation, 0)})
		}
	}
}

// expression is one that is kept as text alone; nil for none.
func expression(sql string) *catalog.Expr {
	if sql == "" {
		return nil
	}
	return &catalog.Expr{SQL: sql}
}

func (r *reader) readTriggers(ctx context.Context) {
	type trigger struct {
		ID, Relation catalog.ID
		Name         string
		Function     catalog.ID
		Type         int16
		Columns      []int16
		Disabled     bool
		When         bool
		Old, New     string
	}
	letters := []struct {
		bit    int16
		letter string
	}{{triggerInsert, "i"}, {triggerUpdate, "u"}, {triggerDelete, "d"}, {triggerTruncate, "t"}}
	for _, t := range rows[trigger](ctx, r, "triggers.sql") {
		rel := r.relations[t.Relation]
		if rel == nil {
			continue
		}
		tr := catalog.Trigger{Name: t.Name, Function: t.Function, Row: t.Type&triggerRow != 0,
			Before:    t.Type&triggerBefore != 0,
			InsteadOf: t.Type&triggerInsteadOf != 0, Columns: t.Columns, Disabled: t.Disabled, OldTable: t.Old, NewTable: t.New}
		for _, l := range letters {
			if t.Type&l.bit != 0 {
				tr.Events += l.letter
			}
		}
		if t.When {
			tr.When = &catalog.Expr{Deps: r.needs[object{"pg_trigger", t.ID, 0}]}
		}
		rel.Triggers = append(rel.Triggers, tr)
	}
}
