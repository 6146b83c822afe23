-- Section 8 of the facts: other changes that do no harm.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE, name text);
CREATE TABLE orders (id serial PRIMARY KEY, user_id int CONSTRAINT orders_user_fk REFERENCES users, total numeric, status text DEFAULT 'new');
INSERT INTO users VALUES (1, 'a@x', 'Ann'), (2, 'b@x', 'Bob');
INSERT INTO orders (user_id, total) VALUES (1, 10), (1, 20), (2, 5);

-- @cell 8 constraints that nobody needs
-- @case ok primary key dropped, no use of it
-- @expect agree
-- @old
INSERT INTO orders (user_id, total) VALUES ($1, $2) RETURNING status
-- @args 1|3
-- @change
ALTER TABLE orders DROP CONSTRAINT orders_pkey;

-- @case ok primary key dropped, all columns grouped
-- @expect agree
-- @old
SELECT id, status, sum(total) FROM orders GROUP BY id, status ORDER BY id
-- @change
ALTER TABLE orders DROP CONSTRAINT orders_pkey;

-- @case ok primary key widened, another arbiter
-- @expect agree, with a warning
-- @setup
CREATE TABLE keys (a int, b int UNIQUE, CONSTRAINT keys_pkey PRIMARY KEY (a));
-- @old
INSERT INTO keys (a, b) VALUES ($1, $2) ON CONFLICT (b) DO NOTHING
-- @args 1|2
-- @change
ALTER TABLE keys DROP CONSTRAINT keys_pkey;
ALTER TABLE keys ADD PRIMARY KEY (a, b);

-- @case ok unique made deferrable, plain insert
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (9, 'z@x')
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email) DEFERRABLE;

-- @case ok foreign key made deferrable
-- @expect agree, with a warning
-- @old
INSERT INTO orders (user_id, total) VALUES ($1, $2) RETURNING status
-- @args 2|3
-- @change
ALTER TABLE orders ALTER CONSTRAINT orders_user_fk DEFERRABLE INITIALLY DEFERRED;

-- @case ok check added as not valid and validated
-- @expect agree
-- @old
UPDATE orders SET status = $2 WHERE id = $1 RETURNING status
-- @args 1|paid
-- @change
ALTER TABLE orders ADD CONSTRAINT pos CHECK (total > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT pos;

-- @case ok not null by way of a check
-- @expect agree
-- @old
UPDATE orders SET status = 'paid' WHERE id = 1
-- @change
ALTER TABLE orders ADD CONSTRAINT nn CHECK (total IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT nn;
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT nn;

-- @case ok exclusion that the writes keep
-- @expect agree, with a warning
-- @setup
CREATE TABLE slots (id int, during int4range);
-- @old
INSERT INTO slots (id, during) VALUES (1, '[1,3)'), (2, '[3,5)')
-- @change
ALTER TABLE slots ADD EXCLUDE USING gist (during WITH &&);

-- @case ok partial unique index beside the full one
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (9, 'a@x') ON CONFLICT (email) DO NOTHING
-- @change
CREATE UNIQUE INDEX users_name ON users (name) WHERE name <> '';

-- @case ok constraint made from an index, arbiter by column
-- @expect agree
-- @setup
CREATE TABLE tags (slug text NOT NULL); CREATE UNIQUE INDEX tags_slug ON tags (slug);
-- @old
INSERT INTO tags (slug) VALUES ($1) ON CONFLICT (slug) DO NOTHING
-- @args a
-- @change
ALTER TABLE tags ADD CONSTRAINT tags_pk PRIMARY KEY USING INDEX tags_slug;

-- @cell 8 relation of another kind
-- @case ok table becomes a view, readers
-- @expect agree
-- @old
SELECT u.name, count(o.id) FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.name ORDER BY 1
-- @change
CREATE TABLE all_orders AS SELECT * FROM orders;
DROP TABLE orders;
CREATE VIEW orders AS SELECT * FROM all_orders WHERE true;

-- @case ok view becomes a table, readers
-- @expect agree
-- @setup
CREATE VIEW mails AS SELECT id, email FROM users;
-- @old
SELECT email FROM mails ORDER BY id
-- @change
DROP VIEW mails;
CREATE TABLE mails AS SELECT id, email FROM users;

-- @case ok materialized view becomes a view, readers
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW sums AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
-- @old
SELECT total FROM sums WHERE user_id = $1
-- @args 1
-- @change
DROP MATERIALIZED VIEW sums;
CREATE VIEW sums AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;

-- @case ok table attached as a partition, direct reader
-- @expect agree
-- @setup
CREATE TABLE logs (at date, msg text) PARTITION BY RANGE (at);
CREATE TABLE logs_24 (at date, msg text); INSERT INTO logs_24 VALUES ('2024-01-02', 'x');
-- @old
SELECT msg FROM logs_24
-- @change
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case ok partition detached, direct reader
-- @expect agree
-- @setup
CREATE TABLE logs (at date, msg text) PARTITION BY RANGE (at);
CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO logs VALUES ('2024-01-02', 'x');
-- @old
SELECT msg FROM logs_24
-- @change
ALTER TABLE logs DETACH PARTITION logs_24;

-- @case ok child table, reader of only the parent
-- @expect agree
-- @old
SELECT count(*) FROM ONLY users
-- @change
CREATE TABLE admins (level int) INHERITS (users);
INSERT INTO admins VALUES (5, 'r@x', 'Root', 1);

-- @case ok unlogged and back, other access settings
-- @expect agree
-- @old
SELECT id FROM orders ORDER BY id
-- @change
ALTER TABLE orders SET UNLOGGED;
ALTER TABLE orders SET LOGGED;
ALTER TABLE users REPLICA IDENTITY FULL;
ALTER TABLE orders SET (autovacuum_enabled = off);
VACUUM orders;
REINDEX TABLE orders;

-- @case ok owner changed, superuser's session
-- @expect agree
-- @setup
CREATE ROLE boss;
-- @old
SELECT id FROM orders ORDER BY id
-- @change
ALTER TABLE orders OWNER TO boss;

-- @cell 8 identity and sequence
-- @case ok serial becomes an identity, plain insert
-- @expect agree
-- @old
INSERT INTO orders (user_id, total) VALUES ($1, $2) RETURNING status
-- @args 1|3
-- @change
ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE orders_id_seq;
ALTER TABLE orders ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 1000);

-- @case ok serial becomes a strict identity, default keyword
-- @expect agree
-- @old
INSERT INTO orders (id, user_id) VALUES (DEFAULT, $1) RETURNING status
-- @args 1
-- @change
ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;
ALTER TABLE orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH 1000);

-- @case ok identity loosened
-- @expect agree
-- @setup
CREATE TABLE items (id int GENERATED ALWAYS AS IDENTITY, label text);
-- @old
INSERT INTO items (label) VALUES ($1);
INSERT INTO items (id, label) OVERRIDING SYSTEM VALUE VALUES (99, $1) RETURNING id
-- @args x
-- @change
ALTER TABLE items ALTER COLUMN id SET GENERATED BY DEFAULT;

-- @case ok identity dropped, the insert gives the key
-- @expect agree
-- @setup
CREATE TABLE items (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, label text);
-- @old
INSERT INTO items (id, label) VALUES ($1, $2) RETURNING id
-- @args 5|x
-- @change
ALTER TABLE items ALTER COLUMN id DROP IDENTITY;

-- @case ok expression dropped, only read
-- @expect agree
-- @setup
ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 2) STORED;
-- @old
SELECT gross FROM orders ORDER BY id
-- @change
ALTER TABLE orders ALTER COLUMN gross DROP EXPRESSION;

-- @case ok sequence cache and step
-- @expect agree
-- @old
SELECT nextval('orders_id_seq') > 0
-- @change
ALTER SEQUENCE orders_id_seq CACHE 10 INCREMENT BY 5 OWNED BY NONE;

-- @cell 8 functions that keep their face
-- @case ok body moved to another language
-- @expect agree
-- @setup
CREATE FUNCTION owed(p int) RETURNS numeric LANGUAGE sql AS $$ SELECT sum(total) FROM orders WHERE user_id = p $$;
-- @old
SELECT owed(p => $1)
-- @args 1
-- @change
CREATE OR REPLACE FUNCTION owed(p int) RETURNS numeric LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT sum(o.total) FROM orders o WHERE o.user_id = p); END $$;

-- @case ok function becomes strict, values given
-- @expect agree
-- @setup
CREATE FUNCTION shown(text) RETURNS text LANGUAGE sql AS $$ SELECT '<' || $1 || '>' $$;
-- @old
SELECT shown(name) FROM users ORDER BY id
-- @change
ALTER FUNCTION shown(text) STRICT IMMUTABLE PARALLEL SAFE;

-- @case ok function becomes security definer
-- @expect agree
-- @setup
CREATE ROLE app; CREATE FUNCTION n() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM users $$; GRANT SELECT ON users TO app;
-- @role app
-- @old
SELECT n()
-- @change
ALTER FUNCTION n() SECURITY DEFINER SET search_path = public;

-- @case ok parameter type widened for an untyped parameter
-- @expect agree
-- @setup
CREATE PROCEDURE note(p varchar) LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$;
-- @old
CALL note($1)
-- @args x
-- @change
DROP PROCEDURE note(varchar);
CREATE PROCEDURE note(p text) LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$;

-- @case ok array takes the place of variadic and back
-- @expect agree
-- @setup
CREATE FUNCTION biggest(int[]) RETURNS int LANGUAGE sql AS $$ SELECT max(x) FROM unnest($1) x $$;
-- @old
SELECT biggest($1)
-- @args {1,5}
-- @change
DROP FUNCTION biggest(int[]);
CREATE FUNCTION biggest(int[], floor int DEFAULT 0) RETURNS int LANGUAGE sql AS $$ SELECT max(x) FROM unnest($1) x $$;

-- @case ok composite result keeps its names
-- @expect agree
-- @setup
CREATE TYPE span AS (lo numeric, hi numeric);
CREATE FUNCTION bounds() RETURNS span LANGUAGE sql AS $$ SELECT ROW(min(total), max(total))::span FROM orders $$;
-- @old
SELECT (bounds()).hi, b.lo FROM bounds() b
-- @change
DROP FUNCTION bounds();
DROP TYPE span;
CREATE FUNCTION bounds() RETURNS TABLE (lo numeric, hi numeric) LANGUAGE sql AS $$ SELECT min(total), max(total) FROM orders $$;

-- @case ok trigger switched to another function of the same effect
-- @expect agree, with a warning
-- @setup
CREATE FUNCTION low() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.email := lower(NEW.email); RETURN NEW; END $$;
CREATE TRIGGER low BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION low();
-- @old
INSERT INTO users (id, email) VALUES (9, 'Z@X') RETURNING email
-- @change
CREATE FUNCTION low2() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.email = lower(NEW.email); RETURN NEW; END $$;
DROP TRIGGER low ON users;
CREATE TRIGGER low2 BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION low2();

-- @cell 8 privileges that stay
-- @case ok privilege revoked and granted again
-- @expect agree
-- @setup
CREATE ROLE app; GRANT SELECT ON users TO app;
-- @role app
-- @old
SELECT id FROM users ORDER BY id
-- @change
REVOKE ALL ON users FROM app;
GRANT SELECT (id, email) ON users TO app;

-- @case ok privilege by another role
-- @expect agree
-- @setup
CREATE ROLE app; GRANT SELECT ON users TO app;
-- @role app
-- @old
SELECT id FROM users ORDER BY id
-- @change
CREATE ROLE readers;
GRANT SELECT ON users TO readers;
GRANT readers TO app;
REVOKE SELECT ON users FROM app;

-- @case ok privilege by default on the table made again
-- @expect agree
-- @setup
CREATE ROLE app; CREATE TABLE cache (k int); GRANT SELECT ON cache TO app;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app;
-- @role app
-- @old
SELECT count(*) FROM cache
-- @change
DROP TABLE cache;
CREATE TABLE cache (k int);

-- @case ok privilege on the column of its list, column added
-- @expect agree
-- @setup
CREATE ROLE app; GRANT SELECT (id, email), UPDATE (email) ON users TO app;
-- @role app
-- @old
UPDATE users SET email = $1 WHERE id = 1 RETURNING id
-- @args z@x
-- @change
ALTER TABLE users ADD COLUMN phone text;

-- @case ok view with the owner's rights, table revoked
-- @expect agree
-- @setup
CREATE ROLE app; CREATE VIEW mails AS SELECT id, email FROM users; GRANT SELECT ON mails, users TO app;
-- @role app
-- @old
SELECT email FROM mails ORDER BY id
-- @change
REVOKE SELECT ON users FROM app;
