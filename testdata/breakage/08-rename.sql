-- Section 8 of the facts: renames that code does not see, and names that hide real tables.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, name text, active bool DEFAULT true);
CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users, total numeric, status text DEFAULT 'new');
INSERT INTO users VALUES (1, 'a@x', 'Ann', true), (2, 'b@x', 'Bob', false);
INSERT INTO orders (user_id, total) VALUES (1, 10), (1, 20), (2, 5);

-- @cell 8 unused things renamed
-- @case ok unused column renamed
-- @expect agree
-- @old
SELECT id, email FROM users ORDER BY id
-- @change
ALTER TABLE users RENAME COLUMN name TO full_name;

-- @case ok column renamed below a view
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT id, name FROM users;
-- @old
SELECT id, name FROM v ORDER BY name
-- @change
ALTER TABLE users RENAME COLUMN name TO full_name;

-- @case ok table renamed below a view
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT u.name, o.total FROM users u JOIN orders o ON o.user_id = u.id;
-- @old
SELECT name, total FROM v ORDER BY total
-- @change
ALTER TABLE orders RENAME TO purchases;

-- @case ok table renamed below a writable view
-- @expect agree
-- @setup
CREATE VIEW live AS SELECT id, email, active FROM users WHERE active;
-- @old
UPDATE live SET email = $1 WHERE id = 1 RETURNING email
-- @args z@x
-- @change
ALTER TABLE users RENAME TO people;
ALTER TABLE people RENAME COLUMN email TO mail;

-- @case ok table renamed below a materialized view
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW m AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
-- @old
REFRESH MATERIALIZED VIEW m;
SELECT total FROM m ORDER BY 1
-- @change
ALTER TABLE orders RENAME TO purchases;
ALTER TABLE purchases RENAME COLUMN total TO amount;

-- @case ok table renamed below a standard SQL function
-- @expect agree
-- @setup
CREATE FUNCTION owed(int) RETURNS numeric LANGUAGE sql BEGIN ATOMIC SELECT sum(total) FROM orders WHERE user_id = $1; END;
-- @old
SELECT owed($1)
-- @args 1
-- @change
ALTER TABLE orders RENAME TO purchases;
ALTER TABLE purchases RENAME COLUMN total TO amount;

-- @case ok parent table renamed, child of the foreign key
-- @expect agree
-- @old
INSERT INTO orders (user_id, total) VALUES ($1, $2) RETURNING status
-- @args 1|3
-- @change
ALTER TABLE users RENAME TO people;
ALTER TABLE people RENAME COLUMN id TO person_id;

-- @case ok sequence of a default renamed
-- @expect agree
-- @old
INSERT INTO orders (user_id, total) VALUES ($1, $2) RETURNING status
-- @args 1|3
-- @change
ALTER SEQUENCE orders_id_seq RENAME TO order_numbers;

-- @case ok sequence of a default moved to another schema
-- @expect agree
-- @setup
CREATE SCHEMA seq; CREATE SEQUENCE code_seq; ALTER TABLE users ADD COLUMN code int DEFAULT nextval('code_seq');
-- @old
INSERT INTO users (id, email) VALUES (9, 'z@x') RETURNING code > 0
-- @change
ALTER SEQUENCE code_seq SET SCHEMA seq;

-- @case ok unnamed constraint and index renamed
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (9, 'a@x') ON CONFLICT (email) DO UPDATE SET active = EXCLUDED.active RETURNING id
-- @change
ALTER TABLE users RENAME CONSTRAINT users_email_key TO uq_email;
ALTER INDEX users_pkey RENAME TO pk_users;

-- @case ok function of a trigger renamed
-- @expect agree, with a warning
-- @setup
CREATE FUNCTION low() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.email := lower(NEW.email); RETURN NEW; END $$;
CREATE TRIGGER low BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION low();
-- @old
UPDATE users SET email = 'Q@X' WHERE id = 1 RETURNING email
-- @change
ALTER FUNCTION low() RENAME TO lower_email;
ALTER TRIGGER low ON users RENAME TO lower_email;

-- @case ok function of a default renamed
-- @expect agree
-- @setup
CREATE FUNCTION first_state() RETURNS text LANGUAGE sql AS $$ SELECT 'fresh' $$;
ALTER TABLE orders ALTER COLUMN status SET DEFAULT first_state();
-- @old
INSERT INTO orders (user_id) VALUES (1) RETURNING status
-- @change
ALTER FUNCTION first_state() RENAME TO initial_state;

-- @case ok type of a column renamed, untyped values
-- @expect agree
-- @setup
CREATE TYPE mood AS ENUM ('sad', 'ok'); ALTER TABLE users ADD COLUMN mood mood DEFAULT 'ok';
-- @old
UPDATE users SET mood = $1 WHERE mood = 'ok' RETURNING id
-- @args sad
-- @change
ALTER TYPE mood RENAME TO user_mood;

-- @case ok domain of a column renamed
-- @expect agree
-- @setup
CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%'); ALTER TABLE users ALTER COLUMN email TYPE mail;
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) RETURNING email
-- @args 9|z@x
-- @change
ALTER DOMAIN mail RENAME TO email_address;

-- @case ok partition renamed, parent read
-- @expect agree
-- @setup
CREATE TABLE logs (at date, msg text) PARTITION BY RANGE (at);
CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- @old
INSERT INTO logs VALUES ('2024-02-02', 'x');
SELECT msg FROM logs
-- @change
ALTER TABLE logs_24 RENAME TO logs_y2024;

-- @case ok argument renamed, positional call
-- @expect agree
-- @setup
CREATE FUNCTION plus(a int, b int) RETURNS int LANGUAGE sql AS $$ SELECT $1 + $2 $$;
-- @old
SELECT plus(1, $1)
-- @args 2
-- @change
DROP FUNCTION plus(int, int);
CREATE FUNCTION plus(x int, y int) RETURNS int LANGUAGE sql AS $$ SELECT $1 + $2 $$;

-- @case ok output column renamed below a column alias list
-- @expect agree
-- @setup
CREATE FUNCTION pair() RETURNS TABLE (a int, b int) LANGUAGE sql AS $$ SELECT 1, 2 $$;
-- @old
SELECT p.x, p.y FROM pair() AS p(x, y)
-- @change
DROP FUNCTION pair();
CREATE FUNCTION pair() RETURNS TABLE (c int, d int) LANGUAGE sql AS $$ SELECT 1, 2 $$;

-- @case ok table of that name in another schema renamed
-- @expect agree
-- @setup
CREATE SCHEMA old; CREATE TABLE old.users (id int);
-- @old
SELECT name FROM public.users ORDER BY id
-- @change
ALTER TABLE old.users RENAME TO people;

-- @case ok table moved within the path
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE SCHEMA app2; CREATE TABLE app.jobs (id int); INSERT INTO app.jobs VALUES (1);
-- @path app,app2,public
-- @old
SELECT id FROM jobs
-- @change
ALTER TABLE app.jobs SET SCHEMA app2;

-- @case ok role renamed that the session does not name
-- @expect agree
-- @setup
CREATE ROLE staff; GRANT SELECT ON users TO staff;
-- @old
SELECT id FROM users ORDER BY id
-- @change
ALTER ROLE staff RENAME TO employees;

-- @cell 8 renames that come back
-- @case ok table renamed and back
-- @expect agree
-- @old
SELECT id FROM users ORDER BY id
-- @change
ALTER TABLE users RENAME TO users_tmp;
ALTER TABLE users_tmp RENAME TO users;

-- @case ok column renamed and back
-- @expect agree
-- @old
SELECT email FROM users ORDER BY id
-- @change
ALTER TABLE users RENAME COLUMN email TO mail;
ALTER TABLE users RENAME COLUMN mail TO email;

-- @case ok two tables of equal shape swapped
-- @expect agree
-- @setup
CREATE TABLE rates (code text PRIMARY KEY, rate numeric); INSERT INTO rates VALUES ('EUR', 1);
CREATE TABLE rates_next (code text PRIMARY KEY, rate numeric); INSERT INTO rates_next VALUES ('EUR', 1);
-- @old
SELECT rate FROM rates WHERE code = $1
-- @args EUR
-- @change
ALTER TABLE rates RENAME TO rates_old;
ALTER TABLE rates_next RENAME TO rates;

-- @case ok tables swapped, upsert by column
-- @expect agree
-- @setup
CREATE TABLE users_next (LIKE users INCLUDING ALL); INSERT INTO users_next SELECT * FROM users;
-- @old
INSERT INTO users (id, email) VALUES (9, 'a@x') ON CONFLICT (email) DO UPDATE SET name = 'again' RETURNING id
-- @change
BEGIN;
ALTER TABLE users RENAME TO users_old;
ALTER TABLE users_next RENAME TO users;
COMMIT;

-- @case ok columns swapped by shadow column
-- @expect agree
-- @old
SELECT id, total FROM orders ORDER BY id
-- @change
ALTER TABLE orders ADD COLUMN total_new numeric;
UPDATE orders SET total_new = total;
ALTER TABLE orders RENAME COLUMN total TO total_old;
ALTER TABLE orders RENAME COLUMN total_new TO total;

-- @case ok schema renamed and back
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int); INSERT INTO app.jobs VALUES (1);
-- @old
SELECT id FROM app.jobs
-- @change
ALTER SCHEMA app RENAME TO app_tmp;
ALTER SCHEMA app_tmp RENAME TO app;

-- @case ok table moved away and back
-- @expect agree
-- @setup
CREATE SCHEMA archive;
-- @old
SELECT count(*) FROM orders
-- @change
ALTER TABLE orders SET SCHEMA archive;
ALTER TABLE archive.orders SET SCHEMA public;

-- @case ok index renamed and a new one under its name
-- @expect agree
-- @setup
CREATE INDEX orders_user ON orders (user_id);
-- @old
SELECT pg_relation_size('orders_user'::regclass) > 0
-- @change
ALTER INDEX orders_user RENAME TO orders_user_old;
CREATE INDEX orders_user ON orders (user_id, status);
DROP INDEX orders_user_old;

-- @cell 8 rename and compatibility view
-- @case ok compatibility view, select
-- @expect agree
-- @old
SELECT id, email FROM users WHERE email = $1
-- @args a@x
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT * FROM people;

-- @case ok compatibility view, join and group
-- @expect agree
-- @old
SELECT u.name, sum(o.total) FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.name ORDER BY 1
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT id, email, name, active FROM people;

-- @case ok compatibility view, insert returning
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) RETURNING id, active
-- @args 9|z@x
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT * FROM people;

-- @case ok compatibility view, default of the sequence
-- @expect agree
-- @old
INSERT INTO orders (user_id, total) VALUES ($1, $2) RETURNING id > 0, status
-- @args 1|3
-- @change
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW orders AS SELECT * FROM purchases;

-- @case ok compatibility view, positional insert
-- @expect agree
-- @old
INSERT INTO users VALUES ($1, $2, $3, $4)
-- @args 9|z@x|Z|true
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT id, email, name, active FROM people;

-- @case ok compatibility view, upsert by column
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET name = 'again' RETURNING name
-- @args 9|a@x
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT * FROM people;

-- @case ok compatibility view, upsert that does nothing
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (1, 'q@x') ON CONFLICT DO NOTHING
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT * FROM people;

-- @case ok compatibility view, update
-- @expect agree
-- @old
UPDATE users SET name = upper(name) WHERE id = $1 RETURNING name
-- @args 1
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT * FROM people;

-- @case ok compatibility view, update from
-- @expect agree
-- @old
UPDATE orders o SET status = 'vip' FROM users u WHERE u.id = o.user_id AND u.active RETURNING o.id
-- @change
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW orders AS SELECT * FROM purchases;

-- @case ok compatibility view, delete using
-- @expect agree
-- @old
DELETE FROM orders o USING users u WHERE u.id = o.user_id AND NOT u.active RETURNING o.total
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT * FROM people;

-- @case ok compatibility view, for update
-- @expect agree
-- @old
SELECT id FROM orders WHERE status = 'new' ORDER BY id LIMIT 1 FOR UPDATE
-- @change
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW orders AS SELECT * FROM purchases;

-- @case ok compatibility view, for no key update skip locked in a CTE
-- @expect agree
-- @old
WITH next AS (SELECT id FROM orders WHERE status = 'new' ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) UPDATE orders o SET status = 'run' FROM next WHERE o.id = next.id RETURNING o.id
-- @change
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW orders AS SELECT * FROM purchases;

-- @case ok compatibility view, lock
-- @expect agree
-- @old
LOCK TABLE users IN ACCESS SHARE MODE
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT * FROM people;

-- @case ok compatibility view, copy of a query
-- @expect agree
-- @old
COPY (SELECT id, email FROM users ORDER BY id) TO STDOUT
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT * FROM people;

-- @case ok compatibility view, star
-- @expect agree
-- @old
SELECT * FROM users ORDER BY id
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT id, email, name, active FROM people;
ALTER TABLE people ADD COLUMN phone text;

-- @case ok compatibility view gives a renamed column
-- @expect agree
-- @old
UPDATE users SET email = $1 WHERE id = 1 RETURNING email
-- @args z@x
-- @change
ALTER TABLE users RENAME TO people;
ALTER TABLE people RENAME COLUMN email TO mail;
CREATE VIEW users AS SELECT id, mail AS email, name, active FROM people;

-- @case ok compatibility view with a default of its own
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (9, 'z@x') RETURNING active
-- @change
ALTER TABLE users RENAME TO people;
ALTER TABLE people ALTER COLUMN active DROP DEFAULT;
CREATE VIEW users AS SELECT * FROM people;
ALTER VIEW users ALTER COLUMN active SET DEFAULT true;

-- @case ok compatibility view in the old schema
-- @expect agree
-- @setup
CREATE SCHEMA crm;
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING
-- @args 9|z@x
-- @change
ALTER TABLE users SET SCHEMA crm;
CREATE VIEW public.users AS SELECT * FROM crm.users;

-- @case ok compatibility view, triggers still fire
-- @expect agree
-- @setup
CREATE FUNCTION low() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.email := lower(NEW.email); RETURN NEW; END $$;
CREATE TRIGGER low BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION low();
-- @old
INSERT INTO users (id, email) VALUES (9, 'Q@X') RETURNING email
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT * FROM people;

-- @case ok compatibility view, granted to the role
-- @expect agree
-- @setup
CREATE ROLE app; GRANT SELECT, UPDATE ON users TO app;
-- @role app
-- @old
UPDATE users SET name = 'x' WHERE id = 1 RETURNING name
-- @change
ALTER TABLE users RENAME TO people;
CREATE VIEW users AS SELECT * FROM people;
GRANT SELECT, UPDATE ON users TO app;

-- @case ok compatibility view over a view
-- @expect agree
-- @setup
CREATE VIEW live AS SELECT id, email FROM users WHERE active;
-- @old
SELECT email FROM live ORDER BY 1
-- @change
ALTER VIEW live RENAME TO live_users;
CREATE VIEW live AS SELECT * FROM live_users;

-- @case ok compatibility function
-- @expect agree
-- @setup
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @old
SELECT slug(name) FROM users ORDER BY id
-- @change
ALTER FUNCTION slug(text) RENAME TO slugify;
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT slugify($1) $$;

-- @case ok compatibility by a generated column
-- @expect agree
-- @old
SELECT id, name FROM users ORDER BY id
-- @change
ALTER TABLE users RENAME COLUMN name TO full_name;
ALTER TABLE users ADD COLUMN name text GENERATED ALWAYS AS (full_name) STORED;

-- @cell 8 temp tables and CTE names that hide tables
-- @case ok CTE of the dropped table's name
-- @expect agree
-- @old
WITH orders AS (SELECT 1 AS id) SELECT id FROM orders
-- @change
DROP TABLE orders;

-- @case ok CTE of the renamed table's name that writes elsewhere
-- @expect agree
-- @old
WITH orders AS (UPDATE users SET active = true RETURNING id) SELECT count(*) FROM orders
-- @change
ALTER TABLE orders RENAME TO purchases;

-- @case ok recursive CTE of the dropped table's name
-- @expect agree
-- @old
WITH RECURSIVE orders (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM orders WHERE n < 3) SELECT sum(n) FROM orders
-- @change
DROP TABLE orders;

-- @case ok CTE in a subquery
-- @expect agree
-- @old
SELECT name FROM users WHERE id IN (WITH orders AS (SELECT 2 AS user_id) SELECT user_id FROM orders)
-- @change
DROP TABLE orders;

-- @case ok CTE whose column the table loses
-- @expect agree
-- @old
WITH orders AS (SELECT id, 'x' AS status FROM users) SELECT status FROM orders ORDER BY id
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case ok temp table of the dropped table's name
-- @expect agree
-- @old
CREATE TEMP TABLE orders (id int, total int);
INSERT INTO orders VALUES (1, 2);
SELECT total FROM orders;
DROP TABLE orders
-- @change
DROP TABLE orders;

-- @case ok temp table of the renamed table's name, copy
-- @expect agree
-- @old
CREATE TEMP TABLE users (id int, email text) ON COMMIT DROP;
COPY users FROM STDIN;
SELECT count(*) FROM users
-- @copy 1\ta\n
-- @change
ALTER TABLE users RENAME TO people;

-- @case ok temp table whose column the table loses
-- @expect agree
-- @old
CREATE TEMP TABLE orders AS SELECT 1 AS id, 'x'::text AS status;
UPDATE orders SET status = 'y' RETURNING status
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case ok temp table that gets required columns in public
-- @expect agree
-- @old
CREATE TEMP TABLE orders (id int) ON COMMIT DROP;
INSERT INTO orders VALUES (1)
-- @change
ALTER TABLE orders ADD COLUMN region text;
UPDATE orders SET region = 'x';
ALTER TABLE orders ALTER COLUMN region SET NOT NULL;

-- @case ok qualified temp table
-- @expect agree
-- @old
CREATE TEMP TABLE orders (id int);
TRUNCATE pg_temp.orders
-- @change
ALTER TABLE orders RENAME TO purchases;

-- @case ok alias of the dropped table's name
-- @expect agree
-- @old
SELECT orders.name FROM users orders ORDER BY orders.id
-- @change
DROP TABLE orders;

-- @case ok subquery alias of the dropped table's name
-- @expect agree
-- @old
SELECT orders.n FROM (SELECT count(*) AS n FROM users) AS orders
-- @change
DROP TABLE orders;

-- @case ok column of the dropped table's name
-- @expect agree
-- @setup
CREATE TABLE stats (orders int); INSERT INTO stats VALUES (5);
-- @old
SELECT orders FROM stats
-- @change
DROP TABLE orders;

-- @case ok function of the dropped table's name
-- @expect agree
-- @setup
CREATE FUNCTION orders(int) RETURNS SETOF int LANGUAGE sql AS $$ SELECT $1 $$;
-- @old
SELECT o FROM orders(5) o
-- @change
DROP TABLE orders;

-- @case ok table made by the application if it is gone
-- @expect agree
-- @old
CREATE TABLE IF NOT EXISTS scratch (id int);
INSERT INTO scratch VALUES (1)
-- @setup
CREATE TABLE scratch (id int);
-- @change
DROP TABLE scratch;

-- @case ok drop if exists by the application
-- @expect agree
-- @setup
CREATE TABLE scratch (id int);
-- @old
DROP TABLE IF EXISTS scratch
-- @change
DROP TABLE scratch;

-- @case ok column dropped that the application drops if it exists
-- @expect agree
-- @old
ALTER TABLE users DROP COLUMN IF EXISTS name
-- @change
ALTER TABLE users DROP COLUMN name;

-- @case ok values alias with the dropped column's name
-- @expect agree
-- @old
SELECT v.status FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, status) JOIN users u ON u.id = v.id ORDER BY v.id
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case ok table name as a string only
-- @expect agree
-- @old
SELECT 'orders' || '_id_seq', quote_ident('orders')
-- @change
DROP TABLE orders;

-- @case ok table name as a key of json
-- @expect agree
-- @old
SELECT $1::jsonb -> 'orders' ->> 'status'
-- @args {"orders": {"status": "x"}}
-- @change
DROP TABLE orders;
