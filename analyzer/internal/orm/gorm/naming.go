package gorm

import (
	"strings"

	"github.com/jinzhu/inflection"
)

// Naming is how names of Go become names of the database (schema.NamingStrategy).
type Naming struct {
	TablePrefix   string
	SingularTable bool
	NoLowerCase   bool
	// QueryFields says that a SELECT names the columns of its model.
	QueryFields bool
	// NoForeignKeys says that no foreign keys are made, NoRelationships that no tables of related
	// models are either.
	NoForeignKeys, NoRelationships bool
	// Unknown says that the names are made in a way that is not followed.
	Unknown bool
}

// initialisms are those that gorm writes in title case before it looks for words
// (schema/naming.go).
var initialisms = func() *strings.Replacer {
	var pairs []string
	for _, s := range strings.Fields("API ASCII CPU CSS DNS EOF GUID HTML HTTP HTTPS ID IP JSON LHS QPS RAM RHS " +
		"RPC SLA SMTP SSH TLS TTL UID UI UUID URI URL UTF8 VM XML XSRF XSS") {
		pairs = append(pairs, s, s[:1]+strings.ToLower(s[1:]))
	}
	return strings.NewReplacer(pairs...)
}()

// Column is the name of a column of a field.
func (n Naming) Column(field string) string {
	if n.NoLowerCase || field == "" {
		return field
	}
	value := initialisms.Replace(field)
	var b strings.Builder
	upper := func(i int) bool { return i >= 0 && i < len(value) && value[i] >= 'A' && value[i] <= 'Z' }
	digit := func(i int) bool { return i < len(value) && value[i] >= '0' && value[i] <= '9' }
	last := len(value) - 1
	for i := range len(value) {
		c := value[i]
		if !upper(i) {
			b.WriteByte(c)
			continue
		}
		switch {
		case i == last:
			if !upper(i-1) && len(value) > 1 {
				b.WriteByte('_')
			}
		case upper(i-1) && (upper(i+1) || digit(i+1)):
		case i > 0 && value[i-1] != '_' && value[i+1] != '_':
			b.WriteByte('_')
		}
		b.WriteByte(c + 'a' - 'A')
	}
	return b.String()
}

// Table is the name of the table of a struct.
func (n Naming) Table(name string) string {
	if n.SingularTable {
		return n.TablePrefix + n.Column(name)
	}
	return n.TablePrefix + inflection.Plural(n.Column(name))
}

// JoinTable is the name of the table that a many2many tag names.
func (n Naming) JoinTable(tag string) string {
	if !n.NoLowerCase && strings.ToLower(tag) == tag {
		return n.TablePrefix + tag
	}
	return n.Table(tag)
}
