package catalog

import (
	"cmp"
	"hash/maphash"
	"iter"
)

// Map is a persistent ordered map: With and Without return a new map that shares
// all but the changed path with the old one. The zero Map is empty. It is a treap
// whose priorities are hashes of the keys, so its shape depends on its content only.
type Map[K cmp.Ordered, V any] struct {
	root *node[K, V]
	size int
}

type node[K cmp.Ordered, V any] struct {
	key         K
	value       V
	priority    uint64
	left, right *node[K, V]
}

var mapSeed = maphash.MakeSeed()

// Len returns the number of keys.
func (m Map[K, V]) Len() int { return m.size }

// Get returns the value of key.
func (m Map[K, V]) Get(key K) (V, bool) {
	for n := m.root; n != nil; {
		switch c := cmp.Compare(key, n.key); {
		case c == 0:
			return n.value, true
		case c < 0:
			n = n.left
		default:
			n = n.right
		}
	}
	var zero V
	return zero, false
}

// With returns the map with key set to value.
func (m Map[K, V]) With(key K, value V) Map[K, V] {
	root, added := insert(m.root, key, value)
	if added {
		return Map[K, V]{root, m.size + 1}
	}
	return Map[K, V]{root, m.size}
}

// Without returns the map without key.
func (m Map[K, V]) Without(key K) Map[K, V] {
	if _, ok := m.Get(key); !ok {
		return m
	}
	return Map[K, V]{remove(m.root, key), m.size - 1}
}

// All iterates over the entries in the order of the keys.
func (m Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { walk(m.root, yield) }
}

func walk[K cmp.Ordered, V any](n *node[K, V], yield func(K, V) bool) bool {
	return n == nil || walk(n.left, yield) && yield(n.key, n.value) && walk(n.right, yield)
}

// From iterates over the entries from a key on, in the order of the keys.
func (m Map[K, V]) From(key K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { walkFrom(m.root, key, yield) }
}

func walkFrom[K cmp.Ordered, V any](n *node[K, V], key K, yield func(K, V) bool) bool {
	switch {
	case n == nil:
		return true
	case cmp.Less(n.key, key):
		return walkFrom(n.right, key, yield)
	}
	return walkFrom(n.left, key, yield) && yield(n.key, n.value) && walk(n.right, yield)
}

func insert[K cmp.Ordered, V any](n *node[K, V], key K, value V) (*node[K, V], bool) {
	if n == nil {
		return &node[K, V]{key: key, value: value, priority: maphash.Comparable(mapSeed, key)}, true
	}
	c := *n
	var added bool
	switch order := cmp.Compare(key, n.key); {
	case order == 0:
		c.value = value
	case order < 0:
		c.left, added = insert(n.left, key, value)
		if c.left.priority > c.priority {
			return rotateRight(&c), added
		}
	default:
		c.right, added = insert(n.right, key, value)
		if c.right.priority > c.priority {
			return rotateLeft(&c), added
		}
	}
	return &c, added
}

// The rotations change nodes that insert has just copied.

func rotateRight[K cmp.Ordered, V any](n *node[K, V]) *node[K, V] {
	up := n.left
	n.left, up.right = up.right, n
	return up
}

func rotateLeft[K cmp.Ordered, V any](n *node[K, V]) *node[K, V] {
	up := n.right
	n.right, up.left = up.left, n
	return up
}

func remove[K cmp.Ordered, V any](n *node[K, V], key K) *node[K, V] {
	switch order := cmp.Compare(key, n.key); {
	case order == 0:
		return merge(n.left, n.right)
	case order < 0:
		c := *n
		c.left = remove(n.left, key)
		return &c
	default:
		c := *n
		c.right = remove(n.right, key)
		return &c
	}
}

func merge[K cmp.Ordered, V any](a, b *node[K, V]) *node[K, V] {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.priority > b.priority:
		c := *a
		c.right = merge(a.right, b)
		return &c
	default:
		c := *b
		c.left = merge(a, b.left)
		return &c
	}
}
