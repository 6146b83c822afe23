# make test        installs what is missing and runs all tests (what CI runs)
# make differential CORPORA=DIR   the binder and the simulator against a server, on real projects
# make history CORPORA=DIR HISTORY=DIR   real releases whose migrations broke deployed lines
# make coverage CORPORA=DIR SCHEMA=FILE   how many call sites of a real project are understood; FILE as pg_dump -s writes it
# make table CHECKOUTS="DIR …"   the same for checkouts of several projects, with the reasons
# make sample CHECKOUTS="DIR …" SEED=N   200 references drawn at random, to be looked up by people, and those that were
# make truth CHECKOUT=DIR RECORD=FILE   what a program sent while its tests ran against what is extracted (cmd/internal/proof/truth)
# make mutation CHECKOUT=DIR RECORD=FILE DSN=DSN   every column dropped: what the server refuses then against what is said
# make bench DIR=CHECKOUT REV=REV   what go vet -vettool and check cost
# make breakage   the cases of testdata/breakage, the server's answer beside ours
# make breakage-versions [VERSIONS="12 17"]   the same on other versions, whose servers npm brings
# make regress [SRC=DIR]   PostgreSQL's regression suite; DIR is its src/test/regress, else it is fetched
# make replay CORPORA=DIR   migrations of public projects, the catalogs compared after each file
# make migrated CHECKOUT=DIR MIGRATIONS=FOLDER DSN=DSN   what migrations make against a database that the project's own program has migrated
# make scale       snapshots and checks of large servers and many manifests; how the cost of many migrations grows
# make sqlc CORPORA=DIR     the PostgreSQL test data of sqlc
# make engine CORPORA=DIR   what parsing, binding and rebinding cost
# make figures [DIR=TREE]   the figures of the code itself: sizes, public names, what has no comment or test
# make builtin     writes the built-in catalog from the server that PG* variables name
# make builtin-versions  writes what other versions have besides, from servers that npm brings
# make shop        writes the manifest of the sample application

.PHONY: test install figures differential history coverage table sample truth mutation bench builtin builtin-versions shop fuzz breakage breakage-versions regress replay migrated scale sqlc engine

test: install
	go build ./...
	go vet ./...
	test -z "$$(gofmt -l $$(git ls-files '*.go'))"
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	go test -timeout 30m ./...
	$(MAKE) fuzz FUZZTIME=10s
	go run ./cmd/schemavet check -deployed none -pending none -coverage 50

install:
	@command -v gcc >/dev/null && [ -n "$$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] && [ -x /usr/sbin/pgbouncer ] || \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq gcc libc6-dev postgresql pgbouncer; }

FUZZTIME ?= 10m
fuzz:
	.ci/fuzz ./sqlscan/pgtree FuzzParse $(FUZZTIME)
	.ci/fuzz ./sqlscan/pgtree FuzzSplit $(FUZZTIME)
	.ci/fuzz ./sqlscan/pgtree FuzzToken $(FUZZTIME)
	.ci/fuzz ./sqlscan/sqltext FuzzRewrite $(FUZZTIME)
	.ci/fuzz ./sqlscan FuzzBind $(FUZZTIME)
	.ci/fuzz ./sqlscan/ddl FuzzApply $(FUZZTIME)
	.ci/fuzz ./analyzer/deployed FuzzReadManifest $(FUZZTIME)
	.ci/fuzz ./sqlscan/migration FuzzReaders $(FUZZTIME)
	.ci/fuzz ./sqlscan/migration FuzzTemplates $(FUZZTIME)
	.ci/fuzz ./analyzer/internal/clean FuzzPrinted $(FUZZTIME)
	.ci/fuzz ./analyzer/internal/evidence FuzzReadLog $(FUZZTIME)
	.ci/fuzz ./analyzer/internal/lowering FuzzBroken $(FUZZTIME)

# CORPORA holds one bare git directory per repository: OWNER+NAME/repo.
CORPORA ?= corpora
differential:
	go run ./cmd/internal/proof differential -rev 2.3.0 $(CORPORA)/miniflux+v2/repo
	go run ./cmd/internal/proof differential -rev 9ed649ee -migrations internal/database/migrations $(CORPORA)/nais+api/repo
	go run ./cmd/internal/proof differential -rev v3.0.0 -migrations app/store/database/migrate/postgres -packages ./app/...,./registry/... $(CORPORA)/harness+gitness/repo

HISTORY ?= ../shared/history
WORK ?= $(abspath bin/history)
history:
	go build -o bin/schemavet ./cmd/schemavet
	mkdir -p $(WORK)
	for p in nais gitness pocketid miniflux; do python3 $(HISTORY)/run.py --exe bin/schemavet --mirrors $(abspath $(CORPORA)) --work $(WORK) --project $$p || exit 1; done

breakage:
	go test -v -count=1 ./cmd/internal/breakage

SERVERS ?= $(abspath bin/servers)
VERSIONS ?= 12 13 14 16 17 18
breakage-versions:
	.ci/servers $(SERVERS) $(VERSIONS)
	for v in $(VERSIONS); do PATH=$(SERVERS)/$$v/bin:$$PATH go test -count=1 -v ./cmd/internal/breakage | \
	  grep -e 'of [0-9]* cases' -e 'false error' -e '^FAIL' -e '^ok' -e '^panic'; done

SRC ?= bin/regress
regress:
	test -d "$(SRC)/sql" || cmd/internal/proof/regress/fetch.sh "$(SRC)"
	go run ./cmd/internal/proof regress -v $(abspath $(SRC))

sqlc:
	mkdir -p bin/sqlc
	git --git-dir $(CORPORA)/sqlc-dev+sqlc/repo archive HEAD internal/endtoend/testdata | tar -x -C bin/sqlc
	go run ./cmd/internal/proof sqlc -v bin/sqlc/internal/endtoend/testdata

engine:
	go run ./cmd/internal/proof differential -dump bin/engine -rev 2.3.0 $(CORPORA)/miniflux+v2/repo
	go run ./cmd/internal/proof engine bin/engine/queries.sql bin/engine/schema.sql

replay:
	go run ./cmd/internal/proof replay -v $(CORPORA)

migrated:
	go run ./cmd/internal/proof migrated $(CHECKOUT) $(MIGRATIONS) "$(DSN)"

scale:
	go run ./cmd/internal/proof scale

coverage:
	go run ./cmd/internal/proof coverage -rev v2.3.3 -schema "$(SCHEMA)" $(CORPORA)/miniflux+v2/repo

table:
	go run ./cmd/internal/proof table $(CHECKOUTS)

SEED ?= 20261121
sample:
	go run ./cmd/internal/proof sample -seed $(SEED) $(CHECKOUTS)
	go run ./cmd/internal/proof sample -check testdata/sample/references.tsv $(CHECKOUTS)

truth:
	go run ./cmd/internal/proof truth $(RECORD) $(CHECKOUT)

mutation:
	go run ./cmd/internal/proof mutation $(RECORD) $(CHECKOUT) "$(DSN)"

bench:
	go run ./cmd/internal/proof bench -rev "$(REV)" "$(DIR)"

figures:
	go run ./cmd/internal/proof figures "$(or $(DIR),.)"

builtin:
	catalog/builtin/generate.sh

builtin-versions:
	catalog/builtin/versions.sh

shop:
	go run ./cmd/schemavet usage -C testdata/shop/v1.4.2 -name v1.4.2 -revision v1.4.2 -o ../deployed/v1.4.2.json
