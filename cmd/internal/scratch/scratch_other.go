//go:build !linux

package scratch

// InMemory does nothing.
func InMemory() {}
