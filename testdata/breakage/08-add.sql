-- Section 8 of the facts: what is added and harms nobody.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, name text, active bool DEFAULT true);
CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users, total numeric NOT NULL DEFAULT 0, status text DEFAULT 'new');
INSERT INTO users VALUES (1, 'a@x', 'Ann', true), (2, 'b@x', 'Bob', false), (3, 'c@x', 'Cid', true);
INSERT INTO orders (user_id, total, status) VALUES (1, 10, 'new'), (1, 20, 'paid'), (2, 5, 'new');

-- @cell 8 ADD COLUMN, explicit readers
-- @case ok nullable column, select
-- @expect agree
-- @old
SELECT id, email FROM users WHERE id = $1
-- @args 1
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok nullable column, join and aggregate
-- @expect agree
-- @old
SELECT u.name, count(o.id), coalesce(sum(o.total), 0) FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id, u.name ORDER BY u.name
-- @change
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE users ADD COLUMN phone text;

-- @case ok not null column with default, select for update
-- @expect agree
-- @old
SELECT id FROM orders WHERE status = 'new' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
-- @change
ALTER TABLE orders ADD COLUMN tries int NOT NULL DEFAULT 0;

-- @case ok column with a volatile default, window
-- @expect agree
-- @old
SELECT id, rank() OVER (PARTITION BY user_id ORDER BY total DESC) FROM orders ORDER BY id
-- @change
ALTER TABLE orders ADD COLUMN uid uuid NOT NULL DEFAULT gen_random_uuid();

-- @case ok several columns, CTE
-- @expect agree
-- @old
WITH big AS (SELECT user_id, max(total) AS top FROM orders GROUP BY user_id) SELECT u.email, big.top FROM users u JOIN big ON big.user_id = u.id ORDER BY u.email
-- @change
ALTER TABLE users ADD COLUMN created_at timestamptz DEFAULT now(), ADD COLUMN updated_at timestamptz, ADD COLUMN meta jsonb NOT NULL DEFAULT '{}';

-- @case ok column in the table of a qualified join
-- @expect agree
-- @old
SELECT u.id, u.name, o.id, o.status FROM users u JOIN orders o ON o.user_id = u.id WHERE u.active AND o.status = $1 ORDER BY o.id
-- @args new
-- @change
ALTER TABLE users ADD COLUMN status text DEFAULT 'x';

-- @case ok column named like an output alias, order by
-- @expect agree
-- @old
SELECT id, lower(email) AS handle FROM users ORDER BY handle
-- @change
ALTER TABLE users ADD COLUMN handle text;

-- @case ok column named like the alias of an aggregate
-- @expect agree
-- @old
SELECT user_id, sum(total) AS amount FROM orders GROUP BY user_id ORDER BY amount DESC
-- @change
ALTER TABLE orders ADD COLUMN amount int;

-- @case ok column, count of everything
-- @expect agree
-- @old
SELECT count(*) FROM users
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok column, exists with a star
-- @expect agree
-- @old
SELECT name FROM users u WHERE EXISTS (SELECT * FROM orders o WHERE o.user_id = u.id) ORDER BY name
-- @change
ALTER TABLE orders ADD COLUMN note text;

-- @case ok column, star inside that the outer list narrows
-- @expect agree
-- @old
SELECT s.id, s.email FROM (SELECT * FROM users WHERE active) s ORDER BY s.id
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok column, star of a CTE that the outer list narrows
-- @expect agree
-- @old
WITH u AS (SELECT u.*, count(o.id) AS n FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id) SELECT id, n FROM u WHERE n > 0 ORDER BY id
-- @change
ALTER TABLE users ADD COLUMN phone text, ADD COLUMN n2 int;

-- @case ok column, view keeps its old list
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT * FROM users;
-- @old
SELECT * FROM v ORDER BY id
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok column, materialized view
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW m AS SELECT * FROM orders;
-- @old
REFRESH MATERIALIZED VIEW m;
SELECT * FROM m ORDER BY id
-- @change
ALTER TABLE orders ADD COLUMN note text;

-- @case ok column, two levels of views
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT id, user_id, total FROM orders; CREATE VIEW w AS SELECT v.*, u.name FROM v JOIN users u ON u.id = v.user_id;
-- @old
SELECT * FROM w ORDER BY id
-- @change
ALTER TABLE orders ADD COLUMN name text; ALTER TABLE users ADD COLUMN total int;

-- @case ok column, update with returning
-- @expect agree
-- @old
UPDATE orders SET status = 'paid' WHERE id = $1 AND status = 'new' RETURNING id, total
-- @args 1
-- @change
ALTER TABLE orders ADD COLUMN paid_at timestamptz;

-- @case ok column, update from with qualified names
-- @expect agree
-- @old
UPDATE orders o SET total = o.total + 1 FROM users u WHERE u.id = o.user_id AND u.active RETURNING o.id, u.name
-- @change
ALTER TABLE orders ADD COLUMN active bool; ALTER TABLE users ADD COLUMN total int;

-- @case ok column, delete using
-- @expect agree
-- @old
DELETE FROM orders o USING users u WHERE o.user_id = u.id AND u.email = $1 RETURNING o.id
-- @args a@x
-- @change
ALTER TABLE orders ADD COLUMN email text;

-- @case ok column, copy with a list
-- @expect agree
-- @old
COPY users (id, email, name) TO STDOUT
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok column, copy from with a list
-- @expect agree
-- @old
COPY users (id, email) FROM STDIN
-- @copy 9\tz@x\n
-- @change
ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';

-- @case ok column, merge with lists
-- @expect agree
-- @old
MERGE INTO users u USING (VALUES (1, 'n@x'), (9, 'z@x')) v (id, email) ON u.id = v.id WHEN MATCHED THEN UPDATE SET email = v.email WHEN NOT MATCHED THEN INSERT (id, email) VALUES (v.id, v.email)
-- @change
ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';

-- @case ok column of a type without equality, distinct over a list
-- @expect agree
-- @old
SELECT DISTINCT status FROM orders ORDER BY 1
-- @change
ALTER TABLE orders ADD COLUMN raw json;

-- @case ok generated column, insert by list
-- @expect agree
-- @old
INSERT INTO orders (user_id, total) VALUES ($1, $2) RETURNING total
-- @args 1|3
-- @change
ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 1.2) STORED;

-- @case ok identity column, insert by list
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2)
-- @args 9|z@x
-- @change
ALTER TABLE users ADD COLUMN no bigint GENERATED ALWAYS AS IDENTITY;

-- @case ok serial column, insert by list
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2)
-- @args 9|z@x
-- @change
ALTER TABLE users ADD COLUMN no serial;

-- @case ok column filled and then set not null with a default
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET id = users.id RETURNING id
-- @args 9|a@x
-- @change
ALTER TABLE users ADD COLUMN plan text DEFAULT 'free';
UPDATE users SET plan = 'free' WHERE plan IS NULL;
ALTER TABLE users ALTER COLUMN plan SET NOT NULL;

-- @case ok column if not exists that is there
-- @expect agree
-- @old
SELECT id, email, name, active FROM users ORDER BY id
-- @change
ALTER TABLE users ADD COLUMN IF NOT EXISTS name varchar(10);

-- @case ok column that refers to another table
-- @expect agree
-- @old
INSERT INTO orders (user_id, total) VALUES ($1, $2) RETURNING status
-- @args 1|3
-- @change
ALTER TABLE orders ADD COLUMN agent_id int REFERENCES users;

-- @case ok column with unique, nullable
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (8, 'y@x'), (9, 'z@x')
-- @change
ALTER TABLE users ADD COLUMN handle text UNIQUE;

-- @case ok column in a partitioned table
-- @expect agree
-- @setup
CREATE TABLE logs (at date, msg text) PARTITION BY RANGE (at);
CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- @old
INSERT INTO logs (at, msg) VALUES ('2024-02-02', 'x');
SELECT at, msg FROM logs_24
-- @change
ALTER TABLE logs ADD COLUMN level text DEFAULT 'info';

-- @case ok column in a table with a composite type's reader
-- @expect agree
-- @setup
CREATE FUNCTION top_user() RETURNS users LANGUAGE sql AS $$ SELECT u FROM users u ORDER BY id LIMIT 1 $$;
-- @old
SELECT (top_user()).email
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok column named like a variable that the function qualifies
-- @expect agree
-- @setup
CREATE FUNCTION mail_of(uid int) RETURNS text LANGUAGE plpgsql AS $$ DECLARE r text; BEGIN SELECT u.email INTO r FROM users u WHERE u.id = mail_of.uid; RETURN r; END $$;
-- @old
SELECT mail_of($1)
-- @args 1
-- @change
ALTER TABLE users ADD COLUMN uid int, ADD COLUMN r text;

-- @case ok attribute of a composite type that nobody writes out
-- @expect agree
-- @setup
CREATE TYPE address AS (street text, city text); ALTER TABLE users ADD COLUMN addr address;
-- @old
SELECT (addr).city FROM users ORDER BY id
-- @change
ALTER TYPE address ADD ATTRIBUTE zip text;

-- @case ok column next to a join by using
-- @expect agree
-- @setup
CREATE TABLE plans (plan_id int, label text); CREATE TABLE subs (plan_id int, uid int);
INSERT INTO plans VALUES (1, 'pro'); INSERT INTO subs VALUES (1, 1);
-- @old
SELECT label, uid FROM plans JOIN subs USING (plan_id)
-- @change
ALTER TABLE subs ADD COLUMN label2 text;

-- @case ok column, subquery in where
-- @expect agree
-- @old
SELECT email FROM users WHERE id IN (SELECT user_id FROM orders WHERE total > 1) ORDER BY 1
-- @change
ALTER TABLE orders ADD COLUMN currency text DEFAULT 'EUR';

-- @cell 8 ADD COLUMN, model reads
-- @case ok column, gorm create
-- @expect agree
-- @old
INSERT INTO "users" ("id","email","name","active") VALUES ($1,$2,$3,$4) RETURNING "id"
-- @args 9|z@x|Zed|true
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok column, gorm first with fields
-- @expect agree
-- @old
SELECT "users"."id","users"."email","users"."name" FROM "users" WHERE "users"."id" = $1 ORDER BY "users"."id" LIMIT 1
-- @args 1
-- @change
ALTER TABLE users ADD COLUMN deleted_at timestamptz;

-- @case ok column, gorm save
-- @expect agree
-- @old
UPDATE "users" SET "email"=$1,"name"=$2,"active"=$3 WHERE "id" = $4
-- @args z@x|Zed|true|1
-- @change
ALTER TABLE users ADD COLUMN version int NOT NULL DEFAULT 1;

-- @case ok column, bun model select
-- @expect agree
-- @old
SELECT "u"."id", "u"."email", "u"."name" FROM "users" AS "u" WHERE ("u"."active" = TRUE) ORDER BY "u"."id"
-- @change
ALTER TABLE users ADD COLUMN settings jsonb;

-- @case ok column, bun insert with default
-- @expect agree
-- @old
INSERT INTO "orders" ("id", "user_id", "total", "status") VALUES (DEFAULT, 1, 5, DEFAULT) RETURNING "status"
-- @change
ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR';

-- @case ok column, bulk insert by unnest
-- @expect agree
-- @old
INSERT INTO users (id, email) SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT DO NOTHING
-- @args {8,1}|{y@x,a@x}
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok column, explicit prepare and execute
-- @expect agree
-- @old
PREPARE q (int) AS SELECT id, email FROM users WHERE id = $1;
EXECUTE q(1)
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @cell 8 positional INSERT with fewer values
-- @case ok nullable column, positional insert
-- @expect agree
-- @old
INSERT INTO users VALUES ($1, $2, $3, $4)
-- @args 9|z@x|Z|true
-- @observe SELECT id, email, name, active FROM users WHERE id = 9
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok column with default, positional insert
-- @expect agree
-- @old
INSERT INTO users VALUES ($1, $2)
-- @args 9|z@x
-- @observe SELECT id, email, name, active FROM users WHERE id = 9
-- @change
ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';

-- @case ok nullable column, positional insert of several rows
-- @expect agree
-- @old
INSERT INTO users VALUES (8, 'y@x', 'Y', true), (9, 'z@x', 'Z', false) ON CONFLICT (id) DO NOTHING
-- @change
ALTER TABLE users ADD COLUMN phone text, ADD COLUMN plan text DEFAULT 'free';

-- @case ok nullable column, positional insert select
-- @expect agree
-- @setup
CREATE TABLE imported (id int, email text, name text); INSERT INTO imported VALUES (9, 'z@x', 'Z');
-- @old
INSERT INTO users SELECT i.id, i.email, i.name FROM imported i
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok nullable column, insert select star from another table
-- @expect agree
-- @setup
CREATE TABLE imported (id int, email text, name text); INSERT INTO imported VALUES (9, 'z@x', 'Z');
-- @old
INSERT INTO users SELECT * FROM imported
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok nullable column, positional merge insert
-- @expect agree
-- @old
MERGE INTO users u USING (SELECT 9 AS id, 'z@x' AS email) s ON u.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.email, 'Z', true)
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok columns of archive and source both added
-- @expect agree
-- @setup
CREATE TABLE users_archive (LIKE users);
-- @old
INSERT INTO users_archive SELECT * FROM users WHERE NOT active
-- @observe SELECT id, email FROM users_archive
-- @change
ALTER TABLE users ADD COLUMN phone text;
ALTER TABLE users_archive ADD COLUMN phone text;

-- @cell 8 harmless additions
-- @case ok index
-- @expect agree
-- @old
SELECT id FROM orders WHERE user_id = $1 AND status = 'new' ORDER BY id
-- @args 1
-- @change
CREATE INDEX CONCURRENTLY orders_user_status ON orders (user_id, status) WHERE status <> 'done';

-- @case ok expression index
-- @expect agree
-- @old
SELECT id FROM users WHERE lower(email) = lower($1)
-- @args A@X
-- @change
CREATE INDEX users_lower_email ON users (lower(email)) INCLUDE (name);

-- @case ok unique index beside the arbiter
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET active = false
-- @args 9|a@x
-- @change
CREATE UNIQUE INDEX users_email_2 ON users (email);

-- @case ok table
-- @expect agree
-- @old
SELECT id FROM users ORDER BY id
-- @change
CREATE TABLE teams (id int PRIMARY KEY, owner_id int REFERENCES users ON DELETE CASCADE);

-- @case ok table if not exists that is there
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (9, 'z@x')
-- @change
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, login text NOT NULL);

-- @case ok view over the table
-- @expect agree
-- @old
UPDATE users SET email = 'n@x' WHERE id = 1
-- @change
CREATE VIEW mails AS SELECT id, email FROM users;

-- @case ok schema with a table of the same name
-- @expect agree
-- @old
SELECT name FROM users ORDER BY id
-- @change
CREATE SCHEMA audit;
CREATE TABLE audit.users (id int);

-- @case ok table later in the path
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.settings (v text); INSERT INTO app.settings VALUES ('x');
-- @path app,public
-- @old
SELECT v FROM settings
-- @change
CREATE TABLE public.settings (k int);

-- @case ok enum value
-- @expect agree
-- @setup
CREATE TYPE mood AS ENUM ('sad', 'ok'); ALTER TABLE users ADD COLUMN mood mood DEFAULT 'ok';
-- @old
SELECT id, mood FROM users WHERE mood = $1 ORDER BY id
-- @args ok
-- @change
ALTER TYPE mood ADD VALUE 'happy';

-- @case ok enum value in front, comparison
-- @expect agree
-- @setup
CREATE TYPE mood AS ENUM ('sad', 'ok'); ALTER TABLE users ADD COLUMN mood mood DEFAULT 'ok';
-- @old
SELECT count(*) FROM users WHERE mood >= 'ok'
-- @change
ALTER TYPE mood ADD VALUE 'angry' BEFORE 'sad';

-- @case ok overload with other argument count
-- @expect agree
-- @setup
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @old
SELECT slug(name) FROM users ORDER BY id
-- @change
CREATE FUNCTION slug(text, int) RETURNS text LANGUAGE sql AS $$ SELECT left(lower($1), $2) $$;

-- @case ok overload with another type, typed call
-- @expect agree
-- @setup
CREATE FUNCTION show(text) RETURNS text LANGUAGE sql AS $$ SELECT 't' || $1 $$;
-- @old
SELECT show(name), show('x'::text) FROM users ORDER BY id
-- @change
CREATE FUNCTION show(int) RETURNS text LANGUAGE sql AS $$ SELECT 'i' || $1 $$;

-- @case ok argument with default added
-- @expect agree
-- @setup
CREATE FUNCTION page(n int) RETURNS int LANGUAGE sql AS $$ SELECT n * 10 $$;
-- @old
SELECT page($1), page(n => 2)
-- @args 3
-- @change
DROP FUNCTION page(int);
CREATE FUNCTION page(n int, size int DEFAULT 10) RETURNS int LANGUAGE sql AS $$ SELECT n * size $$;

-- @case ok output column added, named reader
-- @expect agree
-- @setup
CREATE FUNCTION totals() RETURNS TABLE (user_id int, total numeric) LANGUAGE sql AS $$ SELECT user_id, sum(total) FROM orders GROUP BY 1 $$;
-- @old
SELECT user_id, total FROM totals() ORDER BY 1
-- @change
DROP FUNCTION totals();
CREATE FUNCTION totals() RETURNS TABLE (n bigint, user_id int, total numeric) LANGUAGE sql AS $$ SELECT count(*), user_id, sum(total) FROM orders GROUP BY 2 $$;

-- @case ok view column added at the end, named reader
-- @expect agree
-- @setup
CREATE VIEW v AS SELECT id, email FROM users;
-- @old
SELECT id, email FROM v ORDER BY id
-- @change
CREATE OR REPLACE VIEW v AS SELECT id, email, name FROM users;

-- @case ok comments
-- @expect agree
-- @old
SELECT id FROM users ORDER BY id
-- @change
COMMENT ON TABLE users IS 'DROP TABLE users';
COMMENT ON COLUMN users.email IS 'ALTER TABLE users DROP COLUMN email;';

-- @case ok check that all writes keep
-- @expect agree, with a warning
-- @old
INSERT INTO orders (user_id, total, status) VALUES ($1, 5, 'new')
-- @args 1
-- @change
ALTER TABLE orders ADD CONSTRAINT total_ok CHECK (total >= 0);

-- @case ok check on a column the code does not write
-- @expect agree, with a warning
-- @setup
ALTER TABLE users ADD COLUMN age int;
-- @old
INSERT INTO users (id, email) VALUES (9, 'z@x')
-- @change
ALTER TABLE users ADD CHECK (age > 0);

-- @case ok new unique, readers only
-- @expect agree
-- @old
SELECT name FROM users WHERE name = $1
-- @args Ann
-- @change
ALTER TABLE users ADD CONSTRAINT users_name_key UNIQUE (name);

-- @case ok new foreign key, readers and child delete
-- @expect agree
-- @setup
CREATE TABLE notes (id int, order_id int); INSERT INTO notes VALUES (1, 1);
-- @old
DELETE FROM notes WHERE order_id = $1;
SELECT count(*) FROM orders
-- @args 1
-- @change
ALTER TABLE notes ADD FOREIGN KEY (order_id) REFERENCES orders;

-- @case ok set not null, the insert gives the column
-- @expect agree
-- @old
INSERT INTO users (id, email, name) VALUES (9, 'z@x', 'Zed')
-- @change
ALTER TABLE users ALTER COLUMN name SET NOT NULL;

-- @case ok set not null, the default fills the column
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (9, 'z@x') RETURNING active
-- @change
ALTER TABLE users ALTER COLUMN active SET NOT NULL;

-- @case ok default set on a column that inserts give
-- @expect agree
-- @old
INSERT INTO users (id, email, name) VALUES (9, 'z@x', $1) RETURNING name
-- @args Zed
-- @change
ALTER TABLE users ALTER COLUMN name SET DEFAULT 'nobody';

-- @case ok row security for the owner
-- @expect agree
-- @old
SELECT id FROM users ORDER BY id
-- @change
ALTER TABLE users ENABLE ROW LEVEL SECURITY;

-- @case ok row security with a policy that lets the role see all
-- @expect agree, with a warning
-- @setup
CREATE ROLE app; GRANT SELECT ON users TO app;
-- @role app
-- @old
SELECT id FROM users ORDER BY id
-- @change
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_rows ON users FOR SELECT USING (true);

-- @case ok more grants
-- @expect agree
-- @setup
CREATE ROLE app; GRANT SELECT ON users TO app;
-- @role app
-- @old
SELECT id FROM users ORDER BY id
-- @change
GRANT INSERT, UPDATE ON users TO app;
CREATE ROLE reader;

-- @case ok trigger on another event
-- @expect agree
-- @setup
CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
-- @old
INSERT INTO users (id, email) VALUES (9, 'z@x');
UPDATE users SET name = 'x' WHERE id = 9
-- @change
CREATE TRIGGER stop BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION stop();

-- @case ok trigger on another table
-- @expect agree
-- @setup
CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
-- @old
UPDATE users SET name = 'x' WHERE id = 1
-- @change
CREATE TRIGGER stop BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stop();

-- @case ok trigger on another column
-- @expect agree
-- @setup
CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
-- @old
UPDATE users SET name = 'x' WHERE id = 1
-- @change
CREATE TRIGGER stop BEFORE UPDATE OF email ON users FOR EACH ROW EXECUTE FUNCTION stop();

-- @case ok after trigger that writes a log
-- @expect agree
-- @setup
CREATE TABLE log (id serial, what text);
-- @old
UPDATE users SET name = 'x' WHERE id = 1 RETURNING id, name
-- @change
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (what) VALUES (TG_OP); RETURN NULL; END $$;
CREATE TRIGGER log_it AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION log_it();

-- @case ok partition
-- @expect agree
-- @setup
CREATE TABLE logs (at date, msg text) PARTITION BY RANGE (at);
CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- @old
INSERT INTO logs (at, msg) VALUES ('2024-02-02', 'x') RETURNING msg
-- @change
CREATE TABLE logs_25 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

-- @case ok sequence, extension and type
-- @expect agree
-- @old
SELECT email FROM users WHERE email = $1
-- @args a@x
-- @change
CREATE SEQUENCE invoice_no; CREATE TYPE mood AS ENUM ('ok'); CREATE DOMAIN mail AS text; CREATE EXTENSION pg_trgm;

-- @case ok statistics and storage settings
-- @expect agree
-- @old
SELECT count(*) FROM orders WHERE user_id = 1 AND status = 'new'
-- @change
CREATE STATISTICS s ON user_id, status FROM orders;
ALTER TABLE orders SET (fillfactor = 80);
ALTER TABLE orders ALTER COLUMN status SET STATISTICS 500;
ALTER TABLE orders ALTER COLUMN status SET STORAGE MAIN;
ANALYZE orders;

-- @case ok data written by the migration elsewhere
-- @expect agree
-- @old
SELECT id, name FROM users WHERE id = 1
-- @change
UPDATE users SET name = 'Bobby' WHERE id = 2;
INSERT INTO orders (user_id, total) VALUES (3, 1);

-- @case ok rule on another event
-- @expect agree
-- @old
UPDATE users SET name = 'x' WHERE id = 1 RETURNING name
-- @change
CREATE RULE keep AS ON DELETE TO users DO INSTEAD NOTHING;
