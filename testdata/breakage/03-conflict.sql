-- Section 3 of the facts: the index that ON CONFLICT needs.

-- @common
CREATE TABLE users (id int PRIMARY KEY, tenant int NOT NULL DEFAULT 1, email text NOT NULL, name text, state text DEFAULT 'open', n int NOT NULL DEFAULT 0,
  CONSTRAINT users_email_key UNIQUE (email), CONSTRAINT users_place_key UNIQUE (tenant, name));
INSERT INTO users (id, email, name) VALUES (1, 'ann@x', 'Ann'), (2, 'bob@x', 'Bob');

-- @cell 3 arbiter lost
-- @case unique constraint dropped, do update
-- @expect agree
-- @old
INSERT INTO users (id, email, name) VALUES ($1, $2, $3) ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name RETURNING id
-- @args 3|ann@x|Anna
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique constraint dropped, do nothing
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|new@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique constraint dropped, do nothing without a target
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique constraint dropped, target is another
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email
-- @args 1|a@y
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique constraint dropped, on constraint
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO UPDATE SET n = users.n + 1
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique constraint renamed, on constraint
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users RENAME CONSTRAINT users_email_key TO users_email_uniq;

-- @case index of a constraint renamed, on constraint
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @args 3|ann@x
-- @change
ALTER INDEX users_email_key RENAME TO users_email_idx;

-- @case unique constraint renamed, target by column
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users RENAME CONSTRAINT users_email_key TO users_email_uniq;

-- @case primary key dropped, upsert by it
-- @expect agree
-- @old
INSERT INTO users AS u (id, email, n) SELECT g, g || '@x', 1 FROM generate_series(1, $1::int) AS g
ON CONFLICT (id) DO UPDATE SET n = u.n + EXCLUDED.n
-- @args 3
-- @change
ALTER TABLE users DROP CONSTRAINT users_pkey;

-- @case primary key replaced by a wider one
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (1, 'ann@x') ON CONFLICT (id) DO UPDATE SET state = $1
-- @args closed
-- @change
ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (tenant, id);

-- @case primary key replaced by a unique constraint
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (1, 'ann@x') ON CONFLICT (id) DO UPDATE SET state = $1
-- @args closed
-- @change
ALTER TABLE users DROP CONSTRAINT users_pkey, ADD UNIQUE (id);

-- @case unique made partial
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET n = users.n + 1
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;
CREATE UNIQUE INDEX users_email_live ON users (email) WHERE state <> 'deleted';

-- @case unique made an expression
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;
CREATE UNIQUE INDEX users_email_ci ON users (lower(email));

-- @case unique expression made plain
-- @expect agree
-- @setup
CREATE UNIQUE INDEX users_email_ci ON users (lower(email));
-- @old
INSERT INTO users (id, email) VALUES ($1, 'other@x') ON CONFLICT (lower(email)) DO NOTHING
-- @args 3
-- @change
DROP INDEX users_email_ci;

-- @case unique expression changed
-- @expect agree
-- @setup
CREATE UNIQUE INDEX users_email_ci ON users (lower(email));
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (lower(email)) DO UPDATE SET n = 1
-- @args 3|ANN@x
-- @change
DROP INDEX users_email_ci;
CREATE UNIQUE INDEX users_email_ci ON users (lower(btrim(email)));

-- @case unique widened by a column
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET n = users.n + 1
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (tenant, email);

-- @case unique widened under the same name, on constraint
-- @expect missed
-- @old
INSERT INTO users (id, tenant, email) VALUES ($1, 2, $2) ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE (tenant, email);

-- @case composite unique narrowed
-- @expect agree
-- @old
INSERT INTO users (id, tenant, name, email) VALUES ($1, 1, $2, 'z@x') ON CONFLICT (tenant, name) DO UPDATE SET n = 9
-- @args 3|Ann
-- @change
ALTER TABLE users DROP CONSTRAINT users_place_key;
CREATE UNIQUE INDEX users_name ON users (name);

-- @case composite unique in another order
-- @expect agree
-- @old
INSERT INTO users (id, tenant, name, email) VALUES ($1, 1, $2, 'z@x') ON CONFLICT (tenant, name) DO UPDATE SET n = 9 RETURNING id
-- @args 3|Ann
-- @change
ALTER TABLE users DROP CONSTRAINT users_place_key, ADD UNIQUE (name, tenant);

-- @case unique index replaced by a plain index
-- @expect agree
-- @setup
CREATE TABLE tags (id int, name text); CREATE UNIQUE INDEX tags_name ON tags (name);
-- @old
INSERT INTO tags (id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING
-- @args 1|go
-- @change
DROP INDEX tags_name;
CREATE INDEX tags_name ON tags (name);

-- @case unique index dropped concurrently
-- @expect agree
-- @setup
CREATE TABLE tags (id int, name text); CREATE UNIQUE INDEX tags_name ON tags (name);
-- @old
WITH t AS (INSERT INTO tags (id, name) VALUES (1, $1) ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name RETURNING id) SELECT id FROM t
-- @args go
-- @change
DROP INDEX CONCURRENTLY tags_name;

-- @case unique index built again with included columns
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|ann@x
-- @change
CREATE UNIQUE INDEX CONCURRENTLY users_email_2 ON users (email) INCLUDE (name);
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique index built again for patterns
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|ann@x
-- @change
CREATE UNIQUE INDEX users_email_2 ON users (email text_pattern_ops DESC);
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique made nulls not distinct
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD UNIQUE NULLS NOT DISTINCT (email);

-- @case target names a collation that the index loses
-- @expect missed
-- @setup
CREATE UNIQUE INDEX users_name_c ON users (name COLLATE "POSIX");
-- @old
INSERT INTO users (id, email, name) VALUES ($1, $2, 'Cid') ON CONFLICT (name COLLATE "POSIX") DO NOTHING
-- @args 3|c@x
-- @change
DROP INDEX users_name_c;
CREATE UNIQUE INDEX users_name_c ON users (name);

-- @case unique replaced by an exclusion
-- @expect agree
-- @setup
CREATE EXTENSION btree_gist;
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key EXCLUDE USING gist (email WITH =);

-- @case unique replaced by a same-named exclusion, on constraint do update
-- @expect agree
-- @setup
CREATE EXTENSION btree_gist;
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO UPDATE SET n = 1
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key EXCLUDE USING gist (email WITH =);

-- @case unique replaced by a same-named exclusion, on constraint do nothing
-- @expect agree
-- @setup
CREATE EXTENSION btree_gist;
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key EXCLUDE USING gist (email WITH =);

-- @case partial unique, its condition changed
-- @expect agree
-- @setup
CREATE TABLE carts (id int, user_id int, state text); CREATE UNIQUE INDEX one_cart ON carts (user_id) WHERE state = 'open';
-- @old
INSERT INTO carts (id, user_id, state) VALUES ($1, $2, 'open') ON CONFLICT (user_id) WHERE state = 'open' DO NOTHING
-- @args 1|7
-- @change
DROP INDEX one_cart;
CREATE UNIQUE INDEX one_cart ON carts (user_id) WHERE state = 'active';

-- @case partial unique, its condition widened
-- @expect agree
-- @setup
CREATE TABLE carts (id int, user_id int, state text); CREATE UNIQUE INDEX one_cart ON carts (user_id) WHERE state = 'open';
-- @old
INSERT INTO carts (id, user_id, state) VALUES ($1, $2, 'open') ON CONFLICT (user_id) WHERE state = 'open' DO NOTHING
-- @args 1|7
-- @change
DROP INDEX one_cart;
CREATE UNIQUE INDEX one_cart ON carts (user_id) WHERE state IN ('open', 'held');

-- @case partial unique, its condition narrowed
-- @expect agree
-- @setup
CREATE TABLE carts (id int, user_id int, paid_at date, void bool); CREATE UNIQUE INDEX one_cart ON carts (user_id) WHERE paid_at IS NULL;
-- @old
INSERT INTO carts (id, user_id) VALUES ($1, $2) ON CONFLICT (user_id) WHERE paid_at IS NULL DO UPDATE SET id = EXCLUDED.id
-- @args 1|7
-- @change
DROP INDEX one_cart;
CREATE UNIQUE INDEX one_cart ON carts (user_id) WHERE paid_at IS NULL AND NOT void;

-- @case partial unique made full
-- @expect agree
-- @setup
CREATE TABLE carts (id int, user_id int, state text); CREATE UNIQUE INDEX one_cart ON carts (user_id) WHERE state = 'open';
-- @old
INSERT INTO carts (id, user_id, state) VALUES ($1, $2, 'open') ON CONFLICT (user_id) WHERE state = 'open' DO NOTHING
-- @args 1|7
-- @change
DROP INDEX one_cart;
CREATE UNIQUE INDEX one_cart ON carts (user_id);

-- @case column of a composite unique dropped, target names it
-- @expect agree
-- @old
INSERT INTO users (id, tenant, email, name) VALUES ($1, 1, $2, $3) ON CONFLICT (tenant, name) DO NOTHING
-- @args 3|c@x|Ann
-- @change
ALTER TABLE users DROP COLUMN tenant;

-- @case column of a composite unique dropped, only the target names it
-- @expect agree
-- @old
INSERT INTO users (id, email, name) VALUES ($1, $2, $3) ON CONFLICT (tenant, name) DO NOTHING
-- @args 3|c@x|Ann
-- @change
ALTER TABLE users DROP COLUMN tenant;

-- @case column of a composite unique dropped, on constraint
-- @expect agree
-- @old
INSERT INTO users (id, email, name) VALUES ($1, $2, $3) ON CONFLICT ON CONSTRAINT users_place_key DO NOTHING
-- @args 3|c@x|Ann
-- @change
ALTER TABLE users DROP COLUMN tenant;

-- @case included column of a unique index dropped
-- @expect agree
-- @setup
CREATE TABLE tags (name text, label text); CREATE UNIQUE INDEX tags_name ON tags (name) INCLUDE (label);
-- @old
INSERT INTO tags (name) VALUES ($1) ON CONFLICT (name) DO NOTHING
-- @args go
-- @change
ALTER TABLE tags DROP COLUMN label;

-- @case column of a partial unique's condition dropped, target names it
-- @expect agree
-- @setup
CREATE TABLE tags (name text, dead bool); CREATE UNIQUE INDEX tags_name ON tags (name) WHERE dead IS NULL;
-- @old
INSERT INTO tags (name) VALUES ($1) ON CONFLICT (name) WHERE dead IS NULL DO NOTHING
-- @args go
-- @change
ALTER TABLE tags DROP COLUMN dead;

-- @case column of a partial unique's condition dropped, no target
-- @expect agree
-- @setup
CREATE TABLE tags (name text, dead bool); CREATE UNIQUE INDEX tags_name ON tags (name) WHERE dead IS NULL; INSERT INTO tags VALUES ('go');
-- @old
INSERT INTO tags (name) VALUES ($1) ON CONFLICT DO NOTHING
-- @args go
-- @change
ALTER TABLE tags DROP COLUMN dead;

-- @case column inside a unique expression dropped, no target
-- @expect agree
-- @setup
CREATE TABLE tags (name text, lang text); CREATE UNIQUE INDEX tags_key ON tags (name, coalesce(lang, '')); INSERT INTO tags VALUES ('go');
-- @old
INSERT INTO tags (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING name
-- @args go
-- @change
ALTER TABLE tags DROP COLUMN lang;

-- @case column inside a unique expression dropped, target by expression
-- @expect agree
-- @setup
CREATE TABLE tags (name text, lang text); CREATE UNIQUE INDEX tags_key ON tags (name, coalesce(lang, ''));
-- @old
INSERT INTO tags (name) VALUES ($1) ON CONFLICT (name, coalesce(lang, '')) DO UPDATE SET name = EXCLUDED.name
-- @args go
-- @change
ALTER TABLE tags DROP COLUMN lang;

-- @case key column dropped and added again, upsert by it
-- @expect agree
-- @setup
CREATE TABLE tags (name text PRIMARY KEY, n int DEFAULT 1);
-- @old
INSERT INTO tags (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET n = tags.n + 1 RETURNING n
-- @args go
-- @change
ALTER TABLE tags DROP COLUMN name;
ALTER TABLE tags ADD COLUMN name varchar(40) NOT NULL DEFAULT '';

-- @case type of a unique column changed
-- @expect agree, with a warning
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET n = users.n + 1 RETURNING n
-- @args 3|ann@x
-- @change
ALTER TABLE users ALTER COLUMN email TYPE varchar(200);

-- @case unique column renamed
-- @expect agree
-- @setup
CREATE TABLE tags (id int, name text UNIQUE);
-- @old
INSERT INTO tags (id) VALUES ($1) ON CONFLICT (name) DO NOTHING
-- @args 1
-- @change
ALTER TABLE tags RENAME COLUMN name TO label;

-- @case table rebuilt without its indexes
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|new@x
-- @change
CREATE TABLE users2 (LIKE users INCLUDING DEFAULTS);
INSERT INTO users2 SELECT * FROM users;
DROP TABLE users;
ALTER TABLE users2 RENAME TO users;

-- @case table rebuilt with its indexes, target by column
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|ann@x
-- @change
CREATE TABLE users2 (LIKE users INCLUDING ALL);
INSERT INTO users2 SELECT * FROM users;
DROP TABLE users;
ALTER TABLE users2 RENAME TO users;

-- @case table rebuilt with its indexes, on constraint
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @args 3|ann@x
-- @change
CREATE TABLE users2 (LIKE users INCLUDING ALL);
INSERT INTO users2 SELECT * FROM users;
DROP TABLE users;
ALTER TABLE users2 RENAME TO users;

-- @case unique dropped, upsert in a sql function
-- @expect agree
-- @setup
CREATE FUNCTION bump(e text) RETURNS int LANGUAGE sql AS $$ INSERT INTO users (id, email) VALUES (9, e) ON CONFLICT (email) DO UPDATE SET n = users.n + 1 RETURNING n $$;
-- @old
SELECT bump($1)
-- @args ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique dropped, upsert through a view
-- @expect agree
-- @setup
CREATE VIEW people AS SELECT id, email AS mail, n FROM users;
-- @old
INSERT INTO people (id, mail) VALUES ($1, $2) ON CONFLICT (mail) DO UPDATE SET n = people.n + 1
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique dropped, the upsert is only prepared
-- @expect agree
-- @old
PREPARE put AS INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique dropped, the upsert is prepared and run
-- @expect agree
-- @old
PREPARE put (int, text) AS INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING;
EXECUTE put (3, 'ann@x');
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique dropped, the upsert is only explained
-- @expect agree
-- @old
EXPLAIN (COSTS OFF) INSERT INTO users (id, email) VALUES (3, 'ann@x') ON CONFLICT (email) DO NOTHING
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case unique index of a partitioned table is not on its partitions
-- @expect agree
-- @setup
CREATE TABLE ev (id int, day int, n int) PARTITION BY RANGE (day); CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM (0) TO (10);
CREATE UNIQUE INDEX ev_key ON ev (id, day);
-- @old
INSERT INTO ev (id, day, n) VALUES ($1, $2, 1) ON CONFLICT (id, day) DO UPDATE SET n = ev.n + 1
-- @args 1|1
-- @change
DROP INDEX ev_key;
CREATE UNIQUE INDEX ev_key ON ONLY ev (id, day);

-- @case unique index of a partitioned table attached on its partitions
-- @expect agree, with a warning
-- @setup
CREATE TABLE ev (id int, day int, n int) PARTITION BY RANGE (day); CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM (0) TO (10);
CREATE UNIQUE INDEX ev_key ON ev (id, day);
-- @old
INSERT INTO ev (id, day, n) VALUES ($1, $2, 1) ON CONFLICT (id, day) DO UPDATE SET n = ev.n + 1
-- @args 1|1
-- @change
DROP INDEX ev_key;
CREATE UNIQUE INDEX ev_key ON ONLY ev (id, day);
CREATE UNIQUE INDEX CONCURRENTLY ev_1_key ON ev_1 (id, day);
ALTER INDEX ev_key ATTACH PARTITION ev_1_key;

-- @case unique index built again concurrently fails
-- @expect beyond analysis
-- @undetectable the rows decide whether the migration fails
-- @setup
CREATE TABLE tags (name text, lang text); CREATE UNIQUE INDEX tags_key ON tags (name, lang); INSERT INTO tags VALUES ('go', 'en'), ('go', 'de');
-- @old
INSERT INTO tags (name, lang) VALUES ($1, 'fr') ON CONFLICT (name, lang) DO NOTHING
-- @args go
-- @change
CREATE UNIQUE INDEX CONCURRENTLY tags_name ON tags (name);
DROP INDEX tags_key;

-- @case unique index is invalid
-- @expect beyond analysis
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|ann@x
-- @undetectable a build that fails halfway leaves the index invalid, not the migration's text
-- @change
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_email_key'::regclass;

-- @cell 3 arbiter deferrable
-- @case unique becomes deferrable, target by column
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET n = users.n + 1
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE (email) DEFERRABLE;

-- @case unique becomes deferred, on constraint
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE (email) DEFERRABLE INITIALLY DEFERRED;

-- @case primary key becomes deferrable
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING
-- @args 3|c@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (id) DEFERRABLE INITIALLY IMMEDIATE;

-- @case unique becomes deferrable, do nothing without a target
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT DO NOTHING
-- @args 3|c@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE (email) DEFERRABLE;

-- @case deferrable exclusion added, do nothing without a target
-- @expect agree
-- @setup
CREATE EXTENSION btree_gist;
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT DO NOTHING
-- @args 3|c@x
-- @change
ALTER TABLE users ADD EXCLUDE USING gist (email WITH =) DEFERRABLE;

-- @case unique becomes deferrable, target is another
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = users.n + 1
-- @args 1|c@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE (email) DEFERRABLE;

-- @case unique becomes deferrable beside a plain unique index
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|ann@x
-- @change
CREATE UNIQUE INDEX users_email_2 ON users (email);
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE (email) DEFERRABLE;

-- @case unique altered to deferrable in place
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users ALTER CONSTRAINT users_email_key DEFERRABLE;

-- @case unique becomes deferrable under a foreign key
-- @expect agree
-- @setup
CREATE TABLE logins (email text REFERENCES users (email));
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE (email) DEFERRABLE;

-- @case unique becomes deferrable, plain insert
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) RETURNING id
-- @args 3|c@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE (email) DEFERRABLE;

-- @cell 3 constraint replaced by index
-- @case constraint replaced by a same-named index, on constraint
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO UPDATE SET n = users.n + 1
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;
CREATE UNIQUE INDEX users_email_key ON users (email);

-- @case constraint replaced by a same-named index, target by column
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET n = users.n + 1 RETURNING n
-- @args 3|ann@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;
CREATE UNIQUE INDEX users_email_key ON users (email);

-- @case primary key replaced by a same-named index, on constraint
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_pkey DO NOTHING
-- @args 1|c@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_pkey;
CREATE UNIQUE INDEX users_pkey ON users (id);

-- @case constraint built again from an index, on constraint
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @args 3|ann@x
-- @change
CREATE UNIQUE INDEX CONCURRENTLY users_email_new ON users (email);
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_new;

-- @case constraint built again from an index under its name, on constraint
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @args 3|ann@x
-- @change
CREATE UNIQUE INDEX users_email_new ON users (email);
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD UNIQUE USING INDEX users_email_new;

-- @case constraint replaced by a same-named check
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @args 3|new@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key CHECK (email <> '');

-- @case deferrable constraint replaced by an index, set constraints
-- @expect agree
-- @setup
ALTER TABLE users ADD CONSTRAINT users_n_key UNIQUE (id, n) DEFERRABLE;
-- @old
SET CONSTRAINTS users_n_key DEFERRED
-- @change
ALTER TABLE users DROP CONSTRAINT users_n_key;
CREATE UNIQUE INDEX users_n_key ON users (id, n);
