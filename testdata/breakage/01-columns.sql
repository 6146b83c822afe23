-- Section 1 of the facts: columns disappear.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, name text, tenant_id int, active bool DEFAULT true, "createdAt" date DEFAULT '2024-01-01');
CREATE TABLE orders (id int PRIMARY KEY, user_id int, total numeric, status text DEFAULT 'new', tenant_id int);
INSERT INTO users (id, email, name, tenant_id) VALUES (1, 'a@x', 'Ann', 1), (2, 'b@x', 'Bob', 2), (3, 'c@x', 'Cid', 1);
INSERT INTO orders VALUES (1, 1, 10, 'new', 1), (2, 1, 20, 'paid', 1), (3, 2, 5, 'new', 2);

-- @cell 1 drop or rename column
-- @case dropped column in the select list
-- @expect agree
-- @old
SELECT id, name FROM users WHERE id = $1
-- @args 1
-- @change
ALTER TABLE users DROP COLUMN name;

-- @case renamed column in order by
-- @expect agree
-- @old
SELECT id FROM users ORDER BY tenant_id DESC NULLS LAST, id LIMIT 10
-- @change
ALTER TABLE users RENAME COLUMN tenant_id TO org_id;

-- @case dropped column in group by and having
-- @expect agree
-- @old
SELECT status, count(*) FROM orders GROUP BY status HAVING max(tenant_id) > 1
-- @change
ALTER TABLE orders DROP COLUMN tenant_id;

-- @case renamed column in group by
-- @expect agree
-- @old
SELECT count(*) FROM orders GROUP BY user_id ORDER BY 1
-- @change
ALTER TABLE orders RENAME user_id TO customer_id;

-- @case renamed column in returning
-- @expect agree
-- @old
UPDATE users SET name = $1 WHERE id = 1 RETURNING email
-- @args Z
-- @change
ALTER TABLE users RENAME COLUMN email TO email_address;

-- @case dropped column in an insert list
-- @expect agree
-- @old
INSERT INTO users (id, email, active) VALUES ($1, $2, $3)
-- @args 9|z@x|true
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case dropped column in set
-- @expect agree
-- @old
UPDATE users SET active = false, name = $2 WHERE id = $1
-- @args 1|Z
-- @change
ALTER TABLE users DROP active;

-- @case renamed column in a multi-column set
-- @expect agree
-- @old
UPDATE users SET (name, tenant_id) = (SELECT $1, max(tenant_id) FROM orders) WHERE id = 1
-- @args Z
-- @change
ALTER TABLE users RENAME COLUMN tenant_id TO org_id;

-- @case renamed column in a copy to list
-- @expect agree
-- @old
COPY users (id, name) TO STDOUT
-- @change
ALTER TABLE users RENAME COLUMN name TO full_name;

-- @case dropped column in a copy from list
-- @expect agree
-- @old
COPY users (id, email, active) FROM STDIN WITH (FORMAT csv)
-- @copy 9,z@x,true\n
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case dropped column in a copied query
-- @expect agree
-- @old
COPY (SELECT u.email, o.total FROM users u JOIN orders o ON o.user_id = u.id WHERE o.status = 'new') TO STDOUT
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case dropped column in using
-- @expect agree
-- @old
SELECT u.name, o.total FROM users u JOIN orders o USING (tenant_id) ORDER BY o.id, u.id
-- @change
ALTER TABLE orders DROP COLUMN tenant_id;

-- @case renamed column in using, left side
-- @expect agree
-- @old
SELECT tenant_id, count(*) FROM users FULL JOIN orders USING (tenant_id) GROUP BY 1 ORDER BY 1
-- @change
ALTER TABLE users RENAME COLUMN tenant_id TO org_id;

-- @case dropped column in a join condition
-- @expect agree
-- @old
SELECT u.id FROM users u LEFT JOIN orders o ON o.user_id = u.id AND o.status <> 'void' WHERE o.id IS NULL
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case dropped column in a window
-- @expect agree
-- @old
SELECT id, row_number() OVER (PARTITION BY tenant_id ORDER BY total DESC) FROM orders ORDER BY id
-- @change
ALTER TABLE orders DROP COLUMN tenant_id;

-- @case renamed column in a named window
-- @expect agree
-- @old
SELECT id, sum(total) OVER w FROM orders WINDOW w AS (PARTITION BY user_id ORDER BY id ROWS UNBOUNDED PRECEDING) ORDER BY id
-- @change
ALTER TABLE orders RENAME COLUMN user_id TO buyer_id;

-- @case dropped column in an aggregate filter
-- @expect agree
-- @old
SELECT count(*) FILTER (WHERE status = 'paid'), count(*) FROM orders
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case dropped column in an ordered aggregate
-- @expect agree
-- @old
SELECT string_agg(name, ',' ORDER BY tenant_id, id) FROM users
-- @change
ALTER TABLE users DROP COLUMN tenant_id;

-- @case dropped column in distinct on
-- @expect agree
-- @old
SELECT DISTINCT ON (user_id) id, total FROM orders ORDER BY user_id, total DESC
-- @change
ALTER TABLE orders RENAME COLUMN user_id TO account_id;

-- @case dropped column in a lateral subquery
-- @expect agree
-- @old
SELECT u.id, x.n FROM users u, LATERAL (SELECT count(*) AS n FROM orders o WHERE o.user_id = u.id AND o.status = 'new') x ORDER BY u.id
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case dropped column in a CTE
-- @expect agree
-- @old
WITH big AS (SELECT user_id, total FROM orders WHERE total > $1) SELECT u.name FROM users u JOIN big ON big.user_id = u.id ORDER BY 1
-- @args 6
-- @change
ALTER TABLE orders DROP COLUMN total;

-- @case dropped column in a CTE that updates
-- @expect agree
-- @old
WITH done AS (UPDATE orders SET status = 'done' WHERE id = $1 RETURNING id, user_id) SELECT user_id FROM done
-- @args 1
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case dropped column read through the star of a CTE
-- @expect agree
-- @old
WITH u AS (SELECT * FROM users WHERE id = $1) SELECT u.id, u.active FROM u
-- @args 1
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case dropped column read through the star of a subquery
-- @expect agree
-- @old
SELECT s.name FROM (SELECT u.*, count(o.id) AS n FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id) s WHERE s.n > 1
-- @change
ALTER TABLE users RENAME COLUMN name TO display_name;

-- @case dropped column in update from
-- @expect agree
-- @old
UPDATE orders o SET total = 0 FROM users u WHERE u.id = o.user_id AND u.active
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case dropped column in delete using
-- @expect agree
-- @old
DELETE FROM orders o USING users u WHERE u.id = o.user_id AND NOT u.active
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case renamed column in an upsert's set
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email, active = true
-- @args 1|n@x
-- @change
ALTER TABLE users RENAME COLUMN active TO enabled;

-- @case renamed column in excluded
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.name
-- @args 1|n@x
-- @change
ALTER TABLE users RENAME COLUMN name TO full_name;

-- @case renamed column as a conflict target
-- @expect agree
-- @old
INSERT INTO users (id, name) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING
-- @args 9|n
-- @change
ALTER TABLE users RENAME COLUMN email TO mail;

-- @case dropped column in an upsert's where
-- @expect agree
-- @old
INSERT INTO users AS u (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email WHERE u.active
-- @args 1|n@x
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case dropped column in a merge update
-- @expect agree
-- @old
MERGE INTO orders o USING users u ON o.user_id = u.id WHEN MATCHED AND u.active THEN UPDATE SET status = 'x'
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case dropped column in a merge condition
-- @expect agree
-- @old
MERGE INTO orders o USING users u ON o.user_id = u.id WHEN MATCHED AND NOT u.active THEN DELETE
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case renamed column in a merge insert list
-- @expect agree
-- @old
MERGE INTO orders o USING (VALUES (9, 1)) v (id, uid) ON o.id = v.id WHEN NOT MATCHED THEN INSERT (id, user_id) VALUES (v.id, v.uid)
-- @change
ALTER TABLE orders RENAME COLUMN user_id TO customer_id;

-- @case dropped column in an insert select
-- @expect agree
-- @setup
CREATE TABLE report (user_id int, total numeric);
-- @old
INSERT INTO report (user_id, total) SELECT user_id, sum(total) FROM orders GROUP BY 1
-- @change
ALTER TABLE report DROP COLUMN total;

-- @case quoted column renamed to lower case
-- @expect agree
-- @old
SELECT id, "createdAt" FROM users WHERE id = $1
-- @args 1
-- @change
ALTER TABLE users RENAME COLUMN "createdAt" TO createdat;

-- @case quoted column renamed to snake case, insert list
-- @expect agree
-- @old
INSERT INTO users (id, "createdAt") VALUES ($1, $2)
-- @args 9|2024-05-05
-- @change
ALTER TABLE users RENAME COLUMN "createdAt" TO created_at;

-- @case lower case column renamed to a quoted one
-- @expect agree
-- @old
SELECT count(*) FROM orders WHERE user_id = 1
-- @change
ALTER TABLE orders RENAME COLUMN user_id TO "USER_ID";

-- @case dropped column as a field of the row
-- @expect agree
-- @old
SELECT (u).email FROM users u ORDER BY (u).id
-- @change
ALTER TABLE users DROP COLUMN email;

-- @case dropped column in a row comparison
-- @expect agree
-- @old
SELECT id FROM orders WHERE (tenant_id, id) > ($1, $2) ORDER BY tenant_id, id LIMIT 5
-- @args 1|1
-- @change
ALTER TABLE orders DROP COLUMN tenant_id;

-- @case dropped column in a case expression
-- @expect agree
-- @old
SELECT sum(CASE WHEN status = 'paid' THEN total ELSE 0 END) FROM orders
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case dropped column in jsonb_build_object
-- @expect agree
-- @old
SELECT jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name) ORDER BY u.id) FROM users u
-- @change
ALTER TABLE users RENAME COLUMN name TO title;

-- @case dropped column below exists
-- @expect agree
-- @old
DELETE FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id AND o.status = $1)
-- @args paid
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case dropped column in a grouping set
-- @expect agree
-- @old
SELECT tenant_id, status, sum(total) FROM orders GROUP BY GROUPING SETS ((tenant_id), (status), ()) ORDER BY 1, 2
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case dropped column in one arm of a union
-- @expect agree
-- @old
SELECT id, name FROM users UNION ALL SELECT id, status FROM orders ORDER BY 1, 2
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case dropped column in limit and offset subquery
-- @expect agree
-- @old
SELECT id FROM users ORDER BY id LIMIT (SELECT max(o.tenant_id) FROM orders o)
-- @change
ALTER TABLE orders DROP COLUMN tenant_id;

-- @case dropped column in a cursor
-- @expect agree
-- @old
DECLARE c CURSOR FOR SELECT id FROM users WHERE active;
FETCH ALL FROM c
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case dropped column in a do block
-- @expect agree
-- @old
DO $$ DECLARE r record; BEGIN FOR r IN SELECT id, active FROM users LOOP NULL; END LOOP; END $$
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case dropped column by name in has_column_privilege
-- @expect agree
-- @old
SELECT has_column_privilege('users', 'email', 'SELECT')
-- @change
ALTER TABLE users DROP COLUMN email;

-- @case dropped column by name in pg_get_serial_sequence
-- @expect agree
-- @setup
CREATE TABLE notes (no serial, body text);
-- @old
SELECT pg_get_serial_sequence('notes', 'no')
-- @change
ALTER TABLE notes DROP COLUMN no;

-- @case dropped column in an information_schema check
-- @expect missed
-- @old
SELECT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'active')
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case dropped column of a populated record
-- @expect agree
-- @old
INSERT INTO users (id, email, active) SELECT r.id, r.email, r.active FROM jsonb_populate_record(NULL::users, $1) r
-- @args {"id": 9, "email": "j@x", "active": true}
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case dropped column, row constructor cast to the table's type
-- @expect agree
-- @setup
CREATE TABLE pairs (a int, b int, c int);
-- @old
SELECT ROW(1, 2, 3)::pairs
-- @change
ALTER TABLE pairs DROP COLUMN c;

-- @case dropped column, star read
-- @expect agree
-- @old
SELECT * FROM orders WHERE id = $1
-- @args 1
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case renamed column, star read
-- @expect agree
-- @old
SELECT o.* FROM orders o JOIN users u ON u.id = o.user_id ORDER BY o.id
-- @change
ALTER TABLE orders RENAME COLUMN status TO state;

-- @case dropped column, returning star
-- @expect agree
-- @old
DELETE FROM orders WHERE id = $1 RETURNING *
-- @args 1
-- @change
ALTER TABLE orders DROP COLUMN tenant_id;

-- @case renamed column, key of row_to_json
-- @expect missed
-- @old
SELECT row_to_json(o) FROM orders o WHERE id = 1
-- @change
ALTER TABLE orders RENAME COLUMN user_id TO customer_id;

-- @case renamed column, key of a plain json aggregate
-- @expect missed
-- @old
SELECT json_agg(t) FROM (SELECT * FROM orders WHERE tenant_id = 2) t
-- @change
ALTER TABLE orders RENAME COLUMN status TO state;

-- @case dropped column, key read out of to_jsonb
-- @expect missed
-- @old
SELECT to_jsonb(u)->>'name' FROM users u ORDER BY id
-- @change
ALTER TABLE users DROP COLUMN name;

-- @case dropped column, copy to without a list
-- @expect agree
-- @old
COPY orders TO STDOUT
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case renamed column, header of copy
-- @expect agree
-- @old
COPY (SELECT * FROM orders WHERE id = 1) TO STDOUT WITH (FORMAT csv, HEADER)
-- @change
ALTER TABLE orders RENAME COLUMN status TO state;

-- @case copy from with header match
-- @expect agree
-- @old
COPY orders FROM STDIN WITH (FORMAT csv, HEADER match)
-- @copy id,user_id,total,status,tenant_id\n9,1,1,new,1\n
-- @change
ALTER TABLE orders RENAME COLUMN status TO state;

-- @case column of a parent dropped from its partitions too
-- @expect agree
-- @setup
CREATE TABLE logs (at date, level text, msg text) PARTITION BY RANGE (at);
CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- @old
SELECT msg FROM logs_24 WHERE level = 'error'
-- @change
ALTER TABLE logs DROP COLUMN level;

-- @case column of a parent renamed in an inheriting table
-- @expect agree
-- @setup
CREATE TABLE vehicles (id int, plate text); CREATE TABLE trucks (axles int) INHERITS (vehicles);
-- @old
SELECT plate, axles FROM trucks
-- @change
ALTER TABLE vehicles RENAME COLUMN plate TO licence;

-- @case attribute of a composite column renamed
-- @expect agree
-- @setup
CREATE TYPE address AS (street text, city text);
ALTER TABLE users ADD COLUMN addr address;
-- @old
SELECT (addr).city FROM users ORDER BY id
-- @change
ALTER TYPE address RENAME ATTRIBUTE city TO town;

-- @case attribute of a composite column dropped, set
-- @expect agree
-- @setup
CREATE TYPE address AS (street text, city text);
ALTER TABLE users ADD COLUMN addr address;
-- @old
UPDATE users SET addr.city = $1 WHERE id = 1
-- @args Bern
-- @change
ALTER TYPE address DROP ATTRIBUTE city;

-- @case renamed view column
-- @expect agree
-- @setup
CREATE VIEW people AS SELECT id, name FROM users;
-- @old
SELECT name FROM people ORDER BY id
-- @change
ALTER VIEW people RENAME COLUMN name TO full_name;

-- @case renamed materialized view column
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW sums AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
-- @old
SELECT user_id FROM sums WHERE total > $1
-- @args 6
-- @change
ALTER MATERIALIZED VIEW sums RENAME COLUMN total TO amount;

-- @case renamed columns, swapped names
-- @expect missed
-- @old
SELECT name, email FROM users ORDER BY id
-- @change
ALTER TABLE users RENAME COLUMN name TO tmp;
ALTER TABLE users RENAME COLUMN email TO name;
ALTER TABLE users RENAME COLUMN tmp TO email;

-- @case renamed column named like a keyword
-- @expect agree
-- @setup
CREATE TABLE meta (id int, tableoid_note text, "offset" int); INSERT INTO meta VALUES (1, 'x', 5);
-- @old
SELECT "offset" FROM meta
-- @change
ALTER TABLE meta RENAME COLUMN "offset" TO off;

-- @case table made again without the column
-- @expect agree
-- @old
SELECT total, status FROM orders WHERE id = 1
-- @change
CREATE TABLE orders_new (id int PRIMARY KEY, user_id int, total numeric);
INSERT INTO orders_new SELECT id, user_id, total FROM orders;
DROP TABLE orders;
ALTER TABLE orders_new RENAME TO orders;

-- @case index expression by the application on a dropped column
-- @expect agree
-- @old
CREATE INDEX IF NOT EXISTS users_active ON users (id) WHERE active
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case column comment by the application on a dropped column
-- @expect agree
-- @old
COMMENT ON COLUMN users.active IS 'set at login'
-- @change
ALTER TABLE users DROP COLUMN active;

-- @cell 1 dropped column lets another name in
-- @case group by falls to the alias
-- @expect agree
-- @old
SELECT lower(left(status, 1)) AS tenant_id, count(*) FROM orders GROUP BY tenant_id, status ORDER BY 1, 2
-- @change
ALTER TABLE orders DROP COLUMN tenant_id;

-- @case group by falls to an alias that is an aggregate
-- @expect agree
-- @old
SELECT count(*) AS tenant_id FROM orders GROUP BY tenant_id ORDER BY 1
-- @change
ALTER TABLE orders DROP COLUMN tenant_id;

-- @case dropped column becomes the row of a table of that name
-- @expect agree
-- @setup
CREATE TABLE state (id int, label text); INSERT INTO state VALUES (1, 'open');
CREATE TABLE tickets (id int, state_id int, state text); INSERT INTO tickets VALUES (1, 1, 'cached');
-- @old
SELECT t.id, state::text FROM tickets t JOIN state ON state.id = t.state_id
-- @change
ALTER TABLE tickets DROP COLUMN state;

-- @case dropped column becomes the row of an alias
-- @expect agree
-- @setup
CREATE TABLE labels (id int, owner text); INSERT INTO labels VALUES (1, 'ann');
-- @old
SELECT json_build_object('owner', owner)::text FROM labels AS owner
-- @change
ALTER TABLE labels DROP COLUMN owner;

-- @case dropped column becomes a call of a function
-- @expect agree
-- @setup
CREATE FUNCTION label(users) RETURNS text LANGUAGE sql AS $$ SELECT 'user ' || $1.id $$;
ALTER TABLE users ADD COLUMN label text DEFAULT 'plain';
-- @old
SELECT u.label FROM users u ORDER BY u.id
-- @change
ALTER TABLE users DROP COLUMN label;

-- @case dropped column of a natural join
-- @expect agree
-- @setup
CREATE TABLE regions (id int, code text); CREATE TABLE shops (id int, code text, city text);
INSERT INTO regions VALUES (1, 'x'), (2, 'y'); INSERT INTO shops VALUES (1, 'x', 'Ulm'), (2, 'z', 'Bonn');
-- @old
SELECT city FROM regions NATURAL JOIN shops ORDER BY 1
-- @change
ALTER TABLE shops DROP COLUMN code;

-- @case dropped column was the only one of a natural join
-- @expect agree
-- @setup
CREATE TABLE shops (tenant_id int, city text); INSERT INTO shops VALUES (1, 'Ulm');
-- @old
SELECT city FROM shops NATURAL JOIN (SELECT DISTINCT tenant_id FROM orders) t ORDER BY 1
-- @change
ALTER TABLE shops RENAME COLUMN tenant_id TO org_id;

-- @cell 1 dropped column in the SQL of an ORM
-- @case gorm create with a dropped field
-- @expect agree
-- @old
INSERT INTO "users" ("email","name","tenant_id","active","id") VALUES ($1,$2,$3,$4,$5) RETURNING "id"
-- @args z@x|Z|1|true|9
-- @change
ALTER TABLE users DROP COLUMN tenant_id;

-- @case gorm save with a renamed field
-- @expect agree
-- @old
UPDATE "users" SET "email"=$1,"name"=$2,"active"=$3 WHERE "id" = $4
-- @args z@x|Z|true|1
-- @change
ALTER TABLE users RENAME COLUMN name TO full_name;

-- @case gorm soft delete
-- @expect agree
-- @setup
ALTER TABLE orders ADD COLUMN deleted_at timestamptz;
-- @old
SELECT * FROM "orders" WHERE "orders"."user_id" = $1 AND "orders"."deleted_at" IS NULL ORDER BY "orders"."id"
-- @args 1
-- @change
ALTER TABLE orders DROP COLUMN deleted_at;

-- @case gorm upsert of all fields
-- @expect agree
-- @old
INSERT INTO "users" ("email","name","active","id") VALUES ($1,$2,$3,$4) ON CONFLICT ("id") DO UPDATE SET "email"="excluded"."email","name"="excluded"."name","active"="excluded"."active" RETURNING "id"
-- @args z@x|Z|true|1
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case bun select of a model
-- @expect agree
-- @old
SELECT "u"."id", "u"."email", "u"."name", "u"."active" FROM "users" AS "u" WHERE ("u"."id" = 1)
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case bun insert of a model
-- @expect agree
-- @old
INSERT INTO "orders" ("id", "user_id", "total", "status") VALUES (9, 1, 5, DEFAULT) RETURNING "status"
-- @change
ALTER TABLE orders RENAME COLUMN status TO state;

-- @case bun bulk update by values
-- @expect agree
-- @old
WITH "_data" ("id", "name") AS (VALUES (1::int, 'x'::text), (2::int, 'y'::text)) UPDATE "users" AS "u" SET "name" = _data."name" FROM "_data" WHERE ("u"."id" = _data."id")
-- @change
ALTER TABLE users RENAME COLUMN name TO title;

-- @case ent query with edges
-- @expect agree
-- @old
SELECT "t1"."id", "t1"."total", "t1"."status" FROM "orders" AS "t1" JOIN (SELECT "users"."id" FROM "users" WHERE "users"."active" = $1) AS "t2" ON "t1"."user_id" = "t2"."id" ORDER BY "t1"."id"
-- @args true
-- @change
ALTER TABLE users DROP COLUMN active;

-- @case squirrel with a page key
-- @expect agree
-- @old
SELECT id, email FROM users WHERE tenant_id = $1 AND "createdAt" <= $2 ORDER BY "createdAt" DESC, id DESC LIMIT 20
-- @args 1|2025-01-01
-- @change
ALTER TABLE users DROP COLUMN "createdAt";
