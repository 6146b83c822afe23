// Package catalog is PostgreSQL's system catalog as an immutable value: relations,
// attributes, types, functions, constraints and indexes, as parse analysis looks
// them up.
//
// A Schema is made empty (New), by sqlscan/ddl from statements, by catalog/snapshot
// from a file, and is read by sqlscan. A changed Schema is a new value that shares
// what did not change, so hundreds of states can be alive at once.
//
// What it does not know: data, storage, locks, statistics, privileges beyond what
// migrations state. A namespace or relation of which not everything is known is
// Open; absence there means nothing.
//
// The built-in objects come from PostgreSQL 15 (builtin/*.tsv, written by
// builtin/generate.sh).
package catalog
