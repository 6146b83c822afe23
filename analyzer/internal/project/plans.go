package project

import (
	"sync"

	"github.com/schemavet/schemavet/sqlscan/plan"
)

// maxPlans bounds the plans that a loader keeps: those of the databases of a repository, and of a
// few edits.
const maxPlans = 16

// plans are compiled plans by the digest of what they were made of, the newest last.
type plans struct {
	mu      sync.Mutex
	digests []string
	kept    map[string]*plan.Compiled
}

func (p *plans) get(digest string) *plan.Compiled {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[digest]
}

func (p *plans) put(digest string, c *plan.Compiled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil {
		p.kept = map[string]*plan.Compiled{}
	}
	if p.kept[digest] == nil {
		p.digests = append(p.digests, digest)
	}
	p.kept[digest] = c
	if len(p.digests) > maxPlans {
		delete(p.kept, p.digests[0])
		p.digests = p.digests[1:]
	}
}
