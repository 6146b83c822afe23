package check

import (
	"cmp"
	"context"

	"github.com/schemavet/schemavet/analyzer/usage"
)

// Manifest is what the code at hand sends, with the migrations that it carries. The name is that of
// its module and the revision the commit, if none are given.
func (s *Session) Manifest(ctx context.Context, name, revision string) (*usage.Version, error) {
	c := s.checker()
	v, err := c.load(ctx, "", "manifest")
	if err != nil {
		return nil, err
	}
	c.atHand, v.Tool, v.Name, v.Revision = v, s.opts.Tool, cmp.Or(name, v.Module), revision
	if revision == "" && s.repo != nil {
		if rev, err := s.repo.Resolve(ctx, "HEAD"); err == nil {
			v.Revision = rev.Commit
		}
	}
	if len(s.opts.Database.Migrations) == 0 && len(s.config.Databases) == 0 && !s.hasFolders() {
		return v, nil
	}
	if err := c.openMigrations(ctx); err != nil {
		return nil, err
	}
	for _, d := range c.databases {
		if d.set != nil {
			v.Migrations = append(v.Migrations, migrationsOf(d.set, repeatable)...)
		}
	}
	return v, nil
}

// Versions are those that Options.Deployed names, each with its queries; without any the code at hand.
func (s *Session) Versions(ctx context.Context) ([]*usage.Version, error) {
	c := s.checker()
	if len(s.opts.Deployed) == 0 {
		v, err := c.worktree(ctx)
		return []*usage.Version{v}, err
	}
	var out []*usage.Version
	for _, source := range s.opts.Deployed {
		v, err := c.loadVersion(ctx, source)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
