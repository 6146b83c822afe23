-- Section 2 of the facts: columns that every insert must give.

-- @common
CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL UNIQUE, name text);
INSERT INTO customers VALUES (1, 'ann@x', 'Ann'), (2, 'bob@x', NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, total numeric(10,2) NOT NULL DEFAULT 0, note text);

-- @cell 2 ADD COLUMN NOT NULL
-- @case required column added, insert list omits it
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id, total) VALUES ($1, $2, $3) RETURNING id, total
-- @args 1|1|9.50
-- @change
ALTER TABLE orders ADD COLUMN currency char(3) NOT NULL;

-- @case required column added to a table with rows
-- @expect beyond analysis
-- @undetectable the rows decide whether the migration fails
-- @old
SELECT id FROM customers WHERE email = $1
-- @args ann@x
-- @change
ALTER TABLE customers ADD COLUMN tenant_id int NOT NULL;

-- @case required column added, positional insert
-- @expect agree
-- @old
INSERT INTO orders VALUES ($1, $2, 5, 'x')
-- @args 1|2
-- @change
ALTER TABLE orders ADD COLUMN currency text NOT NULL;

-- @case required column added, insert of default values
-- @expect agree
-- @setup
CREATE TABLE sessions (id bigint GENERATED ALWAYS AS IDENTITY, data jsonb DEFAULT '{}');
-- @old
INSERT INTO sessions DEFAULT VALUES
-- @change
ALTER TABLE sessions ADD COLUMN token text NOT NULL;

-- @case required column added, insert from select with join
-- @expect agree
-- @setup
CREATE TABLE carts (customer_id int, amount numeric); INSERT INTO carts VALUES (1, 3), (1, 4);
-- @old
INSERT INTO orders (id, customer_id, total)
SELECT 100 + c.id, c.id, sum(k.amount) FROM customers c JOIN carts k ON k.customer_id = c.id GROUP BY c.id
-- @change
ALTER TABLE orders ADD COLUMN placed_at timestamptz NOT NULL;

-- @case required column added, batch insert from unnest
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id) SELECT * FROM unnest($1::int[], $2::int[])
-- @args {1,2}|{1,2}
-- @change
ALTER TABLE orders ADD COLUMN state smallint NOT NULL;

-- @case required column added, upsert
-- @expect agree
-- @setup
CREATE TABLE prefs (customer_id int PRIMARY KEY, theme text);
-- @old
INSERT INTO prefs (customer_id, theme) VALUES ($1, $2) ON CONFLICT (customer_id) DO UPDATE SET theme = EXCLUDED.theme
-- @args 1|dark
-- @change
ALTER TABLE prefs ADD COLUMN locale text NOT NULL;

-- @case required column added, upsert that would only update
-- @expect agree
-- @setup
CREATE TABLE counters (key text PRIMARY KEY, n int NOT NULL); INSERT INTO counters VALUES ('hits', 1);
-- @old
INSERT INTO counters (key, n) VALUES ($1, 1) ON CONFLICT (key) DO UPDATE SET n = counters.n + 1 RETURNING n
-- @args hits
-- @change
ALTER TABLE counters ADD COLUMN kind text;
UPDATE counters SET kind = 'web';
ALTER TABLE counters ALTER COLUMN kind SET NOT NULL;

-- @case required column added, insert or nothing of an existing row
-- @expect agree
-- @setup
CREATE TABLE tags (name text PRIMARY KEY); INSERT INTO tags VALUES ('go');
-- @old
INSERT INTO tags (name) VALUES ($1) ON CONFLICT DO NOTHING
-- @args go
-- @change
ALTER TABLE tags ADD COLUMN slug text;
UPDATE tags SET slug = name;
ALTER TABLE tags ALTER slug SET NOT NULL;

-- @case required column added, merge insert
-- @expect agree
-- @setup
CREATE TABLE stock (sku text PRIMARY KEY, qty int NOT NULL);
-- @old
MERGE INTO stock s USING (SELECT $1::text AS sku, $2::int AS qty) n ON s.sku = n.sku
WHEN MATCHED THEN UPDATE SET qty = s.qty + n.qty
WHEN NOT MATCHED THEN INSERT (sku, qty) VALUES (n.sku, n.qty)
-- @args a-1|5
-- @change
ALTER TABLE stock ADD COLUMN depot int NOT NULL;

-- @case required column added, merge that only updates
-- @expect agree
-- @setup
CREATE TABLE stock (sku text PRIMARY KEY, qty int NOT NULL); INSERT INTO stock VALUES ('a-1', 1);
-- @old
MERGE INTO stock s USING (VALUES ('a-1', 5)) n (sku, qty) ON s.sku = n.sku WHEN MATCHED THEN UPDATE SET qty = s.qty + n.qty
-- @observe SELECT sku, qty FROM stock
-- @change
ALTER TABLE stock ADD COLUMN depot int NOT NULL DEFAULT 1;
ALTER TABLE stock ALTER COLUMN depot DROP DEFAULT;

-- @case required column added, copy with a list
-- @expect agree
-- @old
COPY orders (id, customer_id, total) FROM STDIN
-- @copy 1\t1\t5.00\n2\t2\t6.00\n
-- @change
ALTER TABLE orders ADD COLUMN channel text NOT NULL;

-- @case column with a default added, copy with a list
-- @expect agree
-- @old
COPY orders (id, customer_id, total) FROM STDIN
-- @observe SELECT id, customer_id, total FROM orders ORDER BY id
-- @copy 1\t1\t5.00\n2\t2\t6.00\n
-- @change
ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';

-- @case required column added, jsonb_populate_record
-- @expect agree
-- @old
INSERT INTO orders SELECT * FROM jsonb_populate_record(NULL::orders, $1)
-- @args {"id": 1, "customer_id": 1, "total": 3}
-- @change
ALTER TABLE orders ADD COLUMN channel text NOT NULL;

-- @case required column with a default added, jsonb_populate_record
-- @expect agree
-- @old
INSERT INTO orders SELECT * FROM jsonb_populate_record(NULL::orders, $1)
-- @args {"id": 1, "customer_id": 1, "total": 3}
-- @change
ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';

-- @case required column with a default added, json_populate_recordset
-- @expect agree
-- @old
INSERT INTO orders SELECT r.* FROM json_populate_recordset(NULL::orders, $1) AS r ON CONFLICT (id) DO NOTHING
-- @args [{"id": 1, "customer_id": 1, "total": 3}, {"id": 2, "customer_id": 1, "total": 4}]
-- @change
ALTER TABLE orders ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();

-- @case required column with a default added, json record with named columns
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id) SELECT id, customer_id FROM jsonb_populate_record(NULL::orders, $1)
-- @observe SELECT id, customer_id FROM orders
-- @args {"id": 1, "customer_id": 1}
-- @change
ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';

-- @case required column added, jsonb_to_recordset with its own columns
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id, note)
SELECT r.id, r.customer_id, r.note FROM jsonb_to_recordset($1) AS r(id int, customer_id int, note text)
-- @args [{"id": 1, "customer_id": 1, "note": "n"}]
-- @change
ALTER TABLE orders ADD COLUMN weight int NOT NULL;

-- @case required column added, insert in a common table expression
-- @expect agree
-- @old
WITH c AS (INSERT INTO customers (id, email) VALUES ($1, $2) RETURNING id)
INSERT INTO orders (id, customer_id) SELECT 1, id FROM c RETURNING customer_id
-- @args 3|eve@x
-- @change
ALTER TABLE customers ADD COLUMN tenant_id int;
UPDATE customers SET tenant_id = 1;
ALTER TABLE customers ALTER COLUMN tenant_id SET NOT NULL;

-- @case required column added, insert through a view
-- @expect agree
-- @setup
CREATE VIEW order_heads AS SELECT id, customer_id, total FROM orders;
-- @old
INSERT INTO order_heads (id, customer_id) VALUES ($1, $2)
-- @args 1|1
-- @change
ALTER TABLE orders ADD COLUMN currency text NOT NULL;

-- @case required column added, insert in a sql function
-- @expect agree
-- @setup
CREATE FUNCTION place(c int) RETURNS int LANGUAGE sql AS 'INSERT INTO orders (id, customer_id) VALUES (7, c) RETURNING id';
-- @old
SELECT place($1)
-- @args 1
-- @change
ALTER TABLE orders ADD COLUMN currency text NOT NULL;

-- @case required column added, insert in a plpgsql procedure
-- @expect agree
-- @setup
CREATE PROCEDURE place(c int) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO orders (id, customer_id) VALUES (7, c); END $$;
-- @old
CALL place($1)
-- @args 2
-- @change
ALTER TABLE orders ADD COLUMN currency text NOT NULL;

-- @case required column added to the table that an audit trigger writes
-- @expect agree
-- @setup
CREATE TABLE audit (customer_id int, old_email text);
CREATE FUNCTION log_email() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (customer_id, old_email) VALUES (OLD.id, OLD.email); RETURN NEW; END $$;
CREATE TRIGGER log_email AFTER UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION log_email();
-- @old
UPDATE customers SET email = $2 WHERE id = $1
-- @args 1|new@x
-- @change
ALTER TABLE audit ADD COLUMN actor text NOT NULL;

-- @case required column added to a partitioned table
-- @expect agree
-- @setup
CREATE TABLE events (day date NOT NULL, kind text) PARTITION BY RANGE (day);
CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- @old
INSERT INTO events_24 (day, kind) VALUES ($1, 'login')
-- @args 2024-05-01
-- @change
ALTER TABLE events ADD COLUMN source text NOT NULL;

-- @case required column added to a parent by inheritance
-- @expect agree
-- @setup
CREATE TABLE base (id int); CREATE TABLE child (x text) INHERITS (base);
-- @old
INSERT INTO child (id, x) VALUES (1, $1)
-- @args y
-- @change
ALTER TABLE base ADD COLUMN tenant int NOT NULL;

-- @case column of a domain that takes no null added
-- @expect agree
-- @setup
CREATE DOMAIN code AS text NOT NULL;
-- @old
INSERT INTO orders (id, customer_id) VALUES (1, 1)
-- @change
ALTER TABLE orders ADD COLUMN channel code;

-- @case required column added, its default dropped after the backfill
-- @expect agree
-- @old
INSERT INTO customers (id, email, name) VALUES (3, $1, $2)
-- @args eve@x|Eve
-- @change
ALTER TABLE customers ADD COLUMN plan text NOT NULL DEFAULT 'free';
ALTER TABLE customers ALTER COLUMN plan DROP DEFAULT;

-- @case required column with a default added, named insert
-- @expect agree
-- @old
INSERT INTO customers (id, email) VALUES (3, $1) RETURNING id, email
-- @args eve@x
-- @change
ALTER TABLE customers ADD COLUMN plan text NOT NULL DEFAULT 'free';

-- @case serial column added, positional insert with fewer values
-- @expect agree
-- @old
INSERT INTO orders VALUES ($1, 1)
-- @args 4
-- @change
ALTER TABLE orders ADD COLUMN seq bigserial;

-- @case identity column added, named insert
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id) VALUES (5, 1) ON CONFLICT (id) DO UPDATE SET customer_id = EXCLUDED.customer_id
-- @change
ALTER TABLE orders ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY;

-- @case required generated column added, named insert
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id, total) VALUES (5, 1, 10)
-- @change
ALTER TABLE orders ADD COLUMN cents bigint NOT NULL GENERATED ALWAYS AS ((total * 100)::bigint) STORED;

-- @case required generated column added, its source is null
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id) VALUES (5, 1)
-- @change
ALTER TABLE orders ADD COLUMN note_len int NOT NULL GENERATED ALWAYS AS (length(note)) STORED;

-- @case required column added, a trigger fills it
-- @expect agree, with a warning
-- @old
INSERT INTO orders (id, customer_id) VALUES (5, 1)
-- @change
ALTER TABLE orders ADD COLUMN code text NOT NULL;
CREATE FUNCTION fill_code() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.code := 'o' || NEW.id; RETURN NEW; END $$;
CREATE TRIGGER fill_code BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION fill_code();

-- @case required column added, only reads and updates
-- @expect agree
-- @setup
INSERT INTO orders VALUES (1, 1, 5);
-- @old
UPDATE orders o SET total = total + 1 FROM customers c WHERE c.id = o.customer_id AND c.email = $1 RETURNING o.id, o.total
-- @args ann@x
-- @change
ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR';
ALTER TABLE orders ALTER COLUMN currency DROP DEFAULT;

-- @case new primary key column, insert omits it
-- @expect agree
-- @setup
CREATE TABLE logs (line text);
-- @old
INSERT INTO logs (line) VALUES ($1)
-- @args hello
-- @change
ALTER TABLE logs ADD COLUMN id uuid PRIMARY KEY;

-- @case new primary key column that fills itself
-- @expect agree
-- @setup
CREATE TABLE logs (line text);
-- @old
INSERT INTO logs (line) VALUES ($1) RETURNING line
-- @args hello
-- @change
ALTER TABLE logs ADD COLUMN id uuid PRIMARY KEY DEFAULT gen_random_uuid();

-- @case table replaced by one with a required column
-- @expect agree
-- @setup
CREATE TABLE devices (id int PRIMARY KEY, name text);
-- @old
INSERT INTO devices (id, name) VALUES ($1, $2)
-- @args 1|phone
-- @change
CREATE TABLE devices2 (id int PRIMARY KEY, name text, owner int NOT NULL);
DROP TABLE devices;
ALTER TABLE devices2 RENAME TO devices;

-- @cell 2 SET NOT NULL
-- @case not null set, insert omits the column
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id) VALUES ($1, $2)
-- @args 1|1
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set on a column with a default, insert omits it
-- @expect agree
-- @setup
CREATE TABLE jobs (id int, state text DEFAULT 'new');
-- @old
INSERT INTO jobs (id) VALUES ($1) RETURNING state
-- @args 1
-- @change
ALTER TABLE jobs ALTER state SET NOT NULL;

-- @case not null set on a column with a default, null is written
-- @expect agree
-- @setup
CREATE TABLE jobs (id int, state text DEFAULT 'new');
-- @old
INSERT INTO jobs (id, state) VALUES ($1, $2)
-- @args 1|\N
-- @change
ALTER TABLE jobs ALTER state SET NOT NULL;

-- @case not null set, update to a null literal
-- @expect agree
-- @setup
CREATE TABLE tasks (id int PRIMARY KEY, locked_by text, locked_at timestamptz); INSERT INTO tasks VALUES (1, 'w1', '2024-01-01');
-- @old
UPDATE tasks SET locked_by = NULL, locked_at = NULL WHERE id = $1
-- @args 1
-- @change
ALTER TABLE tasks ALTER COLUMN locked_by SET NOT NULL;

-- @case not null set, a nullable parameter
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id, note) VALUES ($1, $2, $3)
-- @args 1|1|\N
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, the parameter has a value
-- @expect agree, with a warning
-- @old
INSERT INTO orders (id, customer_id, note) VALUES ($1, $2, $3)
-- @args 1|1|fast
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, the parameter is empty
-- @expect agree, with a warning
-- @old
INSERT INTO orders (id, customer_id, note) VALUES ($1, $2, $3)
-- @args 1|1|
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, coalesce keeps null away
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id, note) VALUES ($1, $2, coalesce($3, ''))
-- @args 1|1|\N
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, nullif gives null
-- @expect agree
-- @setup
INSERT INTO orders VALUES (1, 1, 5, 'x');
-- @old
UPDATE orders SET note = nullif($2, '') WHERE id = $1
-- @args 1|
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, update from a scalar subquery without rows
-- @expect agree
-- @setup
INSERT INTO orders VALUES (1, 1, 5, 'x');
-- @old
UPDATE orders SET note = (SELECT c.name FROM customers c WHERE c.email = $1)
-- @args nobody@x
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, insert from a left join
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id, note)
SELECT 10 + c.id, c.id, o.note FROM customers c LEFT JOIN orders o ON o.customer_id = c.id
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, insert of a missing json key
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id, note) SELECT 1, 1, $1::jsonb ->> 'note'
-- @args {"text": "x"}
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, case without else
-- @expect agree
-- @setup
INSERT INTO orders VALUES (1, 1, 5, 'x'), (2, 2, 50, 'y');
-- @old
UPDATE orders SET note = CASE WHEN total > 10 THEN 'big' END
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, upsert writes null
-- @expect agree
-- @setup
INSERT INTO orders VALUES (1, 1, 5, 'x');
-- @old
INSERT INTO orders (id, customer_id, note) VALUES (1, 1, 'x') ON CONFLICT (id) DO UPDATE SET note = $1
-- @args \N
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, merge update to null
-- @expect agree
-- @setup
INSERT INTO orders VALUES (1, 1, 5, 'x');
-- @old
MERGE INTO orders o USING customers c ON c.id = o.customer_id WHEN MATCHED AND c.email = $1 THEN UPDATE SET note = NULL
-- @args ann@x
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, copy of a null
-- @expect agree
-- @old
COPY orders (id, customer_id, total, note) FROM STDIN
-- @copy 1\t1\t5\t\N\n
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, the keyword default
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id, note) VALUES ($1, 1, DEFAULT)
-- @args 1
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set, update to default
-- @expect agree
-- @setup
INSERT INTO orders VALUES (1, 1, 5, 'x');
-- @old
UPDATE orders SET (total, note) = (DEFAULT, DEFAULT) WHERE id = 1
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set on a foreign key with on delete set null
-- @expect agree
-- @setup
CREATE TABLE visits (id int, customer_id int REFERENCES customers ON DELETE SET NULL); INSERT INTO visits VALUES (1, 2);
-- @old
DELETE FROM customers WHERE id = $1
-- @args 2
-- @change
ALTER TABLE visits ALTER COLUMN customer_id SET NOT NULL;

-- @case primary key over a nullable column
-- @expect agree
-- @setup
CREATE TABLE members (group_id int, user_id int);
-- @old
INSERT INTO members (group_id) VALUES ($1)
-- @args 1
-- @change
ALTER TABLE members ADD PRIMARY KEY (group_id, user_id);

-- @case domain set not null
-- @expect agree
-- @setup
CREATE DOMAIN label AS text; CREATE TABLE boxes (id int, lbl label);
-- @old
INSERT INTO boxes (id) VALUES (1)
-- @change
ALTER DOMAIN label SET NOT NULL;

-- @case not null set, plpgsql function writes a null
-- @expect agree
-- @setup
INSERT INTO orders VALUES (1, 1, 5, 'x');
CREATE FUNCTION clear_note(o int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE orders SET note = NULL WHERE id = o; END $$;
-- @old
SELECT clear_note($1)
-- @args 1
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @case not null set where rows hold null
-- @expect beyond analysis
-- @undetectable the rows decide whether the migration fails
-- @old
SELECT count(*) FROM customers WHERE name IS NULL
-- @change
ALTER TABLE customers ALTER COLUMN name SET NOT NULL;

-- @case not null set, other columns are updated
-- @expect agree
-- @setup
INSERT INTO orders VALUES (1, 1, 5, 'x');
-- @old
UPDATE orders SET total = $1 WHERE id = 1 RETURNING total
-- @args 6
-- @change
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- @cell 2 default dropped
-- @common
CREATE SEQUENCE doc_no START 100;
CREATE TABLE docs (id int GENERATED BY DEFAULT AS IDENTITY, no bigint NOT NULL DEFAULT nextval('doc_no'), title text NOT NULL DEFAULT '', lang text DEFAULT 'en', tags text[] NOT NULL DEFAULT '{}');

-- @case default dropped, insert omits a required column
-- @expect agree
-- @old
INSERT INTO docs (title) VALUES ($1) RETURNING title
-- @args a
-- @change
ALTER TABLE docs ALTER COLUMN tags DROP DEFAULT;

-- @case default dropped, the keyword default
-- @expect agree
-- @old
INSERT INTO docs (title, tags) VALUES ($1, DEFAULT), ($2, ARRAY['b'])
-- @args a|b
-- @change
ALTER TABLE docs ALTER COLUMN tags DROP DEFAULT;

-- @case default dropped from a nullable column, insert omits it
-- @expect agree
-- @old
INSERT INTO docs (title) VALUES ($1) RETURNING title, lang
-- @args a
-- @change
ALTER TABLE docs ALTER COLUMN lang DROP DEFAULT;

-- @case default dropped from a nullable column, copy omits it
-- @expect agree
-- @old
COPY docs (title) FROM STDIN
-- @copy a\nb\n
-- @observe SELECT title, lang FROM docs ORDER BY title
-- @change
ALTER TABLE docs ALTER COLUMN lang DROP DEFAULT;

-- @case default dropped, update to default
-- @expect agree
-- @setup
INSERT INTO docs (title, lang) VALUES ('a', 'de');
-- @old
UPDATE docs SET lang = DEFAULT WHERE title = $1 RETURNING lang
-- @args a
-- @change
ALTER TABLE docs ALTER COLUMN lang DROP DEFAULT;

-- @case default dropped, insert gives the column
-- @expect agree
-- @old
INSERT INTO docs (title, tags) VALUES ($1, $2) RETURNING tags
-- @args a|{x}
-- @change
ALTER TABLE docs ALTER COLUMN tags DROP DEFAULT;

-- @case default set to null
-- @expect agree
-- @old
INSERT INTO docs (title) SELECT unnest($1::text[])
-- @args {a,b}
-- @change
ALTER TABLE docs ALTER COLUMN tags SET DEFAULT NULL;

-- @case another default
-- @expect missed
-- @old
INSERT INTO docs (title) VALUES ('a') RETURNING lang
-- @change
ALTER TABLE docs ALTER COLUMN lang SET DEFAULT 'de';

-- @case identity dropped
-- @expect agree
-- @old
INSERT INTO docs (title) VALUES ($1)
-- @args a
-- @change
ALTER TABLE docs ALTER COLUMN id DROP IDENTITY;

-- @case identity dropped, the keyword default
-- @expect agree
-- @old
INSERT INTO docs (id, title) VALUES (DEFAULT, $1)
-- @args a
-- @change
ALTER TABLE docs ALTER COLUMN id DROP IDENTITY;

-- @case identity dropped, insert gives the key
-- @expect agree
-- @old
INSERT INTO docs (id, title) VALUES ($1, $2) RETURNING id
-- @args 10|a
-- @change
ALTER TABLE docs ALTER COLUMN id DROP IDENTITY;

-- @case sequence of a default dropped cascade
-- @expect agree
-- @old
INSERT INTO docs (title) VALUES ($1)
-- @args a
-- @change
DROP SEQUENCE doc_no CASCADE;

-- @case function of a default dropped cascade
-- @expect agree
-- @setup
CREATE FUNCTION new_code() RETURNS text LANGUAGE sql AS $$ SELECT 'c' || 1 $$;
CREATE TABLE coupons (code text NOT NULL DEFAULT new_code(), pct int);
-- @old
INSERT INTO coupons (pct) VALUES ($1) RETURNING code
-- @args 10
-- @change
DROP FUNCTION new_code() CASCADE;

-- @case default of a domain dropped
-- @expect agree
-- @setup
CREATE DOMAIN currency AS text DEFAULT 'EUR'; CREATE TABLE prices (amount int, cur currency NOT NULL);
-- @old
INSERT INTO prices (amount) VALUES ($1)
-- @args 10
-- @change
ALTER DOMAIN currency DROP DEFAULT;

-- @case default of a domain dropped, nullable column
-- @expect agree
-- @setup
CREATE DOMAIN currency AS text DEFAULT 'EUR'; CREATE TABLE prices (amount int, cur currency);
-- @old
INSERT INTO prices (amount) VALUES ($1) RETURNING cur
-- @args 10
-- @change
ALTER DOMAIN currency DROP DEFAULT;

-- @case default of a view's column dropped
-- @expect missed
-- @setup
CREATE VIEW doc_titles AS SELECT title, lang FROM docs; ALTER VIEW doc_titles ALTER COLUMN lang SET DEFAULT 'fr';
-- @old
INSERT INTO doc_titles (title) VALUES ($1)
-- @observe SELECT lang FROM docs
-- @args a
-- @change
ALTER VIEW doc_titles ALTER COLUMN lang DROP DEFAULT;

-- @case default dropped, merge insert omits the column
-- @expect agree
-- @old
MERGE INTO docs d USING (VALUES ('a')) s (title) ON d.title = s.title WHEN NOT MATCHED THEN INSERT (title) VALUES (s.title)
-- @change
ALTER TABLE docs ALTER COLUMN tags DROP DEFAULT;

-- @case default dropped, upsert of an existing row omits the column
-- @expect agree
-- @setup
CREATE TABLE flags (name text PRIMARY KEY, on_ bool, rollout int NOT NULL DEFAULT 100); INSERT INTO flags VALUES ('beta', true);
-- @old
INSERT INTO flags (name, on_) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET on_ = EXCLUDED.on_
-- @args beta|false
-- @change
ALTER TABLE flags ALTER COLUMN rollout DROP DEFAULT;

-- @case column added again without its default
-- @expect missed
-- @old
INSERT INTO docs (title) VALUES ($1) RETURNING lang
-- @args a
-- @change
ALTER TABLE docs DROP COLUMN lang;
ALTER TABLE docs ADD COLUMN lang text;

-- @common
CREATE TABLE posts (id int PRIMARY KEY, title text NOT NULL, slug text NOT NULL, search tsvector, updated text);
CREATE FUNCTION fill_post() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
NEW.slug := coalesce(NEW.slug, lower(NEW.title)); NEW.search := to_tsvector('simple', NEW.title); NEW.updated := 'now'; RETURN NEW; END $$;
CREATE TRIGGER fill_post BEFORE INSERT OR UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION fill_post();
INSERT INTO posts (id, title) VALUES (1, 'One');

-- @case trigger that filled a required column dropped
-- @expect agree
-- @old
INSERT INTO posts (id, title) VALUES ($1, $2)
-- @args 2|Two
-- @change
DROP TRIGGER fill_post ON posts;

-- @case trigger that filled a nullable column dropped
-- @expect agree
-- @old
INSERT INTO posts (id, title, slug) VALUES (2, $1, $2) RETURNING search
-- @args Two|two
-- @change
DROP TRIGGER fill_post ON posts;

-- @case trigger function dropped cascade
-- @expect agree
-- @old
INSERT INTO posts (id, title) VALUES (2, $1) ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title
-- @args Two
-- @change
DROP FUNCTION fill_post CASCADE;

-- @case trigger function no longer fills the column
-- @expect agree
-- @old
INSERT INTO posts (id, title) VALUES ($1, $2)
-- @args 2|Two
-- @change
CREATE OR REPLACE FUNCTION fill_post() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.search := to_tsvector('simple', NEW.title); RETURN NEW; END $$;

-- @case trigger disabled
-- @expect agree
-- @old
INSERT INTO posts (id, title) SELECT 2, $1
-- @args Two
-- @change
ALTER TABLE posts DISABLE TRIGGER fill_post;

-- @case trigger left for inserts only, update counted on it
-- @expect agree
-- @setup
UPDATE posts SET title = 'Uno';
-- @old
UPDATE posts SET title = $2 WHERE id = $1 RETURNING title, search
-- @args 1|Three
-- @change
DROP TRIGGER fill_post ON posts;
CREATE TRIGGER fill_post BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION fill_post();

-- @case trigger with a new condition
-- @expect agree
-- @old
INSERT INTO posts (id, title) VALUES (2, $1)
-- @args Two
-- @change
CREATE OR REPLACE TRIGGER fill_post BEFORE INSERT ON posts FOR EACH ROW WHEN (NEW.id > 1000) EXECUTE FUNCTION fill_post();

-- @case trigger dropped, the insert gives the columns
-- @expect agree, with a warning
-- @old
INSERT INTO posts (id, title, slug, search, updated) VALUES (2, $1, $2, to_tsvector('simple', 'two'), 'now') RETURNING slug, search
-- @args Two|two
-- @change
DROP TRIGGER fill_post ON posts;
