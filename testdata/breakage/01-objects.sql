-- Section 1 of the facts: constraints, indexes, roles and sequences named in code disappear.

-- @common
CREATE TABLE users (id int CONSTRAINT users_pkey PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE, name text);
CREATE TABLE orders (id serial PRIMARY KEY, user_id int, total numeric DEFAULT 0,
  CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users DEFERRABLE INITIALLY IMMEDIATE);
CREATE INDEX orders_user_idx ON orders (user_id);
INSERT INTO users VALUES (1, 'a@x', 'Ann'), (2, 'b@x', 'Bob');
INSERT INTO orders (user_id, total) VALUES (1, 10), (1, 20), (2, 5);

-- @cell 1 constraint named in code
-- @case dropped unique constraint, on conflict on constraint
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO UPDATE SET name = 'again'
-- @args 9|a@x
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case renamed unique constraint, do nothing
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @args 9|a@x
-- @change
ALTER TABLE users RENAME CONSTRAINT users_email_key TO uq_users_email;

-- @case renamed primary key, upsert
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (1, 'z@x') ON CONFLICT ON CONSTRAINT users_pkey DO UPDATE SET email = EXCLUDED.email RETURNING id
-- @change
ALTER TABLE users RENAME CONSTRAINT users_pkey TO pk_users;

-- @case constraint renamed by its index
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (9, 'a@x') ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @change
ALTER INDEX users_email_key RENAME TO users_email_uq;

-- @case constraint dropped with its column
-- @expect agree
-- @setup
ALTER TABLE users ADD COLUMN code text CONSTRAINT users_code_key UNIQUE;
-- @old
INSERT INTO users (id) VALUES (9) ON CONFLICT ON CONSTRAINT users_code_key DO NOTHING
-- @change
ALTER TABLE users DROP COLUMN code;

-- @case constraint replaced by an index of its name
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (9, 'a@x') ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;
CREATE UNIQUE INDEX users_email_key ON users (email);

-- @case exclusion constraint renamed
-- @expect agree
-- @setup
CREATE TABLE slots (during int4range, CONSTRAINT slots_free EXCLUDE USING gist (during WITH &&));
-- @old
INSERT INTO slots (during) VALUES ($1) ON CONFLICT ON CONSTRAINT slots_free DO NOTHING
-- @args [1,5)
-- @change
ALTER TABLE slots RENAME CONSTRAINT slots_free TO slots_no_overlap;

-- @case constraint name inside a function
-- @expect agree
-- @setup
CREATE FUNCTION put(int, text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING; END $$;
-- @old
SELECT put($1, $2)
-- @args 9|a@x
-- @change
ALTER TABLE users RENAME CONSTRAINT users_email_key TO users_email_unique;

-- @case dropped constraint, set constraints
-- @expect agree
-- @old
SET CONSTRAINTS orders_user_fk DEFERRED
-- @change
ALTER TABLE orders DROP CONSTRAINT orders_user_fk;

-- @case renamed constraint, set constraints
-- @expect agree
-- @old
SET CONSTRAINTS orders_user_fk DEFERRED;
INSERT INTO orders (user_id) VALUES (99)
-- @change
ALTER TABLE orders RENAME CONSTRAINT orders_user_fk TO orders_user_id_fkey;

-- @case table moved, set constraints with its schema
-- @expect agree
-- @setup
CREATE SCHEMA app;
-- @old
SET CONSTRAINTS public.orders_user_fk IMMEDIATE
-- @change
ALTER TABLE orders SET SCHEMA app;

-- @case constraint of a dropped table, set constraints
-- @expect agree
-- @old
SET CONSTRAINTS orders_user_fk DEFERRED
-- @change
DROP TABLE orders;

-- @case constraint no longer deferrable, set constraints
-- @expect agree
-- @old
SET CONSTRAINTS orders_user_fk DEFERRED
-- @change
ALTER TABLE orders ALTER CONSTRAINT orders_user_fk NOT DEFERRABLE;

-- @case constraint name compared in an exception handler
-- @expect missed
-- @setup
CREATE FUNCTION sign_up(m text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE c text;
BEGIN
  INSERT INTO users (id, email) VALUES (9, m);
  RETURN 'ok';
EXCEPTION WHEN unique_violation THEN
  GET STACKED DIAGNOSTICS c = CONSTRAINT_NAME;
  RETURN CASE c WHEN 'users_email_key' THEN 'taken' ELSE 'error' END;
END $$;
-- @old
SELECT sign_up($1)
-- @args a@x
-- @change
ALTER TABLE users RENAME CONSTRAINT users_email_key TO users_email_unique;

-- @case constraint name looked up in the catalog
-- @expect missed
-- @old
SELECT count(*) FROM pg_constraint WHERE conname = 'users_email_key' AND conrelid = 'users'::regclass
-- @change
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- @case constraint dropped by the application
-- @expect agree
-- @old
ALTER TABLE orders DROP CONSTRAINT orders_user_fk
-- @change
ALTER TABLE orders RENAME CONSTRAINT orders_user_fk TO fk_orders_user;

-- @case constraint validated by the application
-- @expect agree
-- @setup
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
-- @old
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check
-- @change
ALTER TABLE orders DROP CONSTRAINT orders_total_check;

-- @case constraint of a domain named by the application
-- @expect agree
-- @setup
CREATE DOMAIN pct AS int CONSTRAINT pct_range CHECK (VALUE BETWEEN 0 AND 100);
-- @old
ALTER DOMAIN pct DROP CONSTRAINT pct_range
-- @change
ALTER DOMAIN pct RENAME CONSTRAINT pct_range TO pct_bounds;

-- @case trigger disabled by the application
-- @expect agree
-- @setup
CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER audit BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION noop();
-- @old
ALTER TABLE users DISABLE TRIGGER audit
-- @change
DROP TRIGGER audit ON users;

-- @cell 1 index named in code
-- @case dropped index, reindex
-- @expect agree
-- @old
REINDEX INDEX orders_user_idx
-- @change
DROP INDEX orders_user_idx;

-- @case renamed index, reindex
-- @expect agree
-- @old
REINDEX INDEX public.orders_user_idx
-- @change
ALTER INDEX orders_user_idx RENAME TO idx_orders_user;

-- @case dropped index, cluster
-- @expect agree
-- @old
CLUSTER orders USING orders_user_idx
-- @change
DROP INDEX orders_user_idx;

-- @case renamed index, cluster
-- @expect agree
-- @old
CLUSTER orders USING orders_user_idx
-- @change
ALTER INDEX orders_user_idx RENAME TO idx_orders_user;

-- @case dropped index that the table was clustered on
-- @expect agree
-- @setup
CLUSTER orders USING orders_user_idx;
-- @old
CLUSTER orders
-- @change
DROP INDEX orders_user_idx;

-- @case dropped index, regclass
-- @expect agree
-- @old
SELECT pg_relation_size('orders_user_idx') >= 0
-- @change
DROP INDEX orders_user_idx;

-- @case renamed index, to_regclass
-- @expect agree
-- @old
SELECT to_regclass('orders_user_idx') IS NOT NULL
-- @change
ALTER INDEX orders_user_idx RENAME TO idx_orders_user;

-- @case renamed index, pg_get_indexdef
-- @expect agree
-- @old
SELECT pg_get_indexdef('orders_user_idx'::regclass, 1, false)
-- @change
ALTER INDEX orders_user_idx RENAME TO idx_orders_user;

-- @case dropped index, drop index by the application
-- @expect agree
-- @old
DROP INDEX orders_user_idx
-- @change
DROP INDEX orders_user_idx;

-- @case index dropped with its column
-- @expect agree
-- @old
REINDEX INDEX orders_user_idx
-- @change
ALTER TABLE orders DROP COLUMN user_id;

-- @case index dropped with its table
-- @expect agree
-- @old
REINDEX INDEX orders_user_idx
-- @change
DROP TABLE orders;

-- @case renamed table, reindex table
-- @expect agree
-- @old
REINDEX TABLE orders
-- @change
ALTER TABLE orders RENAME TO purchases;

-- @case renamed schema, reindex schema
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY);
-- @old
REINDEX INDEX app.t_pkey
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case index moved with its table
-- @expect agree
-- @setup
CREATE SCHEMA app;
-- @old
REINDEX INDEX orders_user_idx
-- @change
ALTER TABLE orders SET SCHEMA app;

-- @case index of a constraint dropped, replica identity
-- @expect agree
-- @setup
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
-- @old
ALTER TABLE users REPLICA IDENTITY USING INDEX users_email_key
-- @change
ALTER TABLE users RENAME CONSTRAINT users_email_key TO users_email_uq;

-- @case dropped statistics object
-- @expect agree
-- @setup
CREATE STATISTICS orders_stat ON user_id, total FROM orders;
-- @old
ALTER STATISTICS orders_stat SET STATISTICS 100
-- @change
DROP STATISTICS orders_stat;

-- @cell 1 drop role
-- @case dropped role, set role
-- @expect agree
-- @setup
CREATE ROLE app; GRANT SELECT ON users TO app;
-- @old
SET LOCAL ROLE app;
SELECT count(*) FROM users
-- @change
DROP OWNED BY app;
DROP ROLE app;

-- @case renamed role, set role
-- @expect agree
-- @setup
CREATE ROLE app;
-- @old
SET ROLE app
-- @change
ALTER ROLE app RENAME TO application;

-- @case renamed role, set session authorization
-- @expect agree
-- @setup
CREATE ROLE app;
-- @old
SET LOCAL SESSION AUTHORIZATION app
-- @change
ALTER ROLE app RENAME TO application;

-- @case dropped role, set_config
-- @expect agree
-- @setup
CREATE ROLE tenant;
-- @old
SELECT set_config('role', 'tenant', true)
-- @change
DROP ROLE tenant;

-- @case dropped role, grant
-- @expect agree
-- @setup
CREATE ROLE reader;
-- @old
GRANT SELECT ON users TO reader
-- @change
DROP ROLE reader;

-- @case dropped role, has_table_privilege
-- @expect agree
-- @setup
CREATE ROLE reader;
-- @old
SELECT has_table_privilege('reader', 'users', 'SELECT')
-- @change
DROP ROLE reader;

-- @case renamed role, pg_has_role
-- @expect agree
-- @setup
CREATE ROLE staff;
-- @old
SELECT pg_has_role(current_user, 'staff', 'MEMBER')
-- @change
ALTER ROLE staff RENAME TO employees;

-- @case dropped role, regrole
-- @expect agree
-- @setup
CREATE ROLE staff;
-- @old
SELECT count(*) FROM pg_auth_members WHERE roleid = 'staff'::regrole
-- @change
DROP ROLE staff;

-- @case dropped role, to_regrole
-- @expect missed
-- @setup
CREATE ROLE staff;
-- @old
SELECT to_regrole('staff') IS NOT NULL
-- @change
DROP ROLE staff;

-- @case dropped role, lookup in pg_roles
-- @expect missed
-- @setup
CREATE ROLE staff;
-- @old
SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'staff')
-- @change
DROP ROLE staff;

-- @case membership revoked, set role
-- @expect agree
-- @setup
CREATE ROLE app; CREATE ROLE admin_ops; GRANT admin_ops TO app;
-- @role app
-- @old
SET LOCAL ROLE admin_ops
-- @change
REVOKE admin_ops FROM app;

-- @case dropped role, alter owner
-- @expect agree
-- @setup
CREATE ROLE owner_role;
-- @old
ALTER TABLE orders OWNER TO owner_role
-- @change
DROP ROLE owner_role;

-- @case dropped role, create policy
-- @expect agree
-- @setup
CREATE ROLE app;
-- @old
CREATE POLICY p ON users TO app USING (true)
-- @change
DROP ROLE app;

-- @cell 1 serial to identity
-- @case sequence swapped for an identity, nextval
-- @expect agree
-- @old
SELECT nextval('orders_id_seq') > 3
-- @change
ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE orders_id_seq;
ALTER TABLE orders ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME orders_ident START WITH 100);

-- @case sequence swapped for an identity, currval
-- @expect agree
-- @old
INSERT INTO orders (user_id) VALUES ($1);
SELECT currval('orders_id_seq') > 0
-- @args 1
-- @change
ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE orders_id_seq;
ALTER TABLE orders ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME orders_ident START WITH 100);

-- @case sequence swapped for an identity, setval
-- @expect agree
-- @old
SELECT setval('orders_id_seq', (SELECT max(id) FROM orders))
-- @change
ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE orders_id_seq;
ALTER TABLE orders ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME orders_ident);

-- @case identity of the sequence's old name, begins again
-- @expect agree
-- @old
INSERT INTO orders (user_id, total) VALUES ($1, $2)
-- @args 1|2
-- @change
ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE orders_id_seq;
ALTER TABLE orders ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;

-- @case identity begins again, insert select
-- @expect missed
-- @old
INSERT INTO orders (user_id) SELECT id FROM users RETURNING user_id
-- @change
ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;
ALTER TABLE orders ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 2);

-- @case pg_get_serial_sequence goes null, sequence no longer owned
-- @expect agree
-- @old
SELECT pg_get_serial_sequence('orders', 'id')
-- @change
ALTER SEQUENCE orders_id_seq OWNED BY NONE;

-- @case pg_get_serial_sequence names another sequence
-- @expect missed
-- @old
SELECT pg_get_serial_sequence('orders', 'id')
-- @change
ALTER SEQUENCE orders_id_seq RENAME TO order_numbers;

-- @case setval of pg_get_serial_sequence does nothing
-- @expect agree
-- @old
SELECT setval(pg_get_serial_sequence('orders', 'id'), 500)
-- @change
ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE orders_id_seq;
CREATE SEQUENCE order_numbers START WITH 100;
ALTER TABLE orders ALTER COLUMN id SET DEFAULT nextval('order_numbers');

-- @case nextval of pg_get_serial_sequence goes null, insert
-- @expect another SQLSTATE
-- @old
INSERT INTO orders (id, user_id) VALUES (nextval(pg_get_serial_sequence('orders', 'id')), $1)
-- @args 1
-- @change
ALTER SEQUENCE orders_id_seq OWNED BY NONE;

-- @case pg_get_serial_sequence after the table was made again
-- @expect agree
-- @old
SELECT pg_get_serial_sequence('orders', 'id')
-- @change
CREATE TABLE orders_new (LIKE orders INCLUDING ALL);
INSERT INTO orders_new SELECT * FROM orders;
ALTER SEQUENCE orders_id_seq OWNED BY NONE;
DROP TABLE orders;
ALTER TABLE orders_new RENAME TO orders;

-- @case sequence restarted
-- @expect agree
-- @old
INSERT INTO orders (user_id) VALUES (1)
-- @change
ALTER SEQUENCE orders_id_seq RESTART;

-- @case default takes another sequence that begins low
-- @expect agree
-- @old
INSERT INTO orders (user_id) VALUES (2) RETURNING user_id
-- @change
CREATE SEQUENCE order_numbers;
ALTER TABLE orders ALTER COLUMN id SET DEFAULT nextval('order_numbers');

-- @case currval of a sequence that the default no longer takes
-- @expect missed
-- @old
INSERT INTO orders (user_id) VALUES (2);
SELECT currval('orders_id_seq') > 0
-- @change
CREATE SEQUENCE order_numbers START WITH 100;
ALTER TABLE orders ALTER COLUMN id SET DEFAULT nextval('order_numbers');

-- @case lastval when the default is no longer a sequence
-- @expect missed
-- @setup
CREATE TABLE notes (id bigint DEFAULT 0, body text); CREATE SEQUENCE notes_seq; ALTER TABLE notes ALTER COLUMN id SET DEFAULT nextval('notes_seq');
-- @old
INSERT INTO notes (body) VALUES ('x');
SELECT lastval() > 0
-- @change
ALTER TABLE notes ALTER COLUMN id SET DEFAULT 7;

-- @case sequence takes the name of the renamed table
-- @expect agree
-- @old
SELECT setval('orders_id_seq', 10)
-- @change
ALTER TABLE orders RENAME TO purchases;
ALTER SEQUENCE orders_id_seq RENAME TO purchases_id_seq;
