//go:build !cgo

package main

// PostgreSQL's parser is written in C. Without cgo the build stops at this name.
func main() { schemavet_needs_cgo__set_CGO_ENABLED_1_and_install_a_C_compiler() }
