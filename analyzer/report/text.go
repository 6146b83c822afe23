package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/internal/clean"
	"github.com/schemavet/schemavet/analyzer/usage"
)

// How says how much of a result the text has.
type How struct {
	// All has lists whole, and what was recognised and why; Verdict has the last lines alone.
	All, Verdict bool
}

// Text writes the result for people: the base, then the findings of each change together,
// then what is not known.
func Text(w io.Writer, r *Result, how How) error {
	t := &textWriter{w: w, listed: maxListed, alike: maxAlike}
	if how.Verdict {
		t.summary(r)
		return t.err
	}
	if how.All {
		t.listed, t.alike = math.MaxInt, math.MaxInt
		t.candidates(r.Candidates)
	}
	for _, d := range r.Databases {
		t.base(d)
	}
	for _, x := range r.Relaxed {
		t.printf("relaxed by %s:%d: %s\n", x.File, x.Line, x.Key)
	}
	t.findings(r.Findings)
	for _, a := range r.Accepted {
		t.printf("accepted: %s %s (%s)\n", a.Rule, a.Object, a.Reason)
	}
	for _, d := range r.Deployed {
		t.coverage(r, "deployed", d)
	}
	for _, d := range r.Next {
		t.coverage(r, "next", d)
	}
	for _, e := range r.Evidence {
		t.printf("\n%s%s: %s seen running, %d in known code, %d in none\n", e.Source, of(e.Database),
			count(e.Statements, "statement"), e.Known, e.Statements-e.Known)
	}
	for _, d := range r.Drift {
		t.drift(d)
	}
	t.notes(r.Notes)
	t.summary(r)
	return t.err
}

// maxAlike bounds the notes of one kind that the text has; JSON has all.
const maxAlike = 5

// notes prints the notes; of many of one kind, those that differ in names and places alone, the first.
func (t *textWriter) notes(list []usage.Problem) {
	alike := map[string]int{}
	for _, n := range list {
		kind := kindOf(n.Message)
		if alike[kind]++; alike[kind] <= t.alike {
			t.printf("note: %s\n", problem(n.File, n.Line, n.Message))
		}
	}
	for _, n := range list {
		kind := kindOf(n.Message)
		if more := alike[kind] - t.alike; more > 0 {
			t.printf("note: … and %d more like it: %s (-v lists all)\n", more, kind)
			delete(alike, kind)
		}
	}
}

// kindOf is a note without what is special to it.
func kindOf(message string) string {
	for _, kind := range []string{"could not be followed", "not modelled"} {
		if strings.Contains(message, kind) {
			return kind
		}
	}
	return message
}

// textWriter keeps the first error of its writer.
type textWriter struct {
	w   io.Writer
	err error
	// listed and alike bound the places of a list, and the notes of a kind.
	listed, alike int
}

// candidates lists what could be the migrations, with what speaks for each.
func (t *textWriter) candidates(list []Candidate) {
	for _, c := range list {
		verdict := "taken"
		if c.Aside != "" {
			verdict = c.Aside
		}
		if len(c.Reasons) > 0 {
			verdict += fmt.Sprintf("; score %d: %s", c.Score, strings.Join(c.Reasons, ", "))
		}
		t.printf("candidate: %s: %s\n", c.Path, verdict)
	}
}

func (t *textWriter) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = clean.Fprintf(t.w, format, args...)
	}
}

func problem(file string, line int, message string) string {
	switch {
	case file == "":
		return message
	case line == 0:
		return file + ": " + message
	}
	return fmt.Sprintf("%s:%d: %s", file, line, message)
}

func (t *textWriter) base(d Database) {
	server := fmt.Sprintf("PostgreSQL %d", d.Base.Server)
	if d.Base.Assumed {
		server += " assumed"
	}
	pending := count(len(d.Pending), "migration")
	if d.Base.Upgrade != 0 {
		pending += fmt.Sprintf(" and the upgrade to PostgreSQL %d", d.Base.Upgrade)
	}
	t.printf("base%s: %s; %s; search path %s (%s); %s pending\n", of(d.Name), sourceOf(d.Base), server,
		strings.Join(d.Base.SearchPath, ", "), d.Base.PathFrom, pending)
	for i, o := range d.Base.Open {
		if i == t.listed {
			t.printf("open: … and %d more (-v lists all)\n", len(d.Base.Open)-i)
			break
		}
		t.printf("open: %s may hold more than is known\n", o)
	}
}

// sourceOf is where the schema comes from; of migrations where they stand, whose they are and how many have run.
func sourceOf(b Base) string {
	var sets []string
	for _, m := range b.Migrations {
		sets = append(sets, fmt.Sprintf("%s (%s)", m.Path, m.Format))
	}
	if b.Source != "migrations" || len(sets) == 0 {
		return b.Source
	}
	return fmt.Sprintf("%s of %s", count(b.Applied, "migration"), strings.Join(sets, " and "))
}

// of names a database, where there are several.
func of(database string) string {
	if database == "" {
		return ""
	}
	return " of " + database
}

// drift lists where the live catalog is not what the migrations make.
func (t *textWriter) drift(d Drift) {
	unsure := ""
	if d.Unsure > 0 {
		unsure = fmt.Sprintf("; %s of the migrations could not be followed (see the notes)", count(d.Unsure, "statement"))
	}
	t.printf("\ndrift%s: %s%s\n", of(d.Database), count(len(d.Facts), "difference"), unsure)
	for _, f := range d.Facts {
		who, fact := "the database alone has", strings.TrimPrefix(f, "-")
		if strings.HasPrefix(f, "+") {
			who, fact = "the migrations alone make", f[1:]
		}
		t.printf("  %s: %s\n", who, strings.TrimSpace(fact))
	}
}

func count(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// findings groups by change: the statement, the lines that it breaks, the safe ways.
func (t *textWriter) findings(list []impact.Finding) {
	for len(list) > 0 {
		n := 1
		for n < len(list) && sameChange(list[0], list[n]) {
			n++
		}
		t.change(list[0])
		for _, f := range list[:n] {
			t.use(f)
		}
		var advice []string
		for _, f := range list[:n] {
			if f.Change != nil && !slices.Contains(advice, f.Advice) { // Without a change there is none to make safe.
				advice = append(advice, f.Advice)
				t.printf("  safe way: %s\n", f.Advice)
			}
		}
		list = list[n:]
	}
}

func sameChange(a, b impact.Finding) bool {
	if a.Change == nil || b.Change == nil {
		return a.Change == b.Change
	}
	return a.Change.File == b.Change.File && a.Change.Line == b.Change.Line && a.Change.Column == b.Change.Column
}

func (t *textWriter) change(f impact.Finding) {
	t.printf("\n")
	if f.Change == nil {
		t.printf("nothing pending brings what this code needs:\n")
		return
	}
	if f.Change.File == "" {
		t.printf("%s\n", f.Change.Statement)
		return
	}
	t.printf("%s:%d:%d: %s\n", f.Change.File, f.Change.Line, f.Change.Column, oneLine(f.Change.Statement))
}

func (t *textWriter) use(f impact.Finding) {
	state := ""
	if f.SQLSTATE != "" {
		state = " (SQLSTATE " + f.SQLSTATE + ")"
	}
	if f.Proof != "" {
		defer t.printf("    PostgreSQL: %s\n", f.Proof)
	}
	if f.Use == nil {
		t.printf("  %s: %s: %s%s [%s]\n", f.Level, f.Verdict, f.Message, state, f.Rule)
		return
	}
	in := ""
	if f.Use.Function != "" {
		in = " in " + f.Use.Function
	}
	t.printf("  %s: %s:%d:%d%s, %s: %s: %s%s [%s]%s\n", f.Level, f.Use.File, f.Use.Line, f.Use.Column, in, f.Use.Version,
		f.Verdict, f.Message, state, f.Rule, seen(f.Use.Seen))
	if r := f.Use.Reader; r != nil {
		t.printf("    the row is read at %s:%d:%d by %s\n", r.File, r.Line, r.Column, r.API)
	}
	t.excerpt(f.Use)
	if f.Use.Lowered {
		t.printf("    sends: %s\n", oneLine(f.Use.Query))
	}
	if d := f.Use.Declared; d != nil {
		t.printf("    declared at %s:%d:%d\n", d.File, d.Line, d.Column)
	}
	if f.Heals != "" {
		t.printf("    repaired by %s\n", f.Heals)
	}
}

// excerpt shows the line of the query with carets under what is at fault.
func (t *textWriter) excerpt(u *impact.Use) {
	e := u.Excerpt
	if e.Text == "" {
		return
	}
	text := strings.ReplaceAll(e.Text, "\t", " ")
	before, fault := text[:e.At], text[e.At:min(len(text), e.At+e.Length)]
	if runes := []rune(before); len(runes) > maxBefore {
		before = "…" + string(runes[len(runes)-maxBefore+1:])
	}
	number := strconv.Itoa(u.Line)
	t.printf("    %s | %s\n", number, cut(before+text[e.At:]))
	t.printf("    %s | %s%s\n", strings.Repeat(" ", len(number)), strings.Repeat(" ", utf8.RuneCountInString(before)),
		strings.Repeat("^", utf8.RuneCountInString(fault)))
}

// maxBefore is how many characters of a line stand in front of what is at fault, at most.
const maxBefore = 70

func seen(s impact.Seen) string {
	switch s {
	case impact.SeenRunning:
		return ", seen running"
	case impact.NeverSeen:
		return ", never seen running"
	}
	return ""
}

// oneLine folds a statement, and cuts it where it is long.
func oneLine(sql string) string { return cut(strings.Join(strings.Fields(sql), " ")) }

// cut cuts a line where it is long.
func cut(sql string) string {
	if r := []rune(sql); len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return sql
}

// maxListed bounds the places that the text lists; JSON has all.
const maxListed = 20

func (t *textWriter) coverage(r *Result, kind string, d *impact.Report) {
	running := ""
	if len(r.Evidence) > 0 && kind == "deployed" && d.Version.Source != "evidence" {
		running = fmt.Sprintf("; %d seen running, %d never", d.Seen, d.Sites-d.Seen)
	}
	if d.Unreachable > 0 {
		running += fmt.Sprintf("; %s more that nothing reaches", count(d.Unreachable, "site"))
	}
	t.printf("\n%s %s%s: %s: %d resolved, %d partial, %d opaque%s\n", kind, d.Version.Name,
		of(d.Database), count(d.Sites, "site"), d.Resolved, d.Partial, d.Opaque, running)
	t.places("partial", d.PartialSites)
	t.places("opaque", d.OpaqueSites)
	t.places("unbound", d.Unbound)
}

func (t *textWriter) places(kind string, list []impact.Place) {
	for i, p := range list {
		if i == t.listed {
			t.printf("  … and %d more %s (-v lists all)\n", len(list)-i, kind)
			return
		}
		what := p.What
		if p.SQLSTATE != "" {
			what += " (SQLSTATE " + p.SQLSTATE + ")"
		}
		t.printf("  %s: %s:%d:%d: %s\n", kind, p.File, p.Line, p.Column, oneLine(what))
	}
}

func (t *textWriter) summary(r *Result) {
	errors, warnings := 0, 0
	for _, f := range r.Findings {
		switch f.Level {
		case impact.LevelError:
			errors++
		case impact.LevelWarning:
			warnings++
		}
	}
	t.printf("\n")
	if len(r.Pending) == 0 {
		t.printf("Nothing pending%s.\n", since(r))
	}
	switch {
	case errors+warnings > 0:
		t.printf("%s, %s.\n", count(errors, "error"), count(warnings, "warning"))
	case len(r.Deployed) > 0:
		t.printf("No deployed line breaks%s.\n", restsOn(r, r.Deployed))
	default:
		t.printf("No line breaks%s.\n", restsOn(r, r.Next))
	}
}

// restsOn is what the silence rests on: how much was understood, and what could still be touched.
func restsOn(r *Result, reports []*impact.Report) string {
	sites, resolved, partial, opaque := 0, 0, 0, 0
	for _, d := range reports {
		sites, resolved = sites+d.Sites, resolved+d.Resolved
		partial, opaque = partial+d.Partial, opaque+d.Opaque
	}
	if sites == 0 {
		return ": no site was seen"
	}
	out := fmt.Sprintf(": of %s %d %% are resolved", count(sites, "site"), resolved*100/sites)
	if partial > 0 {
		out += fmt.Sprintf(" and %d %% partial", partial*100/sites)
	}
	if opaque > 0 && len(r.Pending) > 0 {
		out += fmt.Sprintf("; what %s could not be read", sendsWhat(opaque))
	}
	return out
}

func sendsWhat(opaque int) string {
	if opaque == 1 {
		return "1 opaque site sends, and whether it uses what is changed,"
	}
	return fmt.Sprintf("%d opaque sites send, and whether they use what is changed,", opaque)
}

func since(r *Result) string {
	if len(r.Deployed) == 0 {
		return ""
	}
	return " since " + r.Deployed[0].Version.Name
}
