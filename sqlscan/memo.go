package sqlscan

import "sync"

// Memo keeps what was parsed of texts that a catalog holds: bodies of functions, the types of their
// variables, the expressions of checks and indexes. It depends on nothing but these texts. Bindings
// that share one parse each text once; a binding without one parses what it needs. It can be used by
// several goroutines, and forgets all when it is full.
type Memo struct {
	mu    sync.Mutex
	parts map[memoKey]any
}

// maxMemo is how many texts a Memo keeps.
const maxMemo = 1 << 14

// memoKey is a text and what was made of it.
type memoKey struct {
	of   memoKind
	text string
}

type memoKind byte

const (
	ofBody memoKind = iota
	ofType
	ofConditions
	ofExpr
)

// memoized is what make makes of a text, as it was made before if it was.
func memoized[T any](m *Memo, of memoKind, text string, make func() T) T {
	if m == nil {
		return make()
	}
	key := memoKey{of, text}
	m.mu.Lock()
	part, ok := m.parts[key]
	m.mu.Unlock()
	if ok {
		return part.(T)
	}
	made := make()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.parts == nil || len(m.parts) >= maxMemo {
		m.parts = map[memoKey]any{}
	}
	m.parts[key] = made
	return made
}
