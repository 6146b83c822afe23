package ddl

import (
	"cmp"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// partitionBound writes the bound of a partition as pg_get_expr does.
func partitionBound(b *pg_query.PartitionBoundSpec) string {
	list := func(nodes []*pg_query.Node) string {
		var out []string
		for _, n := range nodes {
			text := pgtree.DeparseExpr(n)
			if n.GetColumnRef() != nil {
				text = strings.ToUpper(text)
			}
			out = append(out, text)
		}
		return "(" + strings.Join(out, ", ") + ")"
	}
	switch {
	case b.GetIsDefault():
		return catalog.DefaultPartition
	case len(b.GetListdatums()) > 0:
		return "FOR VALUES IN " + list(b.Listdatums)
	case b.GetStrategy() == "h":
		return fmt.Sprintf("FOR VALUES WITH (modulus %d, remainder %d)", b.Modulus, b.Remainder)
	}
	return "FOR VALUES FROM " + list(b.GetLowerdatums()) + " TO " + list(b.GetUpperdatums())
}

// partitionRows are the rows that a partition takes. Of a list its one tuple per value, of a range from
// the first tuple to before the second.
type partitionRows struct {
	by                 byte // 'l', 'r', 'h', or 'd' for the default partition
	tuples             [][]datum
	modulus, remainder int32
}

// datum is a value of a bound: less than all ('-'), more than all ('+'), null ('n'), a text
// that can be compared ('v') or something else ('?').
type datum struct {
	kind byte
	text string
}

// bounds are those that were read, by their texts: each new partition is compared with all others.
var bounds = memo[partitionRows]{read: parseBound}

// boundOf reads the bound of a partition that the catalog keeps as text.
func boundOf(r *catalog.Relation) (partitionRows, bool) { return bounds.get(r.PartitionBound) }

func parseBound(text string) (partitionRows, bool) {
	sts, err := pgtree.Parse("CREATE TABLE p PARTITION OF t " + text)
	if err != nil || len(sts) != 1 || sts[0].Err != nil {
		return partitionRows{}, false
	}
	return readBound(sts[0].Node.GetCreateStmt().GetPartbound())
}

func readBound(b *pg_query.PartitionBoundSpec) (partitionRows, bool) {
	tuple := func(nodes []*pg_query.Node) []datum {
		out := make([]datum, 0, len(nodes))
		for _, n := range nodes {
			out = append(out, readDatum(n))
		}
		return out
	}
	switch {
	case b == nil:
		return partitionRows{}, false
	case b.IsDefault:
		return partitionRows{by: 'd'}, true
	case b.Strategy == "h":
		return partitionRows{by: 'h', modulus: b.Modulus, remainder: b.Remainder}, true
	case b.Strategy == "r":
		return partitionRows{by: 'r', tuples: [][]datum{tuple(b.Lowerdatums), tuple(b.Upperdatums)}}, true
	}
	out := partitionRows{by: 'l'}
	for _, d := range tuple(b.Listdatums) {
		out.tuples = append(out.tuples, []datum{d})
	}
	return out, true
}

func readDatum(n *pg_query.Node) datum {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_ColumnRef:
		switch strings.Join(strs(x.ColumnRef.Fields), ".") {
		case "minvalue":
			return datum{kind: '-'}
		case "maxvalue":
			return datum{kind: '+'}
		}
	case *pg_query.Node_TypeCast:
		return readDatum(x.TypeCast.Arg)
	case *pg_query.Node_AConst:
		switch v := x.AConst.Val.(type) {
		case *pg_query.A_Const_Ival:
			return datum{'v', strconv.Itoa(int(v.Ival.Ival))}
		case *pg_query.A_Const_Fval:
			return datum{'v', v.Fval.Fval}
		case *pg_query.A_Const_Sval:
			return datum{'v', v.Sval.Sval}
		case *pg_query.A_Const_Boolval:
			return datum{'v', strconv.FormatBool(v.Boolval.Boolval)}
		}
		if x.AConst.Isnull {
			return datum{kind: 'n'}
		}
	}
	return datum{kind: '?'}
}

// partitionNames are the strategies as messages name them.
var partitionNames = map[byte]string{'l': "list", 'r': "range", 'h': "hash"}

// checkBound refuses a bound that the table cannot have, or that takes rows of another
// partition (transformPartitionBound, check_new_partition_bound).
func (a *applier) checkBound(parent *catalog.Relation, name string, spec *pg_query.PartitionBoundSpec) {
	b, ok := readBound(spec)
	if !ok || parent.Kind != catalog.Partitioned || parent.PartitionBy == 0 {
		return
	}
	about := relationName(parent)
	switch {
	case b.by == 'd' && parent.PartitionBy == 'h':
		a.fail(about, "42P16", "a hash-partitioned table may not have a default partition")
	case b.by != 'd' && b.by != parent.PartitionBy:
		a.fail(about, "42P16", "invalid bound specification for a %s partition", partitionNames[parent.PartitionBy])
	case b.by == 'h' && b.modulus <= 0:
		a.fail(about, "42P16", "modulus for hash partition must be an integer value greater than zero")
	case b.by == 'h' && b.remainder >= b.modulus:
		a.fail(about, "42P16", "remainder for hash partition must be less than modulus")
	}
	k := boundKey{types: a.keyTypes(parent)}
	if b.by == 'r' {
		a.checkRange(about, name, len(parent.PartitionKey), b, k)
	}
	for _, sibling := range a.s.Children(parent.ID) {
		other, ok := boundOf(sibling)
		switch {
		case !ok:
		case b.by == 'd' && other.by == 'd':
			a.fail(about, "42P17", "partition %q conflicts with existing default partition %q", name, sibling.Name)
		case b.by == 'h' && b.modulus%other.modulus != 0 && other.modulus%b.modulus != 0:
			a.fail(about, "42P17", "every hash partition modulus must be a factor of the next larger modulus")
		case k.overlap(b, other):
			a.fail(about, "42P17", "partition %q would overlap partition %q", name, sibling.Name)
		}
	}
}

// checkRange refuses the bounds of a range that are none.
func (a *applier) checkRange(about catalog.Name, name string, width int, b partitionRows, k boundKey) {
	for i, side := range []string{"FROM", "TO"} {
		if len(b.tuples[i]) != width {
			a.fail(about, "42P16", "%s must specify exactly one value per partitioning column", side)
		}
		var endless byte
		for _, d := range b.tuples[i] {
			if d.kind == 'n' {
				a.fail(about, "42P17", "cannot specify NULL in range bound")
			}
			if endless != 0 && d.kind != endless {
				a.fail(about, "42804", "every bound following MINVALUE or MAXVALUE must be the same")
			}
			if d.kind == '-' || d.kind == '+' {
				endless = d.kind
			}
		}
	}
	if order, ok := k.compare(b.tuples[0], b.tuples[1]); ok && order >= 0 {
		a.fail(about, "42P17", "empty range bound specified for partition %q", name)
	}
}

// keyTypes are the types of a partition key's parts; 0 for an expression.
func (a *applier) keyTypes(r *catalog.Relation) []*catalog.Type {
	var out []*catalog.Type
	for _, k := range r.PartitionKey {
		var t *catalog.Type
		if c := r.ColumnByNum(k.Column); c != nil {
			t, _ = a.s.TypeByID(a.s.BaseType(c.Type.ID))
		}
		out = append(out, t)
	}
	return out
}

// boundKey compares the values of a partition key. What it cannot order without the server
// (a text under a collation, a time without its zone) it does not judge.
type boundKey struct{ types []*catalog.Type }

func (k boundKey) overlap(b, other partitionRows) bool {
	if b.by != other.by {
		return false
	}
	switch b.by {
	case 'h':
		step := min(b.modulus, other.modulus)
		return b.remainder%step == other.remainder%step
	case 'l':
		return slices.ContainsFunc(b.tuples, func(t []datum) bool {
			return slices.ContainsFunc(other.tuples, func(o []datum) bool {
				order, ok := k.compare(t, o)
				return ok && order == 0
			})
		})
	case 'r':
		before, ok1 := k.compare(b.tuples[0], other.tuples[1])
		after, ok2 := k.compare(other.tuples[0], b.tuples[1])
		return ok1 && ok2 && before < 0 && after < 0
	}
	return false
}

// compare orders two tuples (partition_rbound_cmp); false if that takes a server.
func (k boundKey) compare(x, y []datum) (order int, ok bool) {
	for i := range min(len(x), len(y), len(k.types)) {
		if x[i].kind == y[i].kind && x[i].kind != 'v' {
			return 0, x[i].kind != '?'
		}
		if x[i].kind == '?' || y[i].kind == '?' {
			return 0, false
		}
		if x[i].kind != 'v' || y[i].kind != 'v' {
			return endOrder[x[i].kind] - endOrder[y[i].kind], true
		}
		if order, ok = compareText(k.types[i], x[i].text, y[i].text); !ok || order != 0 {
			return order, ok
		}
	}
	return 0, true
}

// endOrder orders what is no value against what is one.
var endOrder = map[byte]int{'-': -1, 'v': 0, '+': 1, 'n': 2}

func compareText(t *catalog.Type, x, y string) (int, bool) {
	switch {
	case t == nil:
		return 0, false
	case t.Category == 'N':
		p, ok1 := new(big.Rat).SetString(strings.TrimSpace(x))
		q, ok2 := new(big.Rat).SetString(strings.TrimSpace(y))
		if !ok1 || !ok2 {
			return 0, false
		}
		return p.Cmp(q), true
	case t.Category == 'D':
		p, zone1, ok1 := isoTime(x)
		q, zone2, ok2 := isoTime(y)
		return strings.Compare(p, q), ok1 && ok2 && (zone1 == zone2 || t.Name != "timestamptz")
	case t.Name == "uuid":
		return strings.Compare(strings.ToLower(x), strings.ToLower(y)), len(x) == 36 && len(y) == 36
	}
	return strings.Compare(x, y), x == y
}

var isoForm = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::(\d\d))?)?([+-]\d\d(?::?\d\d)?|Z)?$`)

// isoTime brings an ISO date or time to one form; what is written otherwise it leaves to the
// server.
func isoTime(text string) (form, zone string, ok bool) {
	m := isoForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return "", "", false
	}
	return m[1] + " " + cmp.Or(m[2], "00:00") + ":" + cmp.Or(m[3], "00"), m[4], true
}
