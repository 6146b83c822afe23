package goqu

import (
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/sqlbuild"
)

// writer writes the datasets of one statement.
type writer struct {
	sqlbuild.Writer
	// sent says that values are sent as parameters and do not stand in the text: the outermost
	// dataset is prepared.
	sent bool
}

func newWriter(env orm.Env, steps goval.Value) *writer {
	w := &writer{Writer: sqlbuild.Writer{Env: env}}
	for _, s := range env.Settings("goqu") {
		w.sent = w.sent || s == preparedSetting
	}
	for _, p := range steps {
		c := goval.CallOf(p)
		if c == nil {
			continue
		}
		w.At = c.Run()
		if c.Name == "Prepared" && len(c.Args) == 1 {
			value, known := c.Args[0].Bool()
			w.sent = value || !known
		}
	}
	return w
}

// node is what calls have made: a dataset, an expression, or neither yet.
type node struct {
	dataset *dataset
	expr    *expr
	// unknown is what stands in the place of calls that are not known.
	unknown goval.Value
}

func (n *node) unknownText() goval.Value {
	if len(n.unknown) == 0 {
		return goval.Unknown("a dataset")
	}
	return n.unknown
}

// fold follows the calls of a dataset or an expression.
func (w *writer) fold(steps goval.Value) *node {
	n := &node{}
	for _, p := range steps {
		switch p := p.(type) {
		case *goval.Call:
			w.call(n, p)
		case *goval.List: // an Ex that an Expression is set to
			n.expr = w.condition(goval.Arg{Value: goval.Value{p}})
		default:
			w.root(n, p)
		}
	}
	return n
}

// root is a dataset or an expression that is not known, or a database.
func (w *writer) root(n *node, p goval.Part) {
	t := goval.TypeOf(p)
	if isSession(t) {
		return
	}
	hole := goval.Value{p}
	if reason := goval.ReasonOf(p); reason != "" {
		hole = goval.Unknown(reason)
	}
	n.unknown = append(n.unknown, hole...)
	switch {
	case n.dataset != nil:
		n.dataset.unknown = append(n.dataset.unknown, hole...)
	case strings.HasSuffix(t, "Dataset"), strings.HasSuffix(t, ".QueryExecutor"), strings.HasSuffix(t, ".SQLExpression"):
	default:
		n.expr = &expr{text: hole}
	}
}

func (w *writer) call(n *node, c *goval.Call) {
	key := orm.Owner(c) + "." + c.Name
	switch {
	case isStart(c.Name) && !strings.HasSuffix(orm.Owner(c), "Dataset"):
		n.dataset, n.expr, n.unknown = w.start(c), nil, nil
	case n.dataset == nil && n.expr == nil && len(n.unknown) > 0: // a dataset that is not known
	case n.dataset != nil:
		take, ok := clauses[key]
		if !ok {
			take, ok = clauses["."+c.Name]
		}
		if ok {
			take(w, n.dataset, c)
		} else {
			n.dataset.unknown = append(n.dataset.unknown, goval.Unknown(c.Name)...)
		}
	case n.expr != nil:
		take, ok := methods[c.Name]
		if !ok {
			n.expr = &expr{text: goval.Unknown(c.Name)}
			return
		}
		n.expr = take(w, n.expr, c)
	case functions[c.Name] != nil:
		n.expr = functions[c.Name](w, c)
	case sessionCalls[c.Name]:
	default:
		n.expr = &expr{text: goval.Unknown(c.Name)}
	}
}

// sessionCalls give a database or a dialect.
var sessionCalls = map[string]bool{"New": true, "NewTx": true, "Dialect": true, "DB": true, "Begin": true,
	"BeginTx": true}
