// Command migrators runs real migration tools: it applies the first migrations of a folder to a
// database, or asks the tool what it would run. It is what our own reading of the same folder and
// database is compared with.
//
//	migrators TOOL apply N DIR URL [TABLE]
//	migrators TOOL pending DIR URL [TABLE]
//
// The answer to pending is JSON: the names or versions that the tool gives, and why it would run
// nothing.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
)

// tool is a migration tool. table is empty for the tool's own.
type tool struct {
	apply   func(n int, dir, url, table string) error
	pending func(dir, url, table string) ([]string, error)
}

var tools = map[string]tool{
	"golang-migrate": {golangMigrateApply, golangMigratePending},
	"goose":          {gooseApply, goosePending},
	"sql-migrate":    {sqlMigrateApply, sqlMigratePending},
	"dbmate":         {dbmateApply, dbmatePending},
	"tern":           {ternApply, ternPending},
	"atlas":          {atlasApply, atlasPending},
	"bun":            {bunApply, bunPending},
	"gormigrate":     {gormigrateApply, gormigratePending},
	"go-pg":          {gopgApply, gopgPending},
}

func main() {
	args := append(os.Args[1:], "", "")
	t, ok := tools[args[0]]
	if !ok {
		fail(fmt.Errorf("unknown tool %q", args[0]))
	}
	switch args[1] {
	case "apply":
		n, err := strconv.Atoi(args[2])
		if err == nil {
			err = t.apply(n, args[3], args[4], args[5])
		}
		if err != nil {
			fail(err)
		}
	case "pending":
		list, err := t.pending(args[2], args[3], args[4])
		answer := struct {
			Pending []string
			Refused string
		}{list, ""}
		if err != nil {
			answer.Refused = err.Error()
		}
		json.NewEncoder(os.Stdout).Encode(answer)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
