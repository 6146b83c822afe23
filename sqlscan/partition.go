package sqlscan

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v5"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// Which partition takes a row that an INSERT writes with constants can be told for keys of one column whose values
// compare as their text does, or as numbers: dates and times without a zone, integers, and lists of texts.

// taker is the partition that takes a row, by the constants that are written; known is false where that cannot be
// told. nil is none.
func (b *binder) taker(c change, children []*catalog.Relation) (taker *catalog.Relation, known bool) {
	if len(c.base.PartitionKey) != 1 || c.event != 'i' {
		return nil, false
	}
	key := c.base.ColumnByNum(c.base.PartitionKey[0].Column)
	if key == nil {
		return nil, false
	}
	value, ok := c.constants[key.Num]
	if !ok {
		return nil, false
	}
	var rest *catalog.Relation
	for _, child := range children {
		if child.PartitionBound == catalog.DefaultPartition {
			rest = child
			continue
		}
		yes, known := takes(child.PartitionBound, key.Type.ID, value)
		if !known {
			return nil, false
		}
		if yes {
			taker = child
		}
	}
	return cmp.Or(taker, rest), true
}

// constants are the values that INSERT … VALUES of one row writes as constants, by the numbers of columns.
func (b *binder) constants(s *pg_query.InsertStmt, w write, cols []insertColumn) map[int16]string {
	lists := s.SelectStmt.GetSelectStmt().GetValuesLists()
	base, num := b.writtenBase(w.rel)
	if len(lists) != 1 || base == nil {
		return nil
	}
	out := map[int16]string{}
	for i, n := range lists[0].GetList().GetItems() {
		if i >= len(cols) || cols[i].col == nil || cols[i].part {
			continue
		}
		if text, ok := writtenConstant(n); ok {
			out[num(cols[i].col.Num)] = text
		}
	}
	return out
}

// writtenConstant is the text of 'a', 5 and 'a'::date.
func writtenConstant(n *pg_query.Node) (string, bool) {
	if cast := n.GetTypeCast(); cast != nil {
		n = cast.Arg
	}
	c := n.GetAConst()
	switch {
	case c == nil || c.Isnull:
		return "", false
	case c.GetSval() != nil:
		return c.GetSval().Sval, true
	case c.GetIval() != nil:
		return strconv.Itoa(int(c.GetIval().Ival)), true
	}
	return "", false
}

// takes says whether a partition takes a value of the key; known is false where that cannot be told.
func takes(bound string, typ catalog.ID, value string) (yes, known bool) {
	st, err := pgtree.Parse("CREATE TABLE x PARTITION OF y " + bound)
	if err != nil || len(st) != 1 || st[0].Err != nil {
		return false, false
	}
	spec := st[0].Node.GetCreateStmt().GetPartbound()
	switch spec.GetStrategy() {
	case "l":
		return isListed(spec.Listdatums, typ, value)
	case "r":
		if len(spec.Lowerdatums) != 1 || len(spec.Upperdatums) != 1 {
			return false, false
		}
		low, ok1 := compareBound(value, spec.Lowerdatums[0], typ)
		high, ok2 := compareBound(value, spec.Upperdatums[0], typ)
		return low >= 0 && high < 0, ok1 && ok2
	}
	return false, false
}

func isListed(list []*pg_query.Node, typ catalog.ID, value string) (yes, known bool) {
	known = true
	for _, n := range list {
		if n.GetAConst().GetIsnull() {
			continue
		}
		text, ok := writtenConstant(n)
		if !ok {
			return false, false
		}
		order, ok := compareKey(value, text, typ, true)
		yes, known = yes || ok && order == 0, known && ok
	}
	return yes, known
}

// compareBound compares a value with the bound of a range, which may be MINVALUE or MAXVALUE.
func compareBound(value string, bound *pg_query.Node, typ catalog.ID) (int, bool) {
	if name, _ := bareName(bound); name != "" {
		return map[string]int{"minvalue": 1, "maxvalue": -1}[name], name == "minvalue" || name == "maxvalue"
	}
	text, ok := writtenConstant(bound)
	if !ok {
		return 0, false
	}
	return compareKey(value, text, typ, false)
}

var (
	isoDate = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
	isoTime = regexp.MustCompile(`^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$`)
)

// compareKey compares two values of a type by their text; those of a list are equal or not.
func compareKey(a, b string, typ catalog.ID, inList bool) (order int, known bool) {
	switch typ {
	case catalog.OIDInt2, catalog.OIDInt4, catalog.OIDInt8:
		x, err1 := strconv.ParseInt(a, 10, 64)
		y, err2 := strconv.ParseInt(b, 10, 64)
		return cmp.Compare(x, y), err1 == nil && err2 == nil
	case catalog.OIDDate:
		return strings.Compare(a, b), isoDate.MatchString(a) && isoDate.MatchString(b)
	case catalog.OIDTimestamp: // A date is its midnight, which is before all times of the day.
		return strings.Compare(a, b), isoTime.MatchString(a) && isoTime.MatchString(b) &&
			(len(a) == len(b) || a[:len("2006-01-02")] != b[:len("2006-01-02")])
	case catalog.OIDText, catalog.OIDVarchar: // Their order is the collation's.
		return strings.Compare(a, b), inList
	}
	return 0, false
}
