-- Section 1 of the facts: tables, views, sequences and schemas disappear.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, name text);
CREATE TABLE orders (id serial PRIMARY KEY, user_id int NOT NULL, total numeric NOT NULL DEFAULT 0, created_at date NOT NULL DEFAULT '2024-01-01');
INSERT INTO users VALUES (1, 'a@x', 'Ann'), (2, 'b@x', 'Bob');
INSERT INTO orders (user_id, total) VALUES (1, 10), (1, 20), (2, 5);

-- @cell 1 drop or rename relation
-- @case dropped table in a left join
-- @expect agree
-- @old
SELECT u.id, coalesce(sum(o.total), 0) FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id ORDER BY u.id
-- @change
DROP TABLE orders;

-- @case renamed table, insert returning
-- @expect agree
-- @old
INSERT INTO orders (user_id, total) VALUES ($1, $2) RETURNING id
-- @args 1|7
-- @change
ALTER TABLE orders RENAME TO purchases;

-- @case renamed table, upsert
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name
-- @args 3|a@x
-- @change
ALTER TABLE users RENAME TO people;

-- @case dropped table in update from
-- @expect agree
-- @old
UPDATE users u SET name = 'big' FROM orders o WHERE o.user_id = u.id AND o.total > $1
-- @args 15
-- @change
DROP TABLE orders;

-- @case renamed table in delete using
-- @expect agree
-- @old
DELETE FROM users u USING orders o WHERE o.user_id = u.id AND o.total < $1
-- @args 6
-- @change
ALTER TABLE orders RENAME TO orders_v2;

-- @case dropped source of a merge
-- @expect agree
-- @setup
CREATE TABLE staged (id int, email text); INSERT INTO staged VALUES (3, 'c@x');
-- @old
MERGE INTO users u USING staged s ON s.id = u.id WHEN MATCHED THEN UPDATE SET email = s.email WHEN NOT MATCHED THEN INSERT (id, email) VALUES (s.id, s.email)
-- @change
DROP TABLE staged;

-- @case renamed target of a merge
-- @expect agree
-- @old
MERGE INTO users u USING (SELECT 9 AS id, 'z@x' AS email) s ON s.id = u.id WHEN NOT MATCHED THEN INSERT (id, email) VALUES (s.id, s.email)
-- @change
ALTER TABLE users RENAME TO accounts;

-- @case dropped table inside a CTE that writes
-- @expect agree
-- @old
WITH gone AS (DELETE FROM orders WHERE user_id = $1 RETURNING user_id, total) SELECT user_id, sum(total) FROM gone GROUP BY user_id
-- @args 1
-- @change
DROP TABLE orders;

-- @case dropped table in an exists subquery
-- @expect agree
-- @old
SELECT name FROM users u WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id AND o.total > 100) ORDER BY name
-- @change
DROP TABLE orders;

-- @case dropped table in a lateral subquery
-- @expect agree
-- @old
SELECT u.id, l.total FROM users u CROSS JOIN LATERAL (SELECT o.total FROM orders o WHERE o.user_id = u.id ORDER BY o.total DESC LIMIT 1) l ORDER BY u.id
-- @change
DROP TABLE orders;

-- @case renamed table in a recursive CTE
-- @expect agree
-- @setup
CREATE TABLE folders (id int, parent_id int); INSERT INTO folders VALUES (1, NULL), (2, 1);
-- @old
WITH RECURSIVE tree AS (SELECT id FROM folders WHERE parent_id IS NULL UNION ALL SELECT f.id FROM folders f JOIN tree t ON f.parent_id = t.id) SELECT id FROM tree ORDER BY id
-- @change
ALTER TABLE folders RENAME TO directories;

-- @case renamed table in one arm of a union
-- @expect agree
-- @setup
CREATE TABLE archived_orders (LIKE orders);
-- @old
SELECT id, total FROM orders UNION ALL SELECT id, total FROM archived_orders ORDER BY 1
-- @change
ALTER TABLE archived_orders RENAME TO orders_archive;

-- @case dropped table in an insert select
-- @expect agree
-- @setup
CREATE TABLE totals (user_id int, total numeric);
-- @old
INSERT INTO totals (user_id, total) SELECT user_id, sum(total) FROM orders GROUP BY user_id
-- @change
DROP TABLE orders;

-- @case dropped table in a scalar subquery of returning
-- @expect agree
-- @old
UPDATE users SET name = $1 WHERE id = 1 RETURNING id, (SELECT count(*) FROM orders o WHERE o.user_id = users.id)
-- @args Anna
-- @change
DROP TABLE orders;

-- @case dropped table, table command
-- @expect agree
-- @old
TABLE users
-- @change
DROP TABLE users CASCADE;

-- @case dropped table, copy to
-- @expect agree
-- @old
COPY users (id, email) TO STDOUT
-- @change
DROP TABLE users;

-- @case renamed table, copy of a query
-- @expect agree
-- @old
COPY (SELECT user_id, total FROM orders ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER)
-- @change
ALTER TABLE orders RENAME TO order_items;

-- @case renamed table, copy from
-- @expect agree
-- @old
COPY users (id, email, name) FROM STDIN
-- @copy 3\tc@x\tCid\n
-- @change
ALTER TABLE users RENAME TO people;

-- @case dropped table, truncate list
-- @expect agree
-- @old
TRUNCATE orders, users RESTART IDENTITY
-- @change
DROP TABLE orders;

-- @case renamed table, lock
-- @expect agree
-- @old
LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE
-- @change
ALTER TABLE users RENAME TO people;

-- @case renamed table, regclass cast
-- @expect agree
-- @old
SELECT reltuples >= -1 FROM pg_class WHERE oid = 'orders'::regclass
-- @change
ALTER TABLE orders RENAME TO purchases;

-- @case dropped table, regclass text of a size function
-- @expect agree
-- @old
SELECT pg_total_relation_size('orders') > 0
-- @change
DROP TABLE orders;

-- @case dropped table, regclass as a cast function
-- @expect agree
-- @old
SELECT attname FROM pg_attribute WHERE attrelid = CAST('users' AS regclass) AND attnum = 1
-- @change
DROP TABLE users;

-- @case dropped table, to_regclass goes null
-- @expect agree
-- @old
SELECT to_regclass('public.orders') IS NOT NULL AS ready
-- @change
DROP TABLE orders;

-- @case renamed table, to_regclass goes null
-- @expect agree
-- @old
SELECT to_regclass('users')
-- @change
ALTER TABLE users RENAME TO people;

-- @case renamed table, has_table_privilege
-- @expect agree
-- @old
SELECT has_table_privilege('orders', 'INSERT')
-- @change
ALTER TABLE orders RENAME TO purchases;

-- @case renamed table, information_schema lookup
-- @expect missed
-- @old
SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'orders'
-- @change
ALTER TABLE orders RENAME TO purchases;

-- @case dropped table, declare cursor
-- @expect agree
-- @old
DECLARE c CURSOR FOR SELECT id FROM orders WHERE total > 1;
FETCH 1 FROM c
-- @change
DROP TABLE orders;

-- @case dropped table, create temp table as
-- @expect agree
-- @old
CREATE TEMP TABLE picked ON COMMIT DROP AS SELECT id FROM orders WHERE total > 6;
SELECT count(*) FROM picked
-- @change
DROP TABLE orders;

-- @case dropped table, create temp table like
-- @expect agree
-- @old
CREATE TEMP TABLE orders_import (LIKE orders INCLUDING DEFAULTS);
INSERT INTO orders_import (id, user_id) VALUES (1, 1)
-- @change
DROP TABLE orders CASCADE;

-- @case dropped table, analyze
-- @expect agree
-- @old
ANALYZE orders
-- @change
DROP TABLE orders;

-- @case renamed table, explain
-- @expect agree
-- @old
EXPLAIN (COSTS OFF) SELECT id FROM orders
-- @change
ALTER TABLE orders RENAME TO purchases;

-- @case dropped table, do block
-- @expect agree
-- @old
DO $$ BEGIN DELETE FROM orders WHERE total < 1; END $$
-- @change
DROP TABLE orders;

-- @case dropped table, row type as a cast
-- @expect agree
-- @old
SELECT (jsonb_populate_record(NULL::users, '{"id": 4, "email": "d@x"}')).email
-- @change
DROP TABLE users;

-- @case renamed table, sequence name stays but not the table
-- @expect agree
-- @old
SELECT setval('orders_id_seq', (SELECT max(id) FROM orders))
-- @change
ALTER TABLE orders RENAME TO purchases;

-- @case quoted mixed-case table renamed to lower case
-- @expect agree
-- @setup
CREATE TABLE "OrderLines" (id int); INSERT INTO "OrderLines" VALUES (1);
-- @old
SELECT id FROM "OrderLines" WHERE id = $1
-- @args 1
-- @change
ALTER TABLE "OrderLines" RENAME TO orderlines;

-- @case table replaced by another name in a rename chain
-- @expect agree
-- @old
SELECT total FROM orders ORDER BY id
-- @change
CREATE TABLE orders_new (LIKE orders INCLUDING ALL);
ALTER TABLE orders RENAME TO orders_old;
ALTER TABLE orders_new RENAME TO orders_next;

-- @cell 1 drop or rename view
-- @case dropped view
-- @expect agree
-- @setup
CREATE VIEW spenders AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
-- @old
SELECT u.name, s.total FROM spenders s JOIN users u ON u.id = s.user_id ORDER BY s.total DESC
-- @change
DROP VIEW spenders;

-- @case renamed view
-- @expect agree
-- @setup
CREATE VIEW active_users AS SELECT id, email FROM users WHERE email IS NOT NULL;
-- @old
SELECT count(*) FROM active_users
-- @change
ALTER VIEW active_users RENAME TO live_users;

-- @case renamed view, write through it
-- @expect agree
-- @setup
CREATE VIEW active_users AS SELECT id, email FROM users WHERE email IS NOT NULL;
-- @old
UPDATE active_users SET email = $2 WHERE id = $1
-- @args 1|z@x
-- @change
ALTER TABLE active_users RENAME TO live_users;

-- @case dropped materialized view
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW daily AS SELECT created_at, sum(total) AS total FROM orders GROUP BY created_at;
-- @old
SELECT total FROM daily WHERE created_at >= $1
-- @args 2024-01-01
-- @change
DROP MATERIALIZED VIEW daily;

-- @case dropped materialized view, refresh
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW daily AS SELECT created_at, sum(total) AS total FROM orders GROUP BY created_at;
-- @old
REFRESH MATERIALIZED VIEW daily
-- @change
DROP MATERIALIZED VIEW daily;

-- @case renamed materialized view, concurrent refresh
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW daily AS SELECT created_at, sum(total) AS total FROM orders GROUP BY created_at;
CREATE UNIQUE INDEX ON daily (created_at);
-- @old
REFRESH MATERIALIZED VIEW CONCURRENTLY daily
-- @change
ALTER MATERIALIZED VIEW daily RENAME TO daily_totals;

-- @case materialized view becomes a view, refresh
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW daily AS SELECT created_at, sum(total) AS total FROM orders GROUP BY created_at;
-- @old
REFRESH MATERIALIZED VIEW daily
-- @change
DROP MATERIALIZED VIEW daily;
CREATE VIEW daily AS SELECT created_at, sum(total) AS total FROM orders GROUP BY created_at;

-- @case materialized view dropped with its table by cascade
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW daily AS SELECT created_at, sum(total) AS total FROM orders GROUP BY created_at;
-- @old
SELECT max(total) FROM daily
-- @change
DROP TABLE orders CASCADE;

-- @cell 1 drop or rename partition
-- @case dropped partition read directly
-- @expect agree
-- @setup
CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO events VALUES ('2023-05-01', 'a'), ('2024-05-01', 'b');
-- @old
SELECT kind FROM events_2023
-- @change
DROP TABLE events_2023;

-- @case renamed partition, copy into it
-- @expect agree
-- @setup
CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- @old
COPY events_2024 (at, kind) FROM STDIN
-- @copy 2024-02-01\tx\n
-- @change
ALTER TABLE events_2024 RENAME TO events_y2024;

-- @case dropped partition, truncate
-- @expect agree
-- @setup
CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY LIST (kind);
CREATE TABLE events_login PARTITION OF events FOR VALUES IN ('login');
CREATE TABLE events_other PARTITION OF events DEFAULT;
-- @old
TRUNCATE events_login
-- @change
ALTER TABLE events DETACH PARTITION events_login;
DROP TABLE events_login;

-- @case partition moved to another schema
-- @expect agree
-- @setup
CREATE SCHEMA archive;
CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
-- @old
DELETE FROM events_2023 WHERE kind = $1
-- @args a
-- @change
ALTER TABLE events_2023 SET SCHEMA archive;

-- @case partition dropped with its parent
-- @expect agree
-- @setup
CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
-- @old
SELECT count(*) FROM ONLY events_2023
-- @change
DROP TABLE events;

-- @cell 1 drop or rename sequence
-- @case dropped sequence, nextval
-- @expect agree
-- @setup
CREATE SEQUENCE invoice_no;
-- @old
SELECT 'INV-' || nextval('invoice_no')
-- @change
DROP SEQUENCE invoice_no;

-- @case renamed sequence, nextval in an insert
-- @expect agree
-- @old
INSERT INTO orders (id, user_id) VALUES (nextval('orders_id_seq'), $1) RETURNING id
-- @args 1
-- @change
ALTER SEQUENCE orders_id_seq RENAME TO order_numbers;

-- @case renamed sequence, nextval with a regclass cast and a schema
-- @expect agree
-- @setup
CREATE SEQUENCE invoice_no;
-- @old
SELECT nextval('public.invoice_no'::regclass)
-- @change
ALTER SEQUENCE invoice_no RENAME TO invoice_numbers;

-- @case renamed sequence, currval
-- @expect agree
-- @setup
CREATE SEQUENCE invoice_no;
-- @old
SELECT nextval('invoice_no');
SELECT currval('invoice_no')
-- @change
ALTER SEQUENCE invoice_no RENAME TO invoice_numbers;

-- @case renamed sequence, currval behind an insert
-- @expect agree
-- @old
INSERT INTO orders (user_id) VALUES (1);
SELECT currval('orders_id_seq') > 0
-- @change
ALTER SEQUENCE orders_id_seq RENAME TO purchases_id_seq;

-- @case dropped sequence, setval
-- @expect agree
-- @setup
CREATE SEQUENCE invoice_no;
-- @old
SELECT setval('invoice_no', $1, false)
-- @args 100
-- @change
DROP SEQUENCE IF EXISTS invoice_no;

-- @case dropped sequence, read as a relation
-- @expect agree
-- @setup
CREATE SEQUENCE invoice_no;
-- @old
SELECT last_value, is_called FROM invoice_no
-- @change
DROP SEQUENCE invoice_no;

-- @case renamed sequence, alter sequence restart
-- @expect agree
-- @setup
CREATE SEQUENCE invoice_no;
-- @old
ALTER SEQUENCE invoice_no RESTART WITH 1
-- @change
ALTER SEQUENCE invoice_no RENAME TO invoice_numbers;

-- @case renamed sequence, to_regclass
-- @expect agree
-- @setup
CREATE SEQUENCE invoice_no;
-- @old
SELECT coalesce(to_regclass('invoice_no')::text, 'none')
-- @change
ALTER TABLE invoice_no RENAME TO invoice_numbers;

-- @case sequence dropped with the table that owns it
-- @expect agree
-- @old
SELECT nextval('orders_id_seq')
-- @change
DROP TABLE orders;

-- @case sequence dropped with the column that owns it
-- @expect agree
-- @old
SELECT nextval('orders_id_seq') > 0
-- @change
ALTER TABLE orders DROP COLUMN id;

-- @cell 1 set schema
-- @case table moved to another schema
-- @expect agree
-- @setup
CREATE SCHEMA billing;
-- @old
SELECT id FROM orders WHERE user_id = $1 ORDER BY id
-- @args 1
-- @change
ALTER TABLE orders SET SCHEMA billing;

-- @case table moved, qualified name
-- @expect agree
-- @setup
CREATE SCHEMA billing;
-- @old
UPDATE public.orders SET total = total + $1
-- @args 1
-- @change
ALTER TABLE orders SET SCHEMA billing;

-- @case owned sequence moves with its table
-- @expect agree
-- @setup
CREATE SCHEMA billing;
-- @old
SELECT nextval('orders_id_seq')
-- @change
ALTER TABLE orders SET SCHEMA billing;

-- @case sequence moved to another schema
-- @expect agree
-- @setup
CREATE SCHEMA billing; CREATE SEQUENCE invoice_no;
-- @old
SELECT nextval('invoice_no')
-- @change
ALTER SEQUENCE invoice_no SET SCHEMA billing;

-- @case view moved to another schema
-- @expect agree
-- @setup
CREATE SCHEMA reporting; CREATE VIEW emails AS SELECT email FROM users;
-- @old
SELECT email FROM emails ORDER BY 1
-- @change
ALTER VIEW emails SET SCHEMA reporting;

-- @case materialized view moved to another schema
-- @expect agree
-- @setup
CREATE SCHEMA reporting; CREATE MATERIALIZED VIEW emails AS SELECT email FROM users;
-- @old
REFRESH MATERIALIZED VIEW emails
-- @change
ALTER MATERIALIZED VIEW emails SET SCHEMA reporting;

-- @case table of an application path moved out of it
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE SCHEMA billing; CREATE TABLE app.invoices (id int, paid bool);
-- @path app,public
-- @old
SELECT i.id FROM invoices i JOIN users u ON u.id = i.id WHERE NOT i.paid
-- @change
ALTER TABLE app.invoices SET SCHEMA billing;

-- @case table moved away, another of that name further down the path
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE SCHEMA old;
CREATE TABLE app.settings (v text); INSERT INTO app.settings VALUES ('new');
CREATE TABLE public.settings (v text); INSERT INTO public.settings VALUES ('stale');
-- @path app,public
-- @old
SELECT v FROM settings
-- @change
ALTER TABLE app.settings SET SCHEMA old;

-- @case table dropped, another of that name with other columns further down the path
-- @expect agree
-- @setup
CREATE SCHEMA app;
CREATE TABLE app.settings (k text, v text);
CREATE TABLE public.settings (k text);
-- @path app,public
-- @old
SELECT v FROM settings WHERE k = $1
-- @args x
-- @change
DROP TABLE app.settings;

-- @cell 1 drop or rename schema
-- @case renamed schema, select
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int, state text); INSERT INTO app.jobs VALUES (1, 'new');
-- @old
SELECT id FROM app.jobs WHERE state = 'new' FOR UPDATE SKIP LOCKED
-- @change
ALTER SCHEMA app RENAME TO app_v1;

-- @case renamed schema, unqualified name in the path
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int, state text); INSERT INTO app.jobs VALUES (1, 'new');
-- @path app,public
-- @old
UPDATE jobs SET state = 'done' WHERE id = $1 RETURNING state
-- @args 1
-- @change
ALTER SCHEMA app RENAME TO app_v1;

-- @case dropped schema, insert
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int, state text);
-- @old
INSERT INTO app.jobs (id, state) SELECT id, 'new' FROM users
-- @change
DROP SCHEMA app CASCADE;

-- @case dropped schema, copy from
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int, state text);
-- @old
COPY app.jobs FROM STDIN
-- @copy 1\tnew\n
-- @change
DROP SCHEMA app CASCADE;

-- @case renamed schema, truncate
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int, state text);
-- @old
TRUNCATE TABLE app.jobs
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case renamed schema, lock
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int, state text);
-- @old
LOCK app.jobs IN EXCLUSIVE MODE
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case renamed schema, regclass
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int, state text);
-- @old
SELECT count(*) FROM pg_locks WHERE relation = 'app.jobs'::regclass
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case renamed schema, to_regclass
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int, state text);
-- @old
SELECT to_regclass('app.jobs') IS NULL
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case renamed schema, nextval
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE SEQUENCE app.job_no;
-- @old
SELECT nextval('app.job_no')
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case dropped schema, refresh
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE MATERIALIZED VIEW app.emails AS SELECT email FROM users;
-- @old
REFRESH MATERIALIZED VIEW app.emails
-- @change
DROP SCHEMA app CASCADE;

-- @case dropped schema, view in another schema goes with it
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int); CREATE VIEW open_jobs AS SELECT id FROM app.jobs;
-- @old
SELECT id FROM open_jobs
-- @change
DROP SCHEMA app CASCADE;

-- @case renamed schema, create table in it
-- @expect agree
-- @setup
CREATE SCHEMA scratch;
-- @old
CREATE TABLE scratch.import (id int)
-- @change
ALTER SCHEMA scratch RENAME TO staging;

-- @case non-empty schema dropped without cascade
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.jobs (id int);
-- @old
SELECT id FROM app.jobs
-- @change
DROP SCHEMA app;

-- @cell 1 function call in a schema that disappears
-- @case dropped schema, function call
-- @expect agree
-- @setup
CREATE SCHEMA util; CREATE FUNCTION util.slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @old
SELECT util.slug(name) FROM users ORDER BY id
-- @change
DROP SCHEMA util CASCADE;

-- @case renamed schema, function in from
-- @expect agree
-- @setup
CREATE SCHEMA util; CREATE FUNCTION util.words(text) RETURNS SETOF text LANGUAGE sql AS $$ SELECT regexp_split_to_table($1, ' ') $$;
-- @old
SELECT w FROM util.words($1) w
-- @args a b
-- @change
ALTER SCHEMA util RENAME TO helpers;

-- @case renamed schema, procedure call
-- @expect agree
-- @setup
CREATE SCHEMA jobs; CREATE PROCEDURE jobs.clean() LANGUAGE sql AS $$ DELETE FROM orders WHERE total < 1 $$;
-- @old
CALL jobs.clean()
-- @change
ALTER SCHEMA jobs RENAME TO tasks;

-- @case dropped schema, function in the values of an insert
-- @expect agree
-- @setup
CREATE SCHEMA util; CREATE FUNCTION util.next_id() RETURNS int LANGUAGE sql AS $$ SELECT 77 $$;
-- @old
INSERT INTO users (id, email) VALUES (util.next_id(), $1) RETURNING id
-- @args q@x
-- @change
DROP SCHEMA util CASCADE;

-- @case renamed schema, operator named with it
-- @expect agree
-- @setup
CREATE SCHEMA util; CREATE FUNCTION util.same(text, text) RETURNS bool LANGUAGE sql AS $$ SELECT lower($1) = lower($2) $$;
CREATE OPERATOR util.=~= (LEFTARG = text, RIGHTARG = text, FUNCTION = util.same);
-- @old
SELECT id FROM users WHERE email OPERATOR(util.=~=) $1
-- @args A@X
-- @change
ALTER SCHEMA util RENAME TO helpers;

-- @case renamed schema, type named with it
-- @expect agree
-- @setup
CREATE SCHEMA util; CREATE TYPE util.mood AS ENUM ('sad', 'ok');
-- @old
SELECT $1::util.mood
-- @args ok
-- @change
ALTER SCHEMA util RENAME TO helpers;

-- @case renamed schema, function found by the path
-- @expect agree
-- @setup
CREATE SCHEMA util; CREATE FUNCTION util.slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @path public,util
-- @old
SELECT slug(name) FROM users ORDER BY id
-- @change
ALTER SCHEMA util RENAME TO helpers;
