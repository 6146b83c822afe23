-- Section 8 of the facts: types that change and do no harm.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email varchar(50) UNIQUE, name varchar(20), age smallint, score numeric(6, 2), state text DEFAULT 'new', born date, data jsonb);
CREATE TYPE state AS ENUM ('new', 'open', 'done');
INSERT INTO users VALUES (1, 'a@x', 'Ann', 30, 1.5, 'new', '1990-01-01', '{"k": 1}'), (2, 'b@x', 'Bob', 40, 2.5, 'done', '1980-01-01', '{"k": 2}');

-- @cell 8 text to enum with untyped parameters
-- @case ok text to enum, equal to a parameter
-- @expect agree
-- @old
SELECT id FROM users WHERE state = $1 ORDER BY id
-- @args new
-- @change
ALTER TABLE users ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE state USING state::state;

-- @case ok text to enum, any of a parameter
-- @expect agree
-- @old
SELECT id FROM users WHERE state = ANY($1) ORDER BY id
-- @args {new,open}
-- @change
ALTER TABLE users ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE state USING state::state;

-- @case ok text to enum, known literal
-- @expect agree
-- @old
SELECT id FROM users WHERE state = 'done' OR state IN ('new', 'open') ORDER BY id
-- @change
ALTER TABLE users ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE state USING state::state;

-- @case ok text to enum, all and is distinct from
-- @expect agree
-- @old
SELECT id FROM users WHERE state <> ALL($1) AND state IS DISTINCT FROM $2
-- @args {open}|new
-- @change
ALTER TABLE users ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE state USING state::state;

-- @case ok text to enum, insert and update by parameters
-- @expect agree
-- @old
INSERT INTO users (id, state) VALUES ($1, $2);
UPDATE users SET state = $2 WHERE id = $1 RETURNING state
-- @args 9|open
-- @change
ALTER TABLE users ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE state USING state::state;

-- @case ok text to enum, group and count
-- @expect agree
-- @old
SELECT state, count(*) FROM users WHERE state = 'new' GROUP BY state
-- @change
ALTER TABLE users ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE state USING state::state;

-- @case ok text to enum, default kept
-- @expect agree
-- @old
INSERT INTO users (id) VALUES (9) RETURNING state
-- @change
ALTER TABLE users ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE state USING state::state;
ALTER TABLE users ALTER COLUMN state SET DEFAULT 'new';

-- @case ok text to enum, upsert with excluded
-- @expect agree
-- @old
INSERT INTO users (id, state) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state WHERE users.state <> EXCLUDED.state RETURNING state
-- @args 1|open
-- @change
ALTER TABLE users ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE state USING state::state;

-- @case ok text to enum, cast to text by the reader
-- @expect agree
-- @old
SELECT id FROM users WHERE state::text = $1 AND state::text LIKE 'n%'
-- @args new
-- @change
ALTER TABLE users ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE state USING state::state;

-- @case ok text to enum, concatenation
-- @expect agree
-- @old
SELECT id || ':' || state FROM users ORDER BY id
-- @change
ALTER TABLE users ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE state USING state::state;

-- @cell 8 widened types
-- @case ok longer varchar, select
-- @expect agree
-- @old
SELECT id, email FROM users WHERE email = $1
-- @args a@x
-- @change
ALTER TABLE users ALTER COLUMN email TYPE varchar(100);

-- @case ok varchar to text, upsert
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET name = 'again' RETURNING id
-- @args 9|a@x
-- @change
ALTER TABLE users ALTER COLUMN email TYPE text;

-- @case ok varchar without length, like and concatenation
-- @expect agree
-- @old
SELECT name || '!' FROM users WHERE name LIKE $1 ORDER BY id
-- @args A%
-- @change
ALTER TABLE users ALTER COLUMN name TYPE varchar;

-- @case ok smallint to int, comparison and order
-- @expect agree
-- @old
SELECT id FROM users WHERE age BETWEEN $1 AND $2 ORDER BY age DESC
-- @args 1|99
-- @change
ALTER TABLE users ALTER COLUMN age TYPE int;

-- @case ok smallint to int, value read
-- @expect agree
-- @old
SELECT age, max(age) OVER () FROM users ORDER BY id
-- @change
ALTER TABLE users ALTER COLUMN age TYPE int;

-- @case ok int to bigint of a key
-- @expect agree
-- @setup
CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users); INSERT INTO posts VALUES (1, 1);
-- @old
SELECT u.name FROM users u JOIN posts p ON p.user_id = u.id WHERE u.id = $1
-- @args 1
-- @change
ALTER TABLE users ALTER COLUMN id TYPE bigint;

-- @case ok int to bigint, insert and arithmetic
-- @expect agree
-- @old
INSERT INTO users (id, age) VALUES ($1, 5) RETURNING id + 1
-- @args 9
-- @change
ALTER TABLE users ALTER COLUMN id TYPE bigint;

-- @case ok wider numeric of the same scale
-- @expect agree
-- @old
SELECT score, sum(score) OVER (ORDER BY id) FROM users ORDER BY id
-- @change
ALTER TABLE users ALTER COLUMN score TYPE numeric(12, 2);

-- @case ok numeric without limits
-- @expect agree
-- @old
UPDATE users SET score = score + $1 WHERE id = 1 RETURNING score
-- @args 1.25
-- @change
ALTER TABLE users ALTER COLUMN score TYPE numeric;

-- @case ok type changed of a column nobody reads
-- @expect agree
-- @old
SELECT id, email FROM users ORDER BY id
-- @change
ALTER TABLE users ALTER COLUMN score TYPE text;

-- @case ok type changed of a column that is only tested for null
-- @expect agree
-- @old
SELECT id FROM users WHERE born IS NOT NULL ORDER BY id
-- @change
ALTER TABLE users ALTER COLUMN born TYPE timestamptz;

-- @case ok date to timestamp, comparison with a literal
-- @expect agree, with a warning
-- @old
SELECT id FROM users WHERE born < '1985-01-01'
-- @change
ALTER TABLE users ALTER COLUMN born TYPE timestamp;

-- @case ok wider column, plain copy
-- @expect agree
-- @old
COPY users (id, age, email) TO STDOUT
-- @change
ALTER TABLE users ALTER COLUMN age TYPE bigint, ALTER COLUMN email TYPE text;

-- @case ok wider column, copy in
-- @expect agree
-- @old
COPY users (id, name, age) FROM STDIN
-- @copy 9\tZed\t7\n
-- @change
ALTER TABLE users ALTER COLUMN age TYPE int, ALTER COLUMN name TYPE text;

-- @case ok wider column below no view
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT id, email FROM users;
-- @old
SELECT email FROM v ORDER BY id
-- @change
ALTER TABLE users ALTER COLUMN name TYPE text;

-- @case ok same type again
-- @expect agree
-- @old
SELECT id, state FROM users ORDER BY id
-- @change
ALTER TABLE users ALTER COLUMN state TYPE text;

-- @case ok view dropped, type widened, view made again
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT id, email FROM users;
-- @old
SELECT email FROM v WHERE id = $1
-- @args 1
-- @change
DROP VIEW v;
ALTER TABLE users ALTER COLUMN email TYPE text;
CREATE VIEW v AS SELECT id, email FROM users;

-- @case ok json to jsonb, arrow
-- @expect agree
-- @setup
ALTER TABLE users ADD COLUMN raw json; UPDATE users SET raw = data::json;
-- @old
SELECT raw ->> 'k' FROM users WHERE (raw ->> 'k')::int > 0 ORDER BY id
-- @change
ALTER TABLE users ALTER COLUMN raw TYPE jsonb;

-- @case ok text to domain that the values keep
-- @expect agree, with a warning
-- @setup
CREATE DOMAIN mail AS varchar(50) CHECK (VALUE LIKE '%@%');
-- @old
INSERT INTO users (id, email) VALUES (9, 'z@x') RETURNING email
-- @change
ALTER TABLE users ALTER COLUMN email TYPE mail;

-- @case ok bool from int by nobody's reader
-- @expect agree
-- @setup
ALTER TABLE users ADD COLUMN flag int DEFAULT 0;
-- @old
INSERT INTO users (id, email) VALUES (9, 'z@x')
-- @change
ALTER TABLE users ALTER COLUMN flag DROP DEFAULT, ALTER COLUMN flag TYPE bool USING flag <> 0, ALTER COLUMN flag SET DEFAULT false;

-- @case ok sequence widened
-- @expect agree
-- @setup
CREATE TABLE posts (id serial PRIMARY KEY, body text);
-- @old
INSERT INTO posts (body) VALUES ($1) RETURNING body
-- @args x
-- @change
ALTER SEQUENCE posts_id_seq AS bigint;
ALTER TABLE posts ALTER COLUMN id TYPE bigint;

-- @case ok enum value renamed that nobody names
-- @expect agree
-- @setup
ALTER TABLE users ADD COLUMN st state DEFAULT 'new';
-- @old
SELECT id FROM users WHERE st = 'new' ORDER BY id
-- @change
ALTER TYPE state RENAME VALUE 'done' TO 'closed';

-- @case ok collation of a column changed, equality only
-- @expect agree
-- @old
SELECT id FROM users WHERE name = $1
-- @args Ann
-- @change
ALTER TABLE users ALTER COLUMN name TYPE varchar(20) COLLATE "C";

-- @case ok length check in place of the length
-- @expect agree, with a warning
-- @old
UPDATE users SET name = 'Zed' WHERE id = 1 RETURNING name
-- @change
ALTER TABLE users ALTER COLUMN name TYPE text, ADD CHECK (length(name) <= 20);

-- @case ok function argument widened, parameter untyped
-- @expect agree
-- @setup
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 * 2 $$;
-- @old
SELECT id FROM users WHERE id = twice($1)
-- @args 1
-- @change
DROP FUNCTION twice(int);
CREATE FUNCTION twice(bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT $1 * 2 $$;

-- @case ok function argument widened, int column
-- @expect agree
-- @setup
CREATE FUNCTION twice(int) RETURNS bigint LANGUAGE sql AS $$ SELECT $1 * 2::bigint $$;
-- @old
SELECT twice(id) FROM users ORDER BY id
-- @change
DROP FUNCTION twice(int);
CREATE FUNCTION twice(bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT $1 * 2 $$;
