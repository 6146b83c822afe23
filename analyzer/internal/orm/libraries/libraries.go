// Package libraries is the list of the query builders and ORMs whose calls are lowered. What names
// libraries elsewhere is taken from it: the extraction, the list in README, the libraries that are said
// not to be understood, the tests against the real ones, the seeds of fuzzing.
package libraries

import (
	"github.com/schemavet/schemavet/analyzer/internal/orm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/bun"
	"github.com/schemavet/schemavet/analyzer/internal/orm/ent"
	"github.com/schemavet/schemavet/analyzer/internal/orm/goqu"
	"github.com/schemavet/schemavet/analyzer/internal/orm/gorm"
	"github.com/schemavet/schemavet/analyzer/internal/orm/gormv1"
	"github.com/schemavet/schemavet/analyzer/internal/orm/squirrel"
)

// All are the libraries, in the order in which they are asked.
var All = []*orm.Library{squirrel.Library, gorm.Library, gormv1.Library, bun.Library, ent.Library,
	goqu.Library}
