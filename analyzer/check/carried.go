package check

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/deployed"
	"github.com/schemavet/schemavet/analyzer/impact"
	"github.com/schemavet/schemavet/analyzer/internal/checkout"
	"github.com/schemavet/schemavet/analyzer/internal/recognise"
	"github.com/schemavet/schemavet/analyzer/usage"
	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/migration"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

// carriedBy lists the migrations in another tree of the repository: in the same folder, or
// where they are found if that is not there.
func (d *database) carriedBy(tree fs.FS, v *usage.Version) ([]usage.Migration, error) {
	switch {
	case d.set == nil:
		return nil, nil
	case d.set.List != "":
		return d.carriedGoMigrations(tree, v)
	}
	var out []usage.Migration
	moved := true
	for _, part := range d.set.Of() {
		if !migration.Exists(tree, part.Path) {
			continue
		}
		moved = false
		set, err := d.c.readSet(tree, part.Path, part.Format)
		if err != nil {
			return nil, err
		}
		out = append(out, migrationsOf(set, isKnown)...)
	}
	if !moved {
		return out, nil
	}
	found, err := recognise.Find(tree, ".")
	if err != nil {
		return nil, err
	}
	for _, s := range found.Sets {
		set, err := d.c.readSet(tree, s.Path, "")
		if err != nil {
			return nil, err
		}
		out = append(out, migrationsOf(set, isKnown)...)
	}
	return out, nil
}

// migrationsOf are the migrations of a set, with the texts of those that are chosen.
func migrationsOf(set *migration.Set, withText func(migration.Unit) bool) []usage.Migration {
	out := make([]usage.Migration, 0, len(set.Units))
	for _, part := range set.Of() {
		if b := part.Base; b != nil {
			out = append(out, usage.Migration{Set: part.Path, Name: b.File, Digest: b.Digest(), Text: b.Text, Base: true})
		}
	}
	for _, u := range set.Units {
		m := usage.Migration{Set: set.PathOf(u), Version: u.Version, Name: u.Name, Digest: u.Digest()}
		if withText(u) {
			m.Text = strings.TrimLeft(strings.Join(u.Texts(), ";\n"), ";\n")
		}
		out = append(out, m)
	}
	return out
}

// isKnown says that all that a unit runs is known.
func isKnown(u migration.Unit) bool {
	return len(u.Unknown) == 0 &&
		!slices.ContainsFunc(u.Statements, func(s migration.Located) bool { return len(s.Unknown) > 0 })
}

func repeatable(u migration.Unit) bool { return u.Repeatable }

// carries says of a unit whether the version carries it: the same version and name, with a content
// that may have been edited since, which is said; or the same content under a name that is none of
// the set's any more. A migration that can be repeated runs again when it was edited.
func (d *database) carries(v *usage.Version) func(migration.Unit) bool {
	ours := map[string]bool{}
	for _, u := range d.set.Units {
		ours[nameOf(u)] = true
	}
	names, same, renamed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	of := d.partsBySet(v)
	for _, m := range d.carriedOf(v) {
		name := nameOf(migration.Unit{Set: of[m.Set], Version: m.Version, Name: m.Name})
		names[name], same[name+m.Digest] = true, true
		if !ours[name] && m.Digest != migration.Empty {
			renamed[m.Digest] = true
		}
	}
	return func(u migration.Unit) bool {
		name, digest := nameOf(u), d.digest(u)
		return names[name] && (!u.Repeatable || same[name+digest]) || renamed[digest]
	}
}

// carriedOf are the migrations of a version that are of this set: those that have its folder, or one
// of which some migration stands in the set too, since folders move and have other paths in other
// repositories.
func (d *database) carriedOf(v *usage.Version) []usage.Migration {
	known := map[string]bool{}
	for _, u := range d.set.Units {
		known[d.digest(u)] = true
	}
	sets := map[string]bool{}
	for _, m := range v.Migrations {
		if m.Digest != migration.Empty && known[m.Digest] {
			sets[m.Set] = true
		}
	}
	for _, o := range d.c.databases {
		if o.set == nil {
			continue
		}
		for _, part := range o.set.Of() {
			delete(sets, part.Path)
		}
	}
	for _, part := range d.set.Of() {
		sets[part.Path] = true
	}
	return slices.DeleteFunc(slices.Clone(v.Migrations), func(m usage.Migration) bool { return !sets[m.Set] })
}

// nameOf identifies a unit in its set, and that among several.
func nameOf(u migration.Unit) string { return u.Set + "\x00" + u.Version + "\x00" + u.Name }

// partsBySet says, where several sets make the schema, which of them those of a version are, by their folders: the
// same folder, or one of which some migration stands in the set.
func (d *database) partsBySet(v *usage.Version) map[string]string {
	out := map[string]string{}
	if len(d.set.Parts) == 0 {
		return out
	}
	byDigest := map[string]string{}
	for _, u := range d.set.Units {
		byDigest[d.digest(u)] = u.Set
	}
	for _, m := range v.Migrations {
		if part, ok := byDigest[m.Digest]; ok && out[m.Set] == "" && m.Digest != migration.Empty {
			out[m.Set] = part
		}
	}
	for _, part := range d.set.Parts {
		out[part.Path] = part.Path
	}
	return out
}

// digest is that of a unit of the set; it is computed once.
func (d *database) digest(u migration.Unit) string {
	key := u.File + "\x00" + u.Version + "\x00" + u.Name
	if d.known == nil {
		d.known = map[string]string{}
	}
	if _, ok := d.known[key]; !ok {
		d.known[key] = u.Digest()
	}
	return d.known[key]
}

// noteChanged says which migrations of a version were edited, renamed or renumbered since.
func (d *database) noteChanged(v *usage.Version) {
	names, byDigest := map[string]string{}, map[string]string{}
	of := d.partsBySet(v)
	for _, m := range d.carriedOf(v) {
		names[nameOf(migration.Unit{Set: of[m.Set], Version: m.Version, Name: m.Name})] = m.Digest
		byDigest[m.Digest] = m.Name
	}
	has := map[string]bool{}
	for _, u := range d.set.Units {
		has[u.Name] = true
	}
	for _, u := range d.set.Units {
		digest := d.digest(u)
		old, same := names[nameOf(u)]
		from, moved := byDigest[digest]
		switch {
		case u.Repeatable:
		case same && old != digest:
			d.c.note(fmt.Sprintf("%s was edited since %s: what runs there is the old text", u.Name, v.Name), u.File, 0)
		case !same && moved && !has[from] && digest != migration.Empty:
			d.c.note(fmt.Sprintf("%s is %s of %s, renamed: it counts as run", u.Name, from, v.Name), u.File, 0)
		}
	}
}

// before is what a deployed version has of a migration that runs again.
func (d *database) before(u migration.Unit) []migration.Unit {
	if !u.Repeatable {
		return nil
	}
	for _, v := range d.c.versions {
		for _, m := range v.Migrations {
			if m.Name == u.Name && m.Text != "" {
				u.Text, u.Unknown = m.Text, nil
				return []migration.Unit{u}
			}
		}
	}
	return nil
}

// carriedIn lists the migrations of a revision, of which the files are written below a folder.
func (d *database) carriedIn(ctx context.Context, dir string, rev deployed.Revision) ([]usage.Migration, error) {
	if _, err := d.c.s.repo.Extract(ctx, rev, dir); err != nil {
		return nil, err
	}
	v := &usage.Version{}
	if d.set.List != "" {
		b := d.c.s.build(d.c.s.dir, dir)
		b.Files = nil
		sub, err := filepath.Rel(d.c.s.root, d.c.s.dir)
		if err != nil {
			return nil, err
		}
		b.Dir = filepath.Join(dir, sub)
		if v, err = deployed.Load(ctx, b, rev.Name, "git"); err != nil {
			return nil, err
		}
		d.c.problems(v)
	}
	tree, err := checkout.Open(dir)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	return d.carriedBy(tree, v)
}

// withOthers are the migrations that have run, with those that versions carry otherwise than the set: what is gone
// from it stands behind what stood before it there, and what was edited has its old text.
func (d *database) withOthers(applied []migration.Unit) []migration.Unit {
	out, edited := slices.Clone(applied), map[string]bool{}
	for _, v := range d.ranFor {
		out = d.withOthersOf(v, out, edited)
	}
	return out
}

// withOthersOf does so for one version; edited are the names of those that have their old text by now, which the first
// of the versions gave.
func (d *database) withOthersOf(v *usage.Version, applied []migration.Unit, edited map[string]bool) []migration.Unit {
	of := d.partsBySet(v)
	next := 0
	var gone, lost []string
	for _, m := range d.carriedOf(v) {
		u := migration.Unit{Set: of[m.Set], Version: m.Version, Name: m.Name, File: m.Set + "/" + m.Name, Text: m.Text}
		name := nameOf(u)
		at := slices.IndexFunc(applied, func(a migration.Unit) bool { return nameOf(a) == name })
		if at < 0 {
			at = slices.IndexFunc(applied, func(a migration.Unit) bool { return d.digest(a) == m.Digest })
		}
		switch {
		case m.Base || m.Digest == migration.Empty:
		case at >= 0:
			if a := &applied[at]; !a.Repeatable && nameOf(*a) == name && d.digest(*a) != m.Digest && m.Text != "" &&
				!edited[name] {
				a.Text, a.Unknown, a.Statements, edited[name] = m.Text, nil, nil, true
			}
			next = at + 1
		case d.isInSet(name, m.Digest):
		case m.Text == "":
			lost = append(lost, m.Name)
		default:
			gone = append(gone, m.Name)
			applied = slices.Insert(applied, next, u)
			next++
		}
	}
	d.noteGone(v, gone, "it counts as run")
	d.noteGone(v, lost, "what it made is not known here")
	return applied
}

// isInSet says that the set has a migration of this name or content, which may be pending for another version.
func (d *database) isInSet(name, digest string) bool {
	return slices.ContainsFunc(d.set.Units,
		func(u migration.Unit) bool { return nameOf(u) == name || d.digest(u) == digest })
}

func (d *database) noteGone(v *usage.Version, names []string, so string) {
	const listed = 3
	for _, name := range names[:min(len(names), listed)] {
		d.c.note(fmt.Sprintf("%s of %s is gone: %s", name, v.Name, so), d.set.Path, 0)
	}
	if more := len(names) - listed; more > 0 {
		d.c.note(fmt.Sprintf("%d more migrations of %s are gone, %s to %s: %s", more, v.Name, names[listed],
			names[len(names)-1], so), d.set.Path, 0)
	}
}

// leaveOut takes those out of what is pending that the tool never runs behind what a version carries, and tells what
// else the tool would say there.
func (d *database) leaveOut(pending []migration.Unit) []migration.Unit {
	said := map[migration.Note]bool{}
	for _, v := range d.ranFor {
		of := d.partsBySet(v)
		for _, part := range d.set.Of() {
			var ran []migration.Unit
			for _, m := range d.carriedOf(v) {
				if !m.Base && (len(d.set.Parts) == 0 || of[m.Set] == part.Path) {
					ran = append(ran, migration.Unit{Version: m.Version, Name: m.Name, Text: m.Text})
				}
			}
			p, never, err := part.Behind(ran)
			if err != nil && d.ran == nil {
				d.refused(err, said)
			}
			for _, n := range never {
				pending = slices.DeleteFunc(pending, func(u migration.Unit) bool { return d.neverRuns(v, u, n, said) })
			}
			for _, n := range p.Notes {
				if n.File != "" && !said[n] && isPending(pending, n.File) {
					said[n] = true
					d.c.note(n.Message, n.File, 0)
				}
			}
		}
	}
	return pending
}

// leaveOutLive finds what the tool will never run among what it would not run now: a table that holds the position of
// the database does not tell, but the versions do, which carry what has run.
func (d *database) leaveOutLive(isPending func(migration.Unit) bool) {
	notRun := slices.DeleteFunc(slices.Clone(d.set.Units), isPending)
	for _, v := range d.c.versions {
		d.ranFor = append(d.ranFor, v.Version)
		notRun = slices.DeleteFunc(notRun, d.carries(v.Version))
	}
	d.leaveOut(notRun)
}

// neverRuns says that a note is about a unit, and makes it a finding; a note if the unit stands for all that ran
// before it, so that only an empty database needs it.
func (d *database) neverRuns(v *usage.Version, u migration.Unit, n migration.Note, said map[migration.Note]bool) bool {
	if u.File != n.File {
		return false
	}
	if said[n] {
		return true
	}
	said[n] = true
	if d.isSquashed(v, u) {
		d.c.note(n.Message+"; it stands for those that are gone", u.File, 0)
		return true
	}
	at := &catalog.Origin{Migration: u.Name, File: u.File, Line: 1, Column: 1}
	if sts, err := pgtree.Parse(u.Text); err == nil && len(sts) > 0 {
		at.Line, at.Column = pgtree.LineColumn(u.Text, sts[0].Start)
		at.Statement = sts[0].Text
	}
	d.take([]impact.Finding{{Rule: impact.NeverRuns, Verdict: impact.Breaks, Level: impact.LevelError, Message: n.Message,
		Change: at, Advice: impact.NeverRuns.Advice()}})
	return true
}

// isSquashed says that migrations of a version are gone, and that none that it carries stands before a unit any more.
func (d *database) isSquashed(v *usage.Version, u migration.Unit) bool {
	of, carried := d.partsBySet(v), d.carries(v)
	if !slices.ContainsFunc(d.carriedOf(v), func(m usage.Migration) bool {
		return !d.isInSet(nameOf(migration.Unit{Set: of[m.Set], Version: m.Version, Name: m.Name}), m.Digest)
	}) {
		return false
	}
	for _, o := range d.set.Units {
		if o.File == u.File {
			return true
		}
		if carried(o) {
			return false
		}
	}
	return false
}

func isPending(pending []migration.Unit, file string) bool {
	return slices.ContainsFunc(pending, func(u migration.Unit) bool { return u.File == file })
}

// refused says that the tool would run nothing behind what a version carries.
func (d *database) refused(err error, said map[migration.Note]bool) {
	n := migration.Note{Message: err.Error()}
	if !said[n] {
		said[n] = true
		d.c.result.Errors = append(d.c.result.Errors, usage.Problem{Message: n.Message})
	}
}
