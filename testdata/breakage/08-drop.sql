-- Section 8 of the facts: what is dropped and nobody uses, or comes back.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, name text, legacy text, old_flag bool DEFAULT false);
CREATE TABLE orders (id int PRIMARY KEY, user_id int, total numeric, legacy text);
INSERT INTO users (id, email, name) VALUES (1, 'a@x', 'Ann'), (2, 'b@x', 'Bob');
INSERT INTO orders VALUES (1, 1, 10, 'l'), (2, 1, 20, 'l'), (3, 2, 5, 'l');

-- @cell 8 DROP COLUMN without references
-- @case ok unused column dropped, select
-- @expect agree
-- @old
SELECT id, email, name FROM users WHERE email = $1
-- @args a@x
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok unused column dropped, insert by list
-- @expect agree
-- @old
INSERT INTO users (id, email, name) VALUES ($1, $2, $3) ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name RETURNING id, name
-- @args 9|a@x|Z
-- @change
ALTER TABLE users DROP COLUMN legacy, DROP COLUMN old_flag;

-- @case ok column of that name in another table dropped
-- @expect agree
-- @old
SELECT o.legacy, u.name FROM orders o JOIN users u ON u.id = o.user_id ORDER BY o.id
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok bare name with only one owner left unchanged
-- @expect agree
-- @old
SELECT legacy FROM orders ORDER BY id
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok inner name of its own, outer column dropped
-- @expect agree
-- @old
SELECT name FROM users WHERE id IN (SELECT user_id FROM orders WHERE legacy = 'l') ORDER BY name
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok unused column dropped, star inside
-- @expect agree
-- @old
SELECT s.id FROM (SELECT * FROM users) s WHERE s.name = $1
-- @args Ann
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok unused column dropped, exists with a star
-- @expect agree
-- @old
SELECT EXISTS (SELECT * FROM users WHERE email = $1)
-- @args a@x
-- @change
ALTER TABLE users DROP COLUMN old_flag;

-- @case ok unused column dropped, count
-- @expect agree
-- @old
SELECT count(*), count(u) FROM users u
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok unused column dropped, copy with a list
-- @expect agree
-- @old
COPY users (id, email) FROM STDIN
-- @copy 9\tz@x\n
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok unused column dropped, shorter positional insert
-- @expect agree
-- @old
INSERT INTO users VALUES ($1, $2, $3)
-- @args 9|z@x|Z
-- @observe SELECT id, email, name FROM users WHERE id = 9
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok unused column dropped, view with a list
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT id, email FROM users;
-- @old
SELECT * FROM v ORDER BY id
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok unused column dropped, trigger that does not read it
-- @expect agree
-- @setup
CREATE FUNCTION low() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.email := lower(NEW.email); RETURN NEW; END $$;
CREATE TRIGGER low BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION low();
-- @old
UPDATE users SET email = $1 WHERE id = 1 RETURNING email
-- @args Q@X
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok column dropped that only an unused function reads
-- @expect agree
-- @setup
CREATE FUNCTION old_names() RETURNS SETOF text LANGUAGE sql AS $$ SELECT legacy FROM users $$;
-- @old
SELECT name FROM users ORDER BY id
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok column dropped with cascade that only an unused view reads
-- @expect agree
-- @setup
CREATE VIEW old_names AS SELECT legacy FROM users;
-- @old
SELECT name FROM users ORDER BY id
-- @change
ALTER TABLE users DROP COLUMN legacy CASCADE;

-- @case ok column dropped that is named in a string only
-- @expect agree
-- @old
SELECT 'legacy' AS kind, count(*) FROM users
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok column dropped that is an alias only
-- @expect agree
-- @old
SELECT name AS legacy FROM users ORDER BY legacy
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok column dropped that a CTE has under that name
-- @expect agree
-- @old
WITH users AS (SELECT 1 AS id, 'x' AS legacy) SELECT legacy FROM users
-- @change
ALTER TABLE users DROP COLUMN legacy;

-- @case ok unreferenced attribute dropped
-- @expect agree
-- @setup
CREATE TYPE address AS (street text, city text, junk text); ALTER TABLE users ADD COLUMN addr address;
UPDATE users SET addr = ROW('s', 'Bern', 'j')::address;
-- @old
SELECT (addr).city FROM users ORDER BY id
-- @change
ALTER TYPE address DROP ATTRIBUTE junk;

-- @case ok column if exists that is not there
-- @expect agree
-- @old
SELECT id, email, name FROM users ORDER BY id
-- @change
ALTER TABLE users DROP COLUMN IF EXISTS nickname;

-- @case ok generated column dropped that is not read
-- @expect agree
-- @setup
ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 1.2) STORED;
-- @old
UPDATE orders SET total = 1 WHERE id = 1 RETURNING total
-- @change
ALTER TABLE orders DROP COLUMN gross;

-- @case ok required column dropped that the insert leaves out by its default
-- @expect agree
-- @setup
ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';
-- @old
INSERT INTO users (id, email) VALUES (9, 'z@x') RETURNING id
-- @change
ALTER TABLE users DROP COLUMN plan;

-- @cell 8 unused objects dropped
-- @case ok unused table dropped
-- @expect agree
-- @setup
CREATE TABLE user_backup (LIKE users);
-- @old
SELECT id FROM users ORDER BY id
-- @change
DROP TABLE user_backup;

-- @case ok child table dropped, parent delete
-- @expect agree
-- @setup
CREATE TABLE notes (id int, user_id int REFERENCES users);
-- @old
DELETE FROM users WHERE id = $1
-- @args 2
-- @change
DROP TABLE notes;

-- @case ok table of that name in another schema dropped
-- @expect agree
-- @setup
CREATE SCHEMA old; CREATE TABLE old.users (id int);
-- @old
SELECT name FROM users ORDER BY id
-- @change
DROP SCHEMA old CASCADE;

-- @case ok later table of the path dropped
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.settings (v text); INSERT INTO app.settings VALUES ('x'); CREATE TABLE public.settings (v text);
-- @path app,public
-- @old
SELECT v FROM settings
-- @change
DROP TABLE public.settings;

-- @case ok unused view dropped
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT id FROM users;
-- @old
SELECT id FROM users ORDER BY id
-- @change
DROP VIEW v;

-- @case ok unused view over a used view dropped
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT id, name FROM users; CREATE MATERIALIZED VIEW w AS SELECT name FROM v;
-- @old
SELECT name FROM v ORDER BY id
-- @change
DROP MATERIALIZED VIEW w;

-- @case ok unused function and procedure dropped
-- @expect agree
-- @setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
-- @old
SELECT id FROM users ORDER BY id
-- @change
DROP FUNCTION f();
DROP PROCEDURE p();

-- @case ok unused overload dropped
-- @expect agree
-- @setup
CREATE FUNCTION show(text) RETURNS text LANGUAGE sql AS $$ SELECT 't' || $1 $$;
CREATE FUNCTION show(int) RETURNS text LANGUAGE sql AS $$ SELECT 'i' || $1 $$;
-- @old
SELECT show(name) FROM users ORDER BY id
-- @change
DROP FUNCTION show(int);

-- @case ok unused index dropped
-- @expect agree
-- @setup
CREATE INDEX orders_user ON orders (user_id);
-- @old
SELECT id FROM orders WHERE user_id = $1 ORDER BY id
-- @args 1
-- @change
DROP INDEX CONCURRENTLY orders_user;

-- @case ok unique index dropped that is not the arbiter
-- @expect agree
-- @setup
CREATE UNIQUE INDEX users_name ON users (name);
-- @old
INSERT INTO users (id, email) VALUES (9, 'a@x') ON CONFLICT (email) DO NOTHING
-- @change
DROP INDEX users_name;

-- @case ok one of two equal arbiters dropped
-- @expect agree
-- @setup
CREATE UNIQUE INDEX users_email_2 ON users (email);
-- @old
INSERT INTO users (id, email) VALUES (9, 'a@x') ON CONFLICT (email) DO NOTHING
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case ok foreign key dropped
-- @expect agree
-- @setup
ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users;
-- @old
INSERT INTO orders (id, user_id, total) VALUES (9, 1, 5)
-- @change
ALTER TABLE orders DROP CONSTRAINT fk;

-- @case ok check dropped
-- @expect agree
-- @setup
ALTER TABLE orders ADD CONSTRAINT pos CHECK (total > 0);
-- @old
UPDATE orders SET total = $1 WHERE id = 1
-- @args 7
-- @change
ALTER TABLE orders DROP CONSTRAINT pos;

-- @case ok not null dropped
-- @expect agree
-- @setup
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
-- @old
SELECT name FROM users ORDER BY id
-- @change
ALTER TABLE users ALTER COLUMN name DROP NOT NULL;

-- @case ok default dropped, the insert gives the column
-- @expect agree
-- @old
INSERT INTO users (id, email, old_flag) VALUES (9, 'z@x', true) RETURNING old_flag
-- @change
ALTER TABLE users ALTER COLUMN old_flag DROP DEFAULT;

-- @case ok trigger dropped that only wrote a log
-- @expect agree
-- @setup
CREATE TABLE log (what text);
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (TG_OP); RETURN NULL; END $$;
CREATE TRIGGER log_it AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION log_it();
-- @old
UPDATE users SET name = 'x' WHERE id = 1 RETURNING name
-- @change
DROP TRIGGER log_it ON users;
DROP TABLE log;

-- @case ok unused type, domain, sequence and extension dropped
-- @expect agree
-- @setup
CREATE TYPE mood AS ENUM ('ok'); CREATE DOMAIN mail AS text; CREATE SEQUENCE s; CREATE EXTENSION hstore;
-- @old
SELECT 'mood' AS mood, email AS mail FROM users ORDER BY id
-- @change
DROP TYPE mood;
DROP DOMAIN mail;
DROP SEQUENCE s;
DROP EXTENSION hstore;

-- @case ok type dropped that a column of that name does not have
-- @expect agree
-- @setup
CREATE TYPE legacy AS ENUM ('ok');
-- @old
SELECT legacy FROM orders ORDER BY id
-- @change
DROP TYPE legacy;

-- @case ok unused role dropped
-- @expect agree
-- @setup
CREATE ROLE app; CREATE ROLE nobody; GRANT SELECT ON users TO app;
-- @role app
-- @old
SELECT id FROM users ORDER BY id
-- @change
DROP ROLE nobody;

-- @case ok privilege revoked that the code does not use
-- @expect agree
-- @setup
CREATE ROLE app; GRANT SELECT, INSERT, DELETE ON users TO app;
-- @role app
-- @old
SELECT id FROM users ORDER BY id
-- @change
REVOKE INSERT, DELETE ON users FROM app;

-- @case ok policy dropped for the owner
-- @expect agree
-- @setup
CREATE POLICY p ON users USING (id = 1);
-- @old
SELECT id FROM users ORDER BY id
-- @change
DROP POLICY p ON users;

-- @case ok old partition dropped, new rows go elsewhere
-- @expect agree
-- @setup
CREATE TABLE logs (at date, msg text) PARTITION BY RANGE (at);
CREATE TABLE logs_23 PARTITION OF logs FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- @old
INSERT INTO logs (at, msg) VALUES ('2024-02-02', 'x') RETURNING msg
-- @change
DROP TABLE logs_23;

-- @cell 8 dropped and back in the same change
-- @case ok table dropped and made again
-- @expect agree
-- @setup
CREATE TABLE cache (k text PRIMARY KEY, v text);
-- @old
INSERT INTO cache (k, v) VALUES ($1, $2) ON CONFLICT (k) DO UPDATE SET v = EXCLUDED.v RETURNING v
-- @args a|b
-- @change
DROP TABLE cache;
CREATE TABLE cache (k text PRIMARY KEY, v text);

-- @case ok table made again with its rows
-- @expect agree
-- @old
SELECT id, total FROM orders WHERE user_id = $1 ORDER BY id
-- @args 1
-- @change
CREATE TABLE orders_copy (LIKE orders INCLUDING ALL);
INSERT INTO orders_copy SELECT * FROM orders;
DROP TABLE orders;
ALTER TABLE orders_copy RENAME TO orders;

-- @case ok column dropped and added again
-- @expect agree
-- @old
SELECT id, legacy FROM users ORDER BY id
-- @change
ALTER TABLE users DROP COLUMN legacy;
ALTER TABLE users ADD COLUMN legacy text;

-- @case ok column dropped and added in one statement
-- @expect agree
-- @old
UPDATE users SET legacy = $1 WHERE id = 1 RETURNING legacy
-- @args x
-- @change
ALTER TABLE users DROP COLUMN legacy, ADD COLUMN legacy text;

-- @case ok last column dropped and added again, star
-- @expect agree
-- @old
SELECT * FROM users ORDER BY id
-- @change
ALTER TABLE users DROP COLUMN old_flag;
ALTER TABLE users ADD COLUMN old_flag bool DEFAULT false;

-- @case ok unique constraint dropped and added again
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (9, 'a@x') ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);

-- @case ok constraint replaced by an equal index, arbiter by column
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (9, 'a@x') ON CONFLICT (email) DO UPDATE SET name = 'again'
-- @change
CREATE UNIQUE INDEX users_email_new ON users (email);
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case ok index made again, reindex
-- @expect agree
-- @setup
CREATE INDEX orders_user ON orders (user_id);
-- @old
REINDEX INDEX orders_user
-- @change
DROP INDEX orders_user;
CREATE INDEX orders_user ON orders (user_id, id);

-- @case ok view dropped and made again over a changed table
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT id, email FROM users;
-- @old
SELECT id, email FROM v ORDER BY id
-- @change
DROP VIEW v;
ALTER TABLE users RENAME COLUMN email TO mail;
CREATE VIEW v AS SELECT id, mail AS email FROM users;

-- @case ok view made again with other order, named reader
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT id, email FROM users;
-- @old
SELECT id, email FROM v ORDER BY id
-- @change
DROP VIEW v;
CREATE VIEW v AS SELECT email, name, id FROM users;

-- @case ok materialized view made again
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW m AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
-- @old
SELECT total FROM m WHERE user_id = $1
-- @args 1
-- @change
DROP MATERIALIZED VIEW m;
CREATE MATERIALIZED VIEW m AS SELECT user_id, sum(total) AS total, count(*) AS n FROM orders GROUP BY user_id;

-- @case ok function dropped and made again
-- @expect agree
-- @setup
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @old
SELECT slug(name) FROM users ORDER BY id
-- @change
DROP FUNCTION slug(text);
CREATE FUNCTION slug(t text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN lower(t); END $$;

-- @case ok function body follows the renamed column
-- @expect agree
-- @setup
CREATE FUNCTION mail_of(int) RETURNS text LANGUAGE sql AS $$ SELECT email FROM users WHERE id = $1 $$;
-- @old
SELECT mail_of($1)
-- @args 1
-- @change
ALTER TABLE users RENAME COLUMN email TO mail;
CREATE OR REPLACE FUNCTION mail_of(int) RETURNS text LANGUAGE sql AS $$ SELECT mail FROM users WHERE id = $1 $$;

-- @case ok trigger function follows the dropped column
-- @expect agree, with a warning
-- @setup
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.legacy := 'x'; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
-- @old
UPDATE users SET name = $1 WHERE id = 1 RETURNING name
-- @args Z
-- @change
ALTER TABLE users DROP COLUMN legacy;
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;

-- @case ok trigger dropped with the column that it wrote
-- @expect agree, with a warning
-- @setup
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.legacy := 'x'; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
-- @old
UPDATE users SET name = $1 WHERE id = 1 RETURNING name
-- @args Z
-- @change
DROP TRIGGER touch ON users;
DROP FUNCTION touch();
ALTER TABLE users DROP COLUMN legacy;

-- @case ok enum dropped and made again
-- @expect agree
-- @setup
CREATE TYPE mood AS ENUM ('sad', 'ok'); ALTER TABLE users ADD COLUMN mood mood DEFAULT 'ok';
-- @old
SELECT id FROM users WHERE mood = $1::mood ORDER BY id
-- @args ok
-- @change
ALTER TYPE mood RENAME TO mood_old;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
ALTER TABLE users ALTER COLUMN mood DROP DEFAULT;
ALTER TABLE users ALTER COLUMN mood TYPE mood USING mood::text::mood;
ALTER TABLE users ALTER COLUMN mood SET DEFAULT 'ok';
DROP TYPE mood_old;

-- @case ok sequence made again
-- @expect agree
-- @setup
CREATE SEQUENCE invoice_no;
-- @old
SELECT nextval('invoice_no') > 0
-- @change
DROP SEQUENCE invoice_no;
CREATE SEQUENCE invoice_no START WITH 1000;

-- @case ok schema made again
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int, state text);
-- @old
SELECT id FROM app.jobs WHERE state = $1
-- @args new
-- @change
DROP SCHEMA app CASCADE;
CREATE SCHEMA app;
CREATE TABLE app.jobs (id int, state text, note text);

-- @case ok table replaced by a partitioned one
-- @expect agree, with a warning
-- @old
INSERT INTO orders (id, user_id, total) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET total = EXCLUDED.total RETURNING total
-- @args 1|1|7
-- @change
CREATE TABLE orders_p (id int PRIMARY KEY, user_id int, total numeric, legacy text) PARTITION BY HASH (id);
CREATE TABLE orders_p0 PARTITION OF orders_p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE orders_p1 PARTITION OF orders_p FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO orders_p SELECT * FROM orders;
DROP TABLE orders;
ALTER TABLE orders_p RENAME TO orders;

-- @case ok grants given again to the table made again
-- @expect agree
-- @setup
CREATE ROLE app; GRANT SELECT ON orders TO app;
-- @role app
-- @old
SELECT count(*) FROM orders WHERE id > $1
-- @args 100
-- @change
DROP TABLE orders;
CREATE TABLE orders (id int PRIMARY KEY, user_id int, total numeric, legacy text);
GRANT SELECT ON orders TO app;

-- @case ok default of a sequence becomes an identity of that name
-- @expect agree, with a warning
-- @setup
CREATE TABLE items (id serial PRIMARY KEY, label text); INSERT INTO items (label) VALUES ('x');
-- @old
INSERT INTO items (label) VALUES ($1);
SELECT currval('items_id_seq') > 0, pg_get_serial_sequence('items', 'id')
-- @args y
-- @change
ALTER TABLE items ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE items_id_seq;
ALTER TABLE items ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 100);

-- @cell 8 objects created in the same set
-- @case ok table made and dropped
-- @expect agree
-- @old
SELECT id FROM users ORDER BY id
-- @change
CREATE TABLE tmp_ids AS SELECT id FROM users;
ALTER TABLE tmp_ids ADD COLUMN n int NOT NULL DEFAULT 0;
DROP TABLE tmp_ids;

-- @case ok column added and dropped
-- @expect agree
-- @old
SELECT * FROM users ORDER BY id
-- @change
ALTER TABLE users ADD COLUMN scratch int;
UPDATE users SET scratch = id;
ALTER TABLE users DROP COLUMN scratch;

-- @case ok column added as required and then relaxed
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (9, 'z@x') RETURNING id
-- @change
ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';
ALTER TABLE users ALTER COLUMN plan DROP DEFAULT;
ALTER TABLE users ALTER COLUMN plan DROP NOT NULL;

-- @case ok constraint added and dropped
-- @expect agree
-- @old
INSERT INTO orders (id, user_id, total) VALUES (9, 99, 1)
-- @change
ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users NOT VALID;
ALTER TABLE orders DROP CONSTRAINT fk;

-- @case ok new table with constraints of its own
-- @expect agree
-- @old
DELETE FROM orders WHERE id = $1
-- @args 3
-- @change
CREATE TABLE refunds (id int PRIMARY KEY, order_id int NOT NULL, amount numeric CHECK (amount > 0));
ALTER TABLE refunds ADD COLUMN reason text NOT NULL;
ALTER TABLE refunds ALTER COLUMN amount TYPE int;
ALTER TABLE refunds RENAME COLUMN reason TO cause;
CREATE INDEX ON refunds (order_id);

-- @case ok helper function made and dropped
-- @expect agree
-- @old
SELECT name FROM users ORDER BY id
-- @change
CREATE FUNCTION tmp_fix() RETURNS void LANGUAGE sql AS $$ UPDATE users SET legacy = NULL $$;
SELECT tmp_fix();
DROP FUNCTION tmp_fix();

-- @case ok migration rolled back by itself
-- @expect agree
-- @old
SELECT id, email FROM users ORDER BY id
-- @change
BEGIN;
DROP TABLE users;
ROLLBACK;

-- @case ok part of a migration rolled back
-- @expect agree
-- @old
SELECT id, email FROM users ORDER BY id
-- @change
BEGIN;
SAVEPOINT s;
ALTER TABLE users DROP COLUMN email;
ROLLBACK TO s;
ALTER TABLE users ADD COLUMN phone text;
COMMIT;

-- @case ok commented out drop
-- @expect agree
-- @old
SELECT id, email FROM users ORDER BY id
-- @change
CREATE TABLE phones (id int);
-- DROP TABLE users;
/* down:
ALTER TABLE users DROP COLUMN email;
*/

-- @case ok drop inside a string
-- @expect agree
-- @old
SELECT id, email FROM users ORDER BY id
-- @change
INSERT INTO users (id, email) SELECT 5, 'ALTER TABLE users DROP COLUMN email' WHERE false;

-- @case ok temp table of the migration with the table's name
-- @expect agree
-- @old
SELECT count(*) FROM users
-- @change
CREATE TEMP TABLE users (x int);
DROP TABLE pg_temp.users;

-- @case ok do block that does nothing here
-- @expect agree
-- @old
SELECT id, email FROM users ORDER BY id
-- @change
DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 'no_such_table') THEN EXECUTE 'DROP TABLE users'; END IF; END $$;

-- @case ok truncate of an unused table
-- @expect agree
-- @setup
CREATE TABLE scratch (id int);
-- @old
SELECT id FROM users ORDER BY id
-- @change
TRUNCATE scratch;
