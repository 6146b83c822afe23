-- Section 1 of the facts: views lose columns, and migrations that the server refuses.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email text, name text, age int DEFAULT 30, tenant_id int);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, total numeric, status text);
INSERT INTO users VALUES (1, 'a@x', 'Ann', 30, 1), (2, 'b@x', 'Bob', 40, 2);
INSERT INTO orders VALUES (1, 1, 10, 'new'), (2, 1, 20, 'paid'), (3, 2, 5, 'new');

-- @cell 1 column of a view
-- @case column dropped with cascade takes the view
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email FROM users;
-- @old
SELECT email FROM contacts WHERE id = $1
-- @args 1
-- @change
ALTER TABLE users DROP COLUMN email CASCADE;

-- @case column dropped with cascade takes the view that only filters by it
-- @expect agree
-- @setup
CREATE VIEW adults AS SELECT id, name FROM users WHERE age >= 18;
-- @old
SELECT count(*) FROM adults
-- @change
ALTER TABLE users DROP COLUMN age CASCADE;

-- @case column dropped with cascade takes a view over a view
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email, name FROM users;
CREATE VIEW named_contacts AS SELECT c.id, c.name FROM contacts c WHERE c.name <> '';
-- @old
SELECT o.total, n.name FROM named_contacts n JOIN orders o ON o.user_id = n.id ORDER BY o.id
-- @change
ALTER TABLE users DROP COLUMN email CASCADE;

-- @case column dropped with cascade takes a materialized view
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW spend AS SELECT u.tenant_id, sum(o.total) AS total FROM users u JOIN orders o ON o.user_id = u.id GROUP BY 1;
-- @old
REFRESH MATERIALIZED VIEW spend
-- @change
ALTER TABLE users DROP COLUMN tenant_id CASCADE;

-- @case view dropped with cascade takes the view over it
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email FROM users;
CREATE VIEW mail AS SELECT email FROM contacts;
-- @old
SELECT email FROM mail ORDER BY 1
-- @change
DROP VIEW contacts CASCADE;
CREATE VIEW contacts AS SELECT id, email, name FROM users;

-- @case column dropped with cascade takes a rule's view for writes
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email FROM users;
-- @old
INSERT INTO contacts (id, email) VALUES ($1, $2)
-- @args 9|z@x
-- @change
ALTER TABLE users DROP COLUMN email CASCADE;

-- @case type dropped with cascade takes the column and the view
-- @expect agree
-- @setup
CREATE TYPE tier AS ENUM ('free', 'pro');
ALTER TABLE users ADD COLUMN tier tier DEFAULT 'free';
CREATE VIEW tiers AS SELECT id, tier FROM users;
-- @old
SELECT id FROM tiers ORDER BY 1
-- @change
DROP TYPE tier CASCADE;

-- @case function dropped with cascade takes the view that calls it
-- @expect agree
-- @setup
CREATE FUNCTION domain_of(text) RETURNS text LANGUAGE sql AS $$ SELECT split_part($1, '@', 2) $$;
CREATE VIEW domains AS SELECT id, domain_of(email) AS domain FROM users;
-- @old
SELECT DISTINCT domain FROM domains
-- @change
DROP FUNCTION domain_of(text) CASCADE;

-- @case view made again without a column
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email, name FROM users;
-- @old
SELECT id FROM contacts WHERE email LIKE $1 ORDER BY id
-- @args a%
-- @change
DROP VIEW contacts;
CREATE VIEW contacts AS SELECT id, name FROM users;

-- @case view made again without a column, star over it
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email, name FROM users;
-- @old
SELECT * FROM contacts ORDER BY id
-- @change
DROP VIEW contacts;
CREATE VIEW contacts AS SELECT id, name FROM users;

-- @case view made again with a renamed column
-- @expect agree
-- @setup
CREATE VIEW stats AS SELECT user_id, count(*) AS n, sum(total) AS total FROM orders GROUP BY user_id;
-- @old
SELECT user_id, n FROM stats WHERE total > 6
-- @change
DROP VIEW stats;
CREATE VIEW stats AS SELECT user_id, count(*) AS orders, sum(total) AS total FROM orders GROUP BY user_id;

-- @case view made again behind a view, column gone from both
-- @expect agree
-- @setup
CREATE VIEW inner_v AS SELECT id, email, name FROM users;
CREATE VIEW outer_v AS SELECT * FROM inner_v;
-- @old
SELECT email FROM outer_v ORDER BY id
-- @change
DROP VIEW inner_v CASCADE;
ALTER TABLE users DROP COLUMN email;
CREATE VIEW inner_v AS SELECT id, name FROM users;
CREATE VIEW outer_v AS SELECT * FROM inner_v;

-- @case materialized view made again without a column
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW spend AS SELECT user_id, sum(total) AS total, max(total) AS biggest FROM orders GROUP BY user_id;
-- @old
SELECT user_id FROM spend WHERE biggest > $1
-- @args 6
-- @change
DROP MATERIALIZED VIEW spend;
CREATE MATERIALIZED VIEW spend AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;

-- @case view with a column list made again in another order
-- @expect missed
-- @setup
CREATE VIEW pairs (a, b) AS SELECT name, email FROM users;
-- @old
SELECT a FROM pairs ORDER BY 1
-- @change
DROP VIEW pairs;
CREATE VIEW pairs (b, a) AS SELECT name, email FROM users;

-- @case view replaced by one with another condition
-- @expect missed
-- @setup
CREATE VIEW adults AS SELECT id, name FROM users WHERE age >= 18;
-- @old
SELECT name FROM adults ORDER BY id
-- @change
CREATE OR REPLACE VIEW adults AS SELECT id, name FROM users WHERE age >= 35;

-- @case view replaced, column now comes from elsewhere
-- @expect missed
-- @setup
CREATE VIEW contacts AS SELECT id, email FROM users;
-- @old
SELECT email FROM contacts ORDER BY id
-- @change
CREATE OR REPLACE VIEW contacts AS SELECT id, name AS email FROM users;

-- @case view replaced with one column more, star over it
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email FROM users;
-- @old
SELECT * FROM contacts ORDER BY id
-- @change
CREATE OR REPLACE VIEW contacts AS SELECT id, email, name FROM users;

-- @case view column dropped, update through the view
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email, name FROM users;
-- @old
UPDATE contacts SET name = $2 WHERE id = $1
-- @args 1|Z
-- @change
DROP VIEW contacts;
CREATE VIEW contacts AS SELECT id, email FROM users;

-- @case function returning rows of a view loses a column
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email, name FROM users;
CREATE FUNCTION find_contact(int) RETURNS SETOF contacts LANGUAGE sql AS $$ SELECT * FROM contacts WHERE id = $1 $$;
-- @old
SELECT email FROM find_contact($1)
-- @args 1
-- @change
DROP VIEW contacts CASCADE;

-- @cell 1 CREATE OR REPLACE VIEW
-- @case replaced view drops a column
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email, name FROM users;
-- @old
SELECT id FROM contacts
-- @change
CREATE OR REPLACE VIEW contacts AS SELECT id, email FROM users;

-- @case replaced view renames a column
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email FROM users;
-- @old
SELECT id FROM contacts
-- @change
CREATE OR REPLACE VIEW contacts AS SELECT id, email AS mail FROM users;

-- @case replaced view puts a column in between
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email FROM users;
-- @old
SELECT id FROM contacts
-- @change
CREATE OR REPLACE VIEW contacts AS SELECT id, name, email FROM users;

-- @case replaced view changes a type
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, age FROM users;
-- @old
SELECT id FROM contacts
-- @change
CREATE OR REPLACE VIEW contacts AS SELECT id, age::bigint AS age FROM users;

-- @case replaced view swaps columns of one type
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email, name FROM users;
-- @old
SELECT email FROM contacts
-- @change
CREATE OR REPLACE VIEW contacts AS SELECT id, name, email FROM users;

-- @case replaced star view after a rename below it
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT * FROM users;
-- @old
SELECT id FROM contacts
-- @change
ALTER TABLE users RENAME COLUMN email TO mail;
CREATE OR REPLACE VIEW contacts AS SELECT * FROM users;

-- @case or replace on a table of that name
-- @expect agree
-- @old
SELECT id FROM users
-- @change
CREATE OR REPLACE VIEW users AS SELECT 1 AS id;

-- @cell 1 type of a column below a view
-- @case type changed below a view
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email, age FROM users;
-- @old
SELECT age FROM contacts
-- @change
ALTER TABLE users ALTER COLUMN age TYPE bigint;

-- @case type changed of a column in a view's condition
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id FROM users WHERE age > 18;
-- @old
SELECT id FROM contacts
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text;

-- @case type changed below a materialized view
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW ages AS SELECT avg(age) AS age FROM users;
-- @old
SELECT age FROM ages
-- @change
ALTER TABLE users ALTER age SET DATA TYPE smallint;

-- @case length changed below a view
-- @expect agree
-- @setup
ALTER TABLE users ADD COLUMN code varchar(10);
CREATE VIEW codes AS SELECT code FROM users;
-- @old
SELECT code FROM codes
-- @change
ALTER TABLE users ALTER COLUMN code TYPE varchar(20);

-- @case type changed below a standard SQL function
-- @expect agree
-- @setup
CREATE FUNCTION oldest() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT max(age) FROM users; END;
-- @old
SELECT oldest()
-- @change
ALTER TABLE users ALTER COLUMN age TYPE bigint;

-- @case type changed of a generated column's source
-- @expect agree
-- @setup
CREATE TABLE lines (qty int, price int, cost int GENERATED ALWAYS AS (qty * price) STORED);
-- @old
SELECT cost FROM lines
-- @change
ALTER TABLE lines ALTER COLUMN qty TYPE bigint;

-- @case type changed of a column in a policy
-- @expect agree
-- @setup
CREATE POLICY own ON users USING (tenant_id = 1);
-- @old
SELECT id FROM users
-- @change
ALTER TABLE users ALTER COLUMN tenant_id TYPE bigint;

-- @case type changed of a column in a trigger's condition
-- @expect agree
-- @setup
CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW WHEN (NEW.age > 100) EXECUTE FUNCTION noop();
-- @old
UPDATE users SET age = 1
-- @change
ALTER TABLE users ALTER COLUMN age TYPE bigint;

-- @case type changed of a column in a rule
-- @expect agree
-- @setup
CREATE RULE keep AS ON DELETE TO users WHERE OLD.age > 90 DO INSTEAD NOTHING;
-- @old
DELETE FROM users WHERE id = 9
-- @change
ALTER TABLE users ALTER COLUMN age TYPE smallint;

-- @case type that does not cast by itself
-- @expect agree
-- @old
SELECT id FROM users WHERE age = $1
-- @args 30
-- @change
ALTER TABLE users ALTER COLUMN name TYPE int;

-- @case type changed of a partition key
-- @expect agree
-- @setup
CREATE TABLE events (at date) PARTITION BY RANGE (at);
-- @old
SELECT count(*) FROM events
-- @change
ALTER TABLE events ALTER COLUMN at TYPE timestamptz;

-- @cell 1 drop of what something needs
-- @case column dropped below a view without cascade
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email FROM users;
-- @old
SELECT id FROM contacts
-- @change
ALTER TABLE users DROP COLUMN email;

-- @case table dropped below a view without cascade
-- @expect agree
-- @setup
CREATE VIEW totals AS SELECT sum(total) AS total FROM orders;
-- @old
SELECT total FROM totals
-- @change
DROP TABLE orders;

-- @case table dropped that a foreign key needs
-- @expect agree
-- @old
SELECT id FROM users
-- @change
DROP TABLE users;

-- @case primary key dropped that a foreign key needs
-- @expect agree
-- @old
SELECT id FROM users
-- @change
ALTER TABLE users DROP CONSTRAINT users_pkey;

-- @case primary key dropped that a grouping view needs
-- @expect agree
-- @setup
CREATE VIEW per_order AS SELECT o.id, o.status, count(*) AS n FROM orders o GROUP BY o.id;
-- @old
SELECT status FROM per_order
-- @change
ALTER TABLE orders DROP CONSTRAINT orders_pkey;

-- @case column dropped below a standard SQL function
-- @expect agree
-- @setup
CREATE FUNCTION oldest() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT max(age) FROM users; END;
-- @old
SELECT oldest()
-- @change
ALTER TABLE users DROP COLUMN age;

-- @case column of a standard SQL function dropped with cascade
-- @expect agree
-- @setup
CREATE FUNCTION oldest() RETURNS int LANGUAGE sql RETURN (SELECT max(age) FROM users);
-- @old
SELECT oldest()
-- @change
ALTER TABLE users DROP COLUMN age CASCADE;

-- @case column dropped that a trigger watches
-- @expect agree
-- @setup
CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t BEFORE UPDATE OF age ON users FOR EACH ROW EXECUTE FUNCTION noop();
-- @old
SELECT id FROM users
-- @change
ALTER TABLE users DROP COLUMN age;

-- @case column dropped that a policy needs
-- @expect agree
-- @setup
CREATE POLICY own ON users USING (tenant_id = 1);
-- @old
SELECT id FROM users
-- @change
ALTER TABLE users DROP COLUMN tenant_id;

-- @case column dropped that a generated column needs
-- @expect agree
-- @setup
CREATE TABLE lines (qty int, price int, cost int GENERATED ALWAYS AS (qty * price) STORED);
-- @old
SELECT cost FROM lines
-- @change
ALTER TABLE lines DROP COLUMN price;

-- @case function dropped that a default needs
-- @expect agree
-- @setup
CREATE FUNCTION gen() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER TABLE users ALTER COLUMN tenant_id SET DEFAULT gen();
-- @old
INSERT INTO users (id) VALUES (9)
-- @change
DROP FUNCTION gen();

-- @case function dropped that a trigger needs
-- @expect agree
-- @setup
CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION noop();
-- @old
INSERT INTO users (id) VALUES (9)
-- @change
DROP FUNCTION noop;

-- @case type dropped that a column has
-- @expect agree
-- @setup
CREATE TYPE mood AS ENUM ('sad', 'ok'); ALTER TABLE users ADD COLUMN mood mood;
-- @old
SELECT mood FROM users
-- @change
DROP TYPE mood;

-- @case domain dropped that a column has
-- @expect agree
-- @setup
CREATE DOMAIN mail AS text; ALTER TABLE users ALTER COLUMN email TYPE mail;
-- @old
SELECT email FROM users
-- @change
DROP DOMAIN mail;

-- @case sequence dropped that a default needs
-- @expect agree
-- @setup
CREATE TABLE logs (id serial, msg text);
-- @old
INSERT INTO logs (msg) VALUES ('x')
-- @change
DROP SEQUENCE logs_id_seq;

-- @case sequence of an identity dropped
-- @expect agree
-- @setup
CREATE TABLE logs (id int GENERATED ALWAYS AS IDENTITY, msg text);
-- @old
INSERT INTO logs (msg) VALUES ('x')
-- @change
DROP SEQUENCE logs_id_seq;

-- @case index of a constraint dropped
-- @expect agree
-- @old
SELECT id FROM users
-- @change
DROP INDEX orders_pkey;

-- @case view dropped below a view without cascade
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email FROM users; CREATE VIEW mail AS SELECT email FROM contacts;
-- @old
SELECT email FROM mail
-- @change
DROP VIEW contacts;

-- @case extension dropped that a column needs
-- @expect agree
-- @setup
CREATE EXTENSION citext; ALTER TABLE users ALTER COLUMN email TYPE citext;
-- @old
SELECT id FROM users WHERE email = 'A@X'
-- @change
DROP EXTENSION citext;

-- @case partition key column dropped
-- @expect agree
-- @setup
CREATE TABLE events (at date, kind text) PARTITION BY RANGE (at);
-- @old
SELECT count(*) FROM events
-- @change
ALTER TABLE events DROP COLUMN at;

-- @case inherited column dropped from the child
-- @expect agree
-- @setup
CREATE TABLE vehicles (id int, plate text); CREATE TABLE trucks (axles int) INHERITS (vehicles);
-- @old
SELECT plate FROM trucks
-- @change
ALTER TABLE trucks DROP COLUMN plate;

-- @case column of a partition renamed alone
-- @expect agree
-- @setup
CREATE TABLE events (at date, kind text) PARTITION BY RANGE (at);
CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- @old
SELECT kind FROM events
-- @change
ALTER TABLE events_24 RENAME COLUMN kind TO sort;

-- @case role dropped that owns a table
-- @expect agree
-- @setup
CREATE ROLE app; ALTER TABLE orders OWNER TO app;
-- @old
SELECT id FROM orders
-- @change
DROP ROLE app;

-- @case drop table used on a view
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id FROM users;
-- @old
SELECT id FROM contacts
-- @change
DROP TABLE contacts;

-- @case drop view used on a materialized view
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW contacts AS SELECT id FROM users;
-- @old
SELECT id FROM contacts
-- @change
DROP VIEW contacts;
