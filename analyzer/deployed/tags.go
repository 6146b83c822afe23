package deployed

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"
)

// Latest are the newest tags that a pattern names, newest first: PATTERN for one, PATTERN:N for
// the last N. Where tags are versions, a pre-release counts only if the pattern asks for one, or
// there is nothing else.
func (r *Repository) Latest(ctx context.Context, spec string) ([]Revision, error) {
	pattern, count := spec, 1
	if p, n, ok := strings.Cut(spec, ":"); ok {
		number, err := strconv.Atoi(n)
		if err != nil || number < 1 {
			return nil, fmt.Errorf("latest:%s: want latest:PATTERN or latest:PATTERN:N", spec)
		}
		pattern, count = p, number
	}
	out, err := r.git(ctx, "-c", "versionsort.suffix=-", "for-each-ref", "--sort=-version:refname",
		"--format=%(refname:strip=2)", "refs/tags/"+pattern)
	if err != nil {
		return nil, fmt.Errorf("latest:%s: %w", spec, err)
	}
	tags := strings.Fields(out)
	if releases := without(tags, isPrerelease); len(releases) > 0 && !strings.Contains(pattern, "-") {
		tags = releases
	}
	if len(tags) == 0 {
		return nil, fmt.Errorf("latest:%s: no tag matches here; fetch the tags (fetch-tags: true, or fetch-depth: 0 in CI)",
			spec)
	}
	var list []Revision
	for _, tag := range tags[:min(count, len(tags))] {
		rev, err := r.Resolve(ctx, "refs/tags/"+tag)
		if err != nil {
			return nil, err
		}
		rev.Name = tag
		list = append(list, rev)
	}
	return list, nil
}

func without(list []string, is func(string) bool) []string {
	var out []string
	for _, s := range list {
		if !is(s) {
			out = append(out, s)
		}
	}
	return out
}

// isPrerelease says that a tag, behind the folder of its module, is a version before a release.
func isPrerelease(tag string) bool {
	v := tag[strings.LastIndexByte(tag, '/')+1:]
	if !strings.HasPrefix(v, "v") {
		v = "v" + v
	}
	return semver.Prerelease(v) != ""
}
