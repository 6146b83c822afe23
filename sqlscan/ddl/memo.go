package ddl

import "sync"

// memo keeps what a function of texts alone has given, for so many of them.
type memo[T any] struct {
	read  func(text string) (T, bool)
	mu    sync.Mutex
	known map[string]known[T]
}

type known[T any] struct {
	value T
	ok    bool
}

const maxKnown = 100_000

func (m *memo[T]) get(text string) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.known[text]
	if !ok {
		if len(m.known) >= maxKnown || m.known == nil {
			m.known = map[string]known[T]{}
		}
		k.value, k.ok = m.read(text)
		m.known[text] = k
	}
	return k.value, k.ok
}
