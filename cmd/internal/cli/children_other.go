//go:build !linux

package cli

// adoptChildren does nothing here.
func adoptChildren() {}

// endChildren leaves the children to the context that they were started with.
func endChildren() {}
