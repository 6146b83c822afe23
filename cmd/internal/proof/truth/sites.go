package truth

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/sqlscan/sqltext"
)

// The classes of sites, as check counts them: of a combined one each part is known, and not each combination is a text.
const (
	resolved, combined, partial, opaque, unseen = "resolved", "resolved, combined", "partial", "opaque", "no site"
)

var classes = []string{resolved, combined, partial, opaque, unseen}

// classOf is what is known of a site.
func classOf(q *usage.Query) string {
	class := resolved
	if q.Combined {
		class = combined
	}
	understood := false
	for _, t := range q.Texts {
		p := sqltext.Parse(t, q.Style)
		understood = understood || p.Err == nil
		if p.Err == nil && p.Partial || p.Err != nil && !q.Combined {
			class = partial
		}
	}
	if !understood {
		return opaque
	}
	return class
}

// tally is how many of the statements that sites of a class sent are among the texts of the site: as a whole, or by
// the names that are known of a part.
type tally struct{ sent, whole, part int }

// inlined matches the frame of a function literal that was inlined: of pkg.outer.func1.inner.2 the function is inner.
var inlined = regexp.MustCompile(`\.func\d+\.([A-Za-z_]\w*)(?:\.\d+|\.func\d+)+$`)

var numbered = regexp.MustCompile(`^(?:func|gowrap)\d+$`)

// functionOf is the function of a frame, as sites name it.
func functionOf(frame string) string {
	if in := inlined.FindStringSubmatch(frame); in != nil && !numbered.MatchString(in[1]) {
		return packageOf(frame) + "." + in[1]
	}
	return closures.ReplaceAllString(frame, "")
}

// parameters are those of generic receivers, which frames write as [...].
var parameters = regexp.MustCompile(`\[[^\]]*\]`)

// keyOf is the function of a site, as functionOf gives it.
func keyOf(q *usage.Query) string {
	return q.Site.Package + "." + parameters.ReplaceAllString(q.Site.Function, "")
}

// siteOf is the site that sent a statement: the last one of the innermost function with sites that begins at or before
// the line; nil if there is none.
func (m *matcher) siteOf(s sent) *usage.Query {
	for _, f := range s.Frames {
		var last *usage.Query
		for _, q := range m.sites[functionOf(f.Function)] {
			if filepath.Base(q.Site.File) == filepath.Base(f.File) && q.Site.Line <= f.Line &&
				(last == nil || q.Site.Line > last.Site.Line) {
				last = q
			}
		}
		if last != nil {
			return last
		}
	}
	return nil
}

// count enters a statement of the deployed code, with the texts that it is, into the table.
func (m *matcher) count(s sent, of []*text) {
	site := m.siteOf(s)
	whole := slices.ContainsFunc(of, func(t *text) bool { return !t.partial })
	if len(of) > 0 && !slices.ContainsFunc(of, func(t *text) bool { return t.site == site }) {
		site = of[0].site
	}
	class, at := unseen, ""
	if site != nil {
		class, at = classOf(site), fmt.Sprintf("%s:%d:%d", site.Site.File, site.Site.Line, site.Site.Column)
	}
	key := at + " " + fingerprint(s.SQL)
	if m.counted[key] {
		return
	}
	m.counted[key] = true
	t := m.tallies[class]
	t.sent++
	switch {
	case whole:
		t.whole++
	case len(of) > 0:
		t.part++
	default:
		m.strange = append(m.strange, fmt.Sprintf("%s %s sent: %s", at, class, short(s.SQL)))
	}
	m.tallies[class] = t
}

// printSites prints the table.
func (m *matcher) printSites() {
	for _, class := range classes {
		if t := m.tallies[class]; t.sent > 0 {
			fmt.Printf("%-20s sent %4d statements, %4d are among its texts, of %d more a part\n", class, t.sent, t.whole, t.part)
		}
	}
	slices.Sort(m.strange)
	for _, s := range m.strange {
		fmt.Println("not among:", s)
	}
}

// writtenByTest says that the text of a statement stands in the file of the test that sent it, through a helper of the
// program that sends what it is given.
func (m *matcher) writtenByTest(s sent) bool {
	for _, f := range s.Frames {
		if strings.HasSuffix(f.File, "_test.go") {
			return strings.Contains(m.source(f.File), beginning(s.SQL))
		}
	}
	return false
}

// source is a file without white space.
func (m *matcher) source(file string) string {
	text, ok := m.files[file]
	if !ok {
		data, err := os.ReadFile(file)
		if err == nil {
			text = folded(string(data))
		}
		m.files[file] = text
	}
	return text
}

// beginning is how a statement begins, without white space: what is long enough to be no chance.
func beginning(sql string) string {
	text := folded(sql)
	if cut := strings.IndexAny(text, "$'\""); cut >= 12 {
		text = text[:cut]
	}
	return text[:min(len(text), 40)]
}

func folded(s string) string { return strings.Join(strings.Fields(s), "") }

func short(sql string) string {
	sql = strings.Join(strings.Fields(sql), " ")
	return sql[:min(len(sql), 300)]
}
