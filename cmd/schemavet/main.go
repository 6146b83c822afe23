//go:build cgo

// Command schemavet names the lines of deployed code that pending migrations break.
package main

import (
	"os"

	"github.com/schemavet/schemavet/cmd/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
