-- Section 1 of the facts: types, domains, collations, text search and extensions disappear.

-- @common
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%');
CREATE TYPE address AS (street text, city text);
CREATE TABLE users (id int PRIMARY KEY, email text, mood text, born date);
INSERT INTO users VALUES (1, 'a@x', 'ok', '1990-01-01'), (2, 'b@x', 'sad', '2000-01-01');

-- @cell 1 drop or rename type
-- @case dropped enum, cast of a parameter
-- @expect agree
-- @old
SELECT id FROM users WHERE mood::mood = $1::mood
-- @args ok
-- @change
DROP TYPE mood;

-- @case renamed enum, cast in an insert
-- @expect agree
-- @setup
ALTER TABLE users ALTER COLUMN mood TYPE mood USING mood::mood;
-- @old
INSERT INTO users (id, mood) VALUES ($1, $2::mood)
-- @args 9|ok
-- @change
ALTER TYPE mood RENAME TO user_mood;

-- @case renamed enum, any over an array of it
-- @expect agree
-- @setup
ALTER TABLE users ALTER COLUMN mood TYPE mood USING mood::mood;
-- @old
SELECT id FROM users WHERE mood = ANY ($1::mood[]) ORDER BY id
-- @args {ok,sad}
-- @change
ALTER TYPE mood RENAME TO user_mood;

-- @case renamed enum, typed literal
-- @expect agree
-- @setup
ALTER TABLE users ALTER COLUMN mood TYPE mood USING mood::mood;
-- @old
UPDATE users SET mood = mood 'happy' WHERE id = 1
-- @change
ALTER TYPE mood RENAME TO moods;

-- @case renamed enum, cast keyword
-- @expect agree
-- @setup
ALTER TABLE users ALTER COLUMN mood TYPE mood USING mood::mood;
-- @old
SELECT count(*) FROM users WHERE mood >= CAST('ok' AS mood)
-- @change
ALTER TYPE mood RENAME TO moods;

-- @case dropped enum, enum_range
-- @expect agree
-- @old
SELECT unnest(enum_range(NULL::mood))::text
-- @change
DROP TYPE mood;

-- @case dropped enum, unnest of a bulk insert
-- @expect agree
-- @old
INSERT INTO users (id, mood) SELECT u.id, u.m::text FROM unnest($1::int[], $2::mood[]) AS u(id, m)
-- @args {8,9}|{ok,sad}
-- @change
DROP TYPE mood;

-- @case dropped enum, default of a coalesce
-- @expect agree
-- @old
SELECT coalesce(NULLIF($1, '')::mood, 'ok'::mood)::text
-- @args sad
-- @change
DROP TYPE mood;

-- @case dropped enum, column of a json record
-- @expect agree
-- @old
SELECT r.id, r.m::text FROM jsonb_to_recordset($1) AS r(id int, m mood)
-- @args [{"id": 1, "m": "ok"}]
-- @change
DROP TYPE mood;

-- @case renamed enum, regtype
-- @expect agree
-- @old
SELECT enumlabel FROM pg_enum WHERE enumtypid = 'mood'::regtype ORDER BY enumsortorder
-- @change
ALTER TYPE mood RENAME TO moods;

-- @case renamed enum, to_regtype
-- @expect missed
-- @old
SELECT to_regtype('mood') IS NOT NULL
-- @change
ALTER TYPE mood RENAME TO moods;

-- @case renamed enum, lookup by name in pg_type
-- @expect missed
-- @old
SELECT count(*) FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typname = 'mood'
-- @change
ALTER TYPE mood RENAME TO moods;

-- @case renamed enum, has_type_privilege
-- @expect agree
-- @old
SELECT has_type_privilege('mood', 'USAGE')
-- @change
ALTER TYPE mood RENAME TO moods;

-- @case dropped enum, temp table
-- @expect agree
-- @old
CREATE TEMP TABLE staging (id int, m mood) ON COMMIT DROP
-- @change
DROP TYPE mood;

-- @case dropped enum, function argument by cast
-- @expect agree
-- @setup
CREATE FUNCTION mood_name(mood) RETURNS text LANGUAGE sql AS $$ SELECT $1::text $$;
-- @old
SELECT mood_name($1::mood)
-- @args ok
-- @change
DROP TYPE mood CASCADE;

-- @case dropped enum takes a function called without a cast
-- @expect agree
-- @setup
CREATE FUNCTION mood_name(mood) RETURNS text LANGUAGE sql AS $$ SELECT $1::text $$;
-- @old
SELECT mood_name('ok')
-- @change
DROP TYPE mood CASCADE;

-- @case dropped enum takes its column
-- @expect agree
-- @setup
ALTER TABLE users ALTER COLUMN mood TYPE mood USING mood::mood;
-- @old
SELECT id FROM users WHERE mood = 'ok'
-- @change
DROP TYPE mood CASCADE;

-- @case enum moved to another schema
-- @expect agree
-- @setup
CREATE SCHEMA types;
-- @old
SELECT $1::mood::text
-- @args ok
-- @change
ALTER TYPE mood SET SCHEMA types;

-- @case enum made again under a new name behind its column
-- @expect agree
-- @setup
ALTER TABLE users ALTER COLUMN mood TYPE mood USING mood::mood;
-- @old
UPDATE users SET mood = $2::mood WHERE id = $1
-- @args 1|sad
-- @change
CREATE TYPE mood2 AS ENUM ('sad', 'ok', 'happy', 'calm');
ALTER TABLE users ALTER COLUMN mood TYPE mood2 USING mood::text::mood2;
DROP TYPE mood;

-- @case cast through a schema name
-- @expect agree
-- @setup
CREATE SCHEMA types; CREATE TYPE types.level AS ENUM ('low', 'high');
-- @old
SELECT 'low'::types.level::text
-- @change
ALTER TYPE types.level RENAME TO grade;

-- @case dropped composite type, row cast
-- @expect agree
-- @old
SELECT (ROW('a', 'b')::address).city
-- @change
DROP TYPE address;

-- @case renamed composite type, array of a literal
-- @expect agree
-- @old
SELECT (a).city FROM unnest($1::address[]) a
-- @args {"(s,c)"}
-- @change
ALTER TYPE address RENAME TO postal_address;

-- @case renamed composite type, populate record
-- @expect agree
-- @old
SELECT (jsonb_populate_record(NULL::address, '{"city": "Bern"}')).city
-- @change
ALTER TYPE address RENAME TO postal_address;

-- @case dropped domain, cast
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2::mail)
-- @args 9|z@x
-- @change
DROP DOMAIN mail;

-- @case renamed domain, cast
-- @expect agree
-- @old
SELECT CAST($1 AS mail)::text
-- @args z@x
-- @change
ALTER DOMAIN mail RENAME TO email_address;

-- @case domain moved to another schema
-- @expect agree
-- @setup
CREATE SCHEMA types;
-- @old
SELECT id FROM users WHERE email = $1::mail
-- @args a@x
-- @change
ALTER DOMAIN mail SET SCHEMA types;

-- @case dropped range type
-- @expect agree
-- @setup
CREATE TYPE agerange AS RANGE (subtype = int);
-- @old
SELECT $1::agerange @> 5
-- @args [1,9)
-- @change
DROP TYPE agerange;

-- @case dropped range type, constructor
-- @expect agree
-- @setup
CREATE TYPE agerange AS RANGE (subtype = int);
-- @old
SELECT upper(agerange(1, 9))
-- @change
DROP TYPE agerange;

-- @case dropped range type, multirange
-- @expect agree
-- @setup
CREATE TYPE agerange AS RANGE (subtype = int);
-- @old
SELECT $1::agemultirange::text
-- @args {[1,3)}
-- @change
DROP TYPE agerange;

-- @case table's row type renamed with the table
-- @expect agree
-- @old
SELECT ROW(1, 'a', 'b', '1990-01-01')::users IS NULL
-- @change
ALTER TABLE users RENAME TO people;

-- @case dropped enum in a do block
-- @expect agree
-- @old
DO $$ DECLARE m mood := 'ok'; BEGIN RAISE DEBUG '%', m; END $$
-- @change
DROP TYPE mood;

-- @case dropped enum, explicit prepare
-- @expect agree
-- @old
PREPARE p (mood) AS SELECT $1::text;
EXECUTE p('ok')
-- @change
DROP TYPE mood;

-- @case enum value added by the application to a renamed type
-- @expect agree
-- @old
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm'
-- @change
ALTER TYPE mood RENAME TO moods;

-- @cell 1 drop or rename collation
-- @case dropped collation, order by
-- @expect agree
-- @setup
CREATE COLLATION german FROM "C";
-- @old
SELECT email FROM users ORDER BY email COLLATE german
-- @change
DROP COLLATION german;

-- @case renamed collation, comparison
-- @expect agree
-- @setup
CREATE COLLATION german FROM "C";
-- @old
SELECT id FROM users WHERE email COLLATE "german" > $1 ORDER BY id
-- @args a
-- @change
ALTER COLLATION german RENAME TO de;

-- @case collation moved to another schema
-- @expect agree
-- @setup
CREATE SCHEMA util; CREATE COLLATION plain FROM "C";
-- @old
SELECT max(email COLLATE plain) FROM users
-- @change
ALTER COLLATION plain SET SCHEMA util;

-- @case collation of a dropped schema
-- @expect agree
-- @setup
CREATE SCHEMA util; CREATE COLLATION util.plain FROM "C";
-- @old
SELECT email FROM users ORDER BY email COLLATE util.plain
-- @change
DROP SCHEMA util CASCADE;

-- @case dropped collation that a column needs
-- @expect missed
-- @setup
CREATE COLLATION plain FROM "C"; ALTER TABLE users ADD COLUMN nick text COLLATE plain;
-- @old
SELECT id FROM users
-- @change
DROP COLLATION plain;

-- @cell 1 drop or rename text search configuration
-- @case dropped configuration, to_tsvector
-- @expect agree
-- @setup
CREATE TEXT SEARCH CONFIGURATION docs (COPY = simple);
-- @old
SELECT id FROM users WHERE to_tsvector('docs', email) @@ to_tsquery('docs', $1)
-- @args x
-- @change
DROP TEXT SEARCH CONFIGURATION docs;

-- @case renamed configuration, websearch_to_tsquery
-- @expect agree
-- @setup
CREATE TEXT SEARCH CONFIGURATION docs (COPY = english);
-- @old
SELECT websearch_to_tsquery('docs', $1)::text
-- @args running dogs
-- @change
ALTER TEXT SEARCH CONFIGURATION docs RENAME TO documents;

-- @case renamed configuration, regconfig cast
-- @expect agree
-- @setup
CREATE TEXT SEARCH CONFIGURATION docs (COPY = english);
-- @old
SELECT ts_headline('docs'::regconfig, 'the running dog', plainto_tsquery('docs'::regconfig, 'run'))
-- @change
ALTER TEXT SEARCH CONFIGURATION docs RENAME TO documents;

-- @case configuration moved to another schema
-- @expect agree
-- @setup
CREATE SCHEMA util; CREATE TEXT SEARCH CONFIGURATION docs (COPY = simple);
-- @old
SELECT to_tsvector('docs', 'a b')::text
-- @change
ALTER TEXT SEARCH CONFIGURATION docs SET SCHEMA util;

-- @case dropped dictionary
-- @expect agree
-- @setup
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = simple);
-- @old
SELECT ts_lexize('plain', 'Word')
-- @change
DROP TEXT SEARCH DICTIONARY plain;

-- @case dropped configuration used by a function
-- @expect agree
-- @setup
CREATE TEXT SEARCH CONFIGURATION docs (COPY = simple);
CREATE FUNCTION doc(text) RETURNS tsvector LANGUAGE plpgsql AS $$ BEGIN RETURN to_tsvector('docs', $1); END $$;
-- @old
SELECT doc('a b')::text
-- @change
DROP TEXT SEARCH CONFIGURATION docs;

-- @case default configuration of the session
-- @expect missed
-- @setup
CREATE TEXT SEARCH CONFIGURATION docs (COPY = simple);
-- @old
SET LOCAL default_text_search_config = 'docs';
SELECT to_tsvector('The dogs')::text
-- @change
DROP TEXT SEARCH CONFIGURATION docs;

-- @cell 1 drop extension
-- @case pgcrypto dropped, crypt
-- @expect agree
-- @setup
CREATE EXTENSION pgcrypto;
-- @old
SELECT id FROM users WHERE email = crypt($1, gen_salt('bf', 4))
-- @args x
-- @change
DROP EXTENSION pgcrypto;

-- @case pgcrypto dropped, digest in an update
-- @expect agree
-- @setup
CREATE EXTENSION pgcrypto;
-- @old
UPDATE users SET email = encode(digest(email, 'sha256'), 'hex') WHERE id = $1
-- @args 1
-- @change
DROP EXTENSION pgcrypto CASCADE;

-- @case uuid-ossp dropped, insert
-- @expect agree
-- @setup
CREATE EXTENSION "uuid-ossp"; CREATE TABLE keys (id uuid);
-- @old
INSERT INTO keys (id) VALUES (uuid_generate_v4())
-- @change
DROP EXTENSION "uuid-ossp";

-- @case uuid-ossp dropped with cascade takes the default
-- @expect agree
-- @setup
CREATE EXTENSION "uuid-ossp"; CREATE TABLE keys (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), n int);
-- @old
INSERT INTO keys (n) VALUES ($1)
-- @args 1
-- @change
DROP EXTENSION "uuid-ossp" CASCADE;

-- @case pg_trgm dropped, similarity
-- @expect agree
-- @setup
CREATE EXTENSION pg_trgm;
-- @old
SELECT id FROM users ORDER BY similarity(email, $1) DESC, id LIMIT 5
-- @args a@
-- @change
DROP EXTENSION pg_trgm;

-- @case pg_trgm dropped, operator
-- @expect agree
-- @setup
CREATE EXTENSION pg_trgm;
-- @old
SELECT id FROM users WHERE email % $1
-- @args a@x
-- @change
DROP EXTENSION pg_trgm;

-- @case pg_trgm dropped, distance operator
-- @expect agree
-- @setup
CREATE EXTENSION pg_trgm;
-- @old
SELECT id FROM users ORDER BY email <-> $1 LIMIT 1
-- @args a@x
-- @change
DROP EXTENSION pg_trgm CASCADE;

-- @case pg_trgm dropped, operator class
-- @expect agree
-- @setup
CREATE EXTENSION pg_trgm;
-- @old
CREATE INDEX IF NOT EXISTS users_email_trgm ON users USING gin (email gin_trgm_ops)
-- @change
DROP EXTENSION pg_trgm;

-- @case citext dropped, cast
-- @expect agree
-- @setup
CREATE EXTENSION citext;
-- @old
SELECT id FROM users WHERE email::citext = $1::citext
-- @args A@X
-- @change
DROP EXTENSION citext;

-- @case citext dropped with cascade takes the column
-- @expect agree
-- @setup
CREATE EXTENSION citext; ALTER TABLE users ALTER COLUMN email TYPE citext;
-- @old
SELECT id FROM users WHERE email = $1
-- @args A@X
-- @change
DROP EXTENSION citext CASCADE;

-- @case hstore dropped, arrow
-- @expect agree
-- @setup
CREATE EXTENSION hstore;
-- @old
SELECT ('a=>1'::hstore) -> 'a'
-- @change
DROP EXTENSION hstore;

-- @case hstore dropped, constructor
-- @expect agree
-- @setup
CREATE EXTENSION hstore;
-- @old
SELECT hstore(ARRAY['a'], ARRAY[$1])::text
-- @args 1
-- @change
DROP EXTENSION hstore;

-- @case hstore dropped with cascade takes the column of an insert
-- @expect agree
-- @setup
CREATE EXTENSION hstore; ALTER TABLE users ADD COLUMN attrs hstore;
-- @old
INSERT INTO users (id, attrs) VALUES ($1, $2)
-- @args 9|a=>1
-- @change
DROP EXTENSION hstore CASCADE;

-- @case btree_gist dropped, operator class of an index
-- @expect agree
-- @setup
CREATE EXTENSION btree_gist; CREATE TABLE slots (room int, during int4range);
-- @old
CREATE INDEX ON slots USING gist (room, during)
-- @change
DROP EXTENSION btree_gist;

-- @case btree_gist dropped, distance operator
-- @expect agree
-- @setup
CREATE EXTENSION btree_gist;
-- @old
SELECT id FROM users ORDER BY id <-> $1::int LIMIT 1
-- @args 2
-- @change
DROP EXTENSION btree_gist;

-- @case btree_gist dropped that a constraint needs
-- @expect missed
-- @setup
CREATE EXTENSION btree_gist;
CREATE TABLE slots (room int, during int4range, EXCLUDE USING gist (room WITH =, during WITH &&));
-- @old
INSERT INTO slots VALUES (1, '[1,2)')
-- @change
DROP EXTENSION btree_gist;

-- @case extension moved to another schema, function
-- @expect agree
-- @setup
CREATE SCHEMA ext; CREATE EXTENSION pgcrypto;
-- @old
SELECT length(gen_salt('bf'))
-- @change
ALTER EXTENSION pgcrypto SET SCHEMA ext;

-- @case extension moved to another schema, operator
-- @expect agree
-- @setup
CREATE SCHEMA ext; CREATE EXTENSION pg_trgm;
-- @old
SELECT id FROM users WHERE email % $1
-- @args a@x
-- @change
ALTER EXTENSION pg_trgm SET SCHEMA ext;

-- @case extension moved to another schema, type
-- @expect agree
-- @setup
CREATE SCHEMA ext; CREATE EXTENSION citext;
-- @old
SELECT $1::citext::text
-- @args a
-- @change
ALTER EXTENSION citext SET SCHEMA ext;

-- @case extension moved out of the path changes the operator
-- @expect missed
-- @setup
CREATE SCHEMA ext; CREATE EXTENSION citext; ALTER TABLE users ALTER COLUMN email TYPE citext;
-- @old
SELECT id FROM users WHERE email = 'A@X'
-- @change
ALTER EXTENSION citext SET SCHEMA ext;

-- @case extension dropped with its schema
-- @expect agree
-- @setup
CREATE SCHEMA ext; CREATE EXTENSION pgcrypto SCHEMA ext;
-- @old
SELECT length(ext.gen_salt('bf'))
-- @change
DROP SCHEMA ext CASCADE;

-- @case extension dropped, function used in a function
-- @expect agree
-- @setup
CREATE EXTENSION pgcrypto;
CREATE FUNCTION hashed(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN encode(digest($1, 'md5'), 'hex'); END $$;
-- @old
SELECT hashed($1)
-- @args a
-- @change
DROP EXTENSION pgcrypto;
