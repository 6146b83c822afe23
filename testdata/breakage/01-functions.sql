-- Section 1 of the facts: functions disappear, and bodies that name what disappeared.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email text, name text, tenant_id int, touched int DEFAULT 0);
CREATE TABLE orders (id int PRIMARY KEY, user_id int, total numeric, status text DEFAULT 'new');
CREATE TABLE audit (id serial PRIMARY KEY, what text, who text);
INSERT INTO users VALUES (1, 'a@x', 'Ann', 1), (2, 'b@x', 'Bob', 2);
INSERT INTO orders VALUES (1, 1, 10, 'new'), (2, 1, 20, 'paid'), (3, 2, 5, 'new');

-- @cell 1 body that names the column
-- @case function in plpgsql reads a dropped column
-- @expect agree
-- @setup
CREATE FUNCTION email_of(p int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT u.email FROM users u WHERE u.id = p); END $$;
-- @old
SELECT email_of($1)
-- @args 1
-- @change
ALTER TABLE users DROP COLUMN email;

-- @case function in SQL reads a renamed column
-- @expect agree
-- @setup
CREATE FUNCTION owed(int) RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT coalesce(sum(total), 0) FROM orders WHERE user_id = $1 $$;
-- @old
SELECT u.id, owed(u.id) FROM users u ORDER BY u.id
-- @change
ALTER TABLE orders RENAME COLUMN total TO amount;

-- @case function in SQL reads a dropped table
-- @expect agree
-- @setup
CREATE FUNCTION owed(int) RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT sum(total) FROM orders WHERE user_id = $1 $$;
-- @old
SELECT owed($1)
-- @args 1
-- @change
DROP TABLE orders;

-- @case function in plpgsql writes a renamed table
-- @expect agree
-- @setup
CREATE FUNCTION note(t text) RETURNS int LANGUAGE plpgsql AS $$ DECLARE i int; BEGIN INSERT INTO audit (what) VALUES (t) RETURNING id INTO i; RETURN i; END $$;
-- @old
SELECT note($1) > 0
-- @args x
-- @change
ALTER TABLE audit RENAME TO audit_log;

-- @case before trigger sets a dropped column of new
-- @expect agree
-- @setup
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched := NEW.touched + 1; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
-- @old
UPDATE users SET name = $2 WHERE id = $1
-- @args 1|Z
-- @change
ALTER TABLE users DROP COLUMN touched;

-- @case insert trigger reads a renamed column of new
-- @expect agree
-- @setup
CREATE FUNCTION lower_mail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.email = lower(NEW.email); RETURN NEW; END $$;
CREATE TRIGGER lower_mail BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION lower_mail();
-- @old
INSERT INTO users (id, name) VALUES ($1, $2)
-- @args 9|Z
-- @change
ALTER TABLE users RENAME COLUMN email TO mail;

-- @case after trigger writes the old row's dropped column
-- @expect agree
-- @setup
CREATE FUNCTION log_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (what, who) VALUES ('gone', OLD.name); RETURN NULL; END $$;
CREATE TRIGGER log_gone AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION log_gone();
-- @old
DELETE FROM users WHERE id = $1
-- @args 1
-- @change
ALTER TABLE users DROP COLUMN name;

-- @case trigger writes another table's dropped column
-- @expect agree
-- @setup
CREATE FUNCTION log_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (what, who) VALUES ('order', NEW.user_id::text); RETURN NEW; END $$;
CREATE TRIGGER log_order AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION log_order();
-- @old
INSERT INTO orders (id, user_id, total) VALUES ($1, $2, $3)
-- @args 9|1|3
-- @change
ALTER TABLE audit DROP COLUMN who;

-- @case trigger writes a dropped table
-- @expect agree
-- @setup
CREATE FUNCTION log_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (what) VALUES (TG_OP); RETURN NEW; END $$;
CREATE TRIGGER log_order AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION log_order();
-- @old
UPDATE orders SET status = 'paid' WHERE id = $1
-- @args 1
-- @change
DROP TABLE audit;

-- @case trigger fired by an upsert
-- @expect agree
-- @setup
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched := 1; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email
-- @args 1|z@x
-- @change
ALTER TABLE users RENAME COLUMN touched TO version;

-- @case trigger fired by copy
-- @expect agree
-- @setup
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched := 1; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch();
-- @old
COPY users (id, email) FROM STDIN
-- @copy 9\tz@x\n
-- @change
ALTER TABLE users DROP COLUMN touched;

-- @case statement trigger with a transition table
-- @expect agree
-- @setup
CREATE FUNCTION log_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (what) SELECT n.status FROM n; RETURN NULL; END $$;
CREATE TRIGGER log_all AFTER INSERT ON orders REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION log_all();
-- @old
INSERT INTO orders (id, user_id) SELECT id + 100, 1 FROM orders
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case trigger compares old and new
-- @expect agree
-- @setup
CREATE FUNCTION on_mail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.email IS DISTINCT FROM OLD.email THEN NEW.touched := 0; END IF; RETURN NEW; END $$;
CREATE TRIGGER on_mail BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION on_mail();
-- @old
UPDATE users SET tenant_id = 3 WHERE name = $1
-- @args Ann
-- @change
ALTER TABLE users RENAME email TO mail;

-- @case trigger on a table written by a foreign key's cascade
-- @expect agree
-- @setup
CREATE TABLE items (id int, order_id int REFERENCES orders ON DELETE CASCADE, label text);
INSERT INTO items VALUES (1, 1, 'x');
CREATE FUNCTION log_item() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (what) VALUES (OLD.label); RETURN OLD; END $$;
CREATE TRIGGER log_item AFTER DELETE ON items FOR EACH ROW EXECUTE FUNCTION log_item();
-- @old
DELETE FROM orders WHERE id = $1
-- @args 1
-- @change
ALTER TABLE items DROP COLUMN label;

-- @case trigger of a view
-- @expect agree
-- @setup
CREATE VIEW contacts AS SELECT id, email FROM users;
CREATE FUNCTION put_contact() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO users (id, email, touched) VALUES (NEW.id, NEW.email, 1); RETURN NEW; END $$;
CREATE TRIGGER put_contact INSTEAD OF INSERT ON contacts FOR EACH ROW EXECUTE FUNCTION put_contact();
-- @old
INSERT INTO contacts (id, email) VALUES ($1, $2)
-- @args 9|z@x
-- @change
ALTER TABLE users DROP COLUMN touched;

-- @case dynamic SQL in a function
-- @expect agree
-- @setup
CREATE FUNCTION total_of(p int) RETURNS numeric LANGUAGE plpgsql AS $$ DECLARE r numeric; BEGIN EXECUTE 'SELECT sum(total) FROM orders WHERE user_id = $1' INTO r USING p; RETURN r; END $$;
-- @old
SELECT total_of($1)
-- @args 1
-- @change
ALTER TABLE orders DROP COLUMN total;

-- @case procedure body
-- @expect agree
-- @setup
CREATE PROCEDURE close_orders(p int) LANGUAGE plpgsql AS $$ BEGIN UPDATE orders SET status = 'closed' WHERE user_id = p; END $$;
-- @old
CALL close_orders($1)
-- @args 1
-- @change
ALTER TABLE orders RENAME COLUMN status TO state;

-- @case procedure in SQL
-- @expect agree
-- @setup
CREATE PROCEDURE close_orders(int) LANGUAGE sql AS $$ UPDATE orders SET status = 'closed' WHERE user_id = $1 $$;
-- @old
CALL close_orders(1)
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case variable declared by the column's type
-- @expect agree
-- @setup
CREATE FUNCTION greet(p int) RETURNS text LANGUAGE plpgsql AS $$ DECLARE n users.name%TYPE; BEGIN RETURN 'hi ' || p; END $$;
-- @old
SELECT greet($1)
-- @args 1
-- @change
ALTER TABLE users DROP COLUMN name;

-- @case variable declared by the row type
-- @expect agree
-- @setup
CREATE FUNCTION greet(p int) RETURNS text LANGUAGE plpgsql AS $$ DECLARE u users%ROWTYPE; BEGIN SELECT * INTO u FROM users WHERE id = p; RETURN 'hi ' || u.name; END $$;
-- @old
SELECT greet($1)
-- @args 1
-- @change
ALTER TABLE users RENAME COLUMN name TO full_name;

-- @case variable declared by the row type of a dropped table
-- @expect agree
-- @setup
CREATE FUNCTION greet(p int) RETURNS text LANGUAGE plpgsql AS $$ DECLARE a audit; BEGIN RETURN 'hi ' || p; END $$;
-- @old
SELECT greet($1)
-- @args 1
-- @change
DROP TABLE audit;

-- @case record loop reads a dropped field
-- @expect agree
-- @setup
CREATE FUNCTION names() RETURNS text LANGUAGE plpgsql AS $$ DECLARE r record; s text := ''; BEGIN FOR r IN SELECT * FROM users ORDER BY id LOOP s := s || r.name; END LOOP; RETURN s; END $$;
-- @old
SELECT names()
-- @change
ALTER TABLE users DROP COLUMN name;

-- @case function that takes a row
-- @expect agree
-- @setup
CREATE FUNCTION label(u users) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN u.name || ' <' || u.email || '>'; END $$;
-- @old
SELECT label(u) FROM users u ORDER BY u.id
-- @change
ALTER TABLE users DROP COLUMN email;

-- @case function called by a default
-- @expect agree
-- @setup
CREATE FUNCTION next_id() RETURNS int LANGUAGE sql AS $$ SELECT max(id) + 1 FROM orders WHERE status IS NOT NULL $$;
ALTER TABLE orders ALTER COLUMN id SET DEFAULT next_id();
-- @old
INSERT INTO orders (user_id, total) VALUES ($1, $2) RETURNING id
-- @args 1|3
-- @change
ALTER TABLE orders RENAME COLUMN status TO state;

-- @case function called by a check
-- @expect agree
-- @setup
CREATE FUNCTION has_user(p int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RETURN EXISTS (SELECT 1 FROM users WHERE id = p AND tenant_id > 0); END $$;
ALTER TABLE orders ADD CHECK (has_user(user_id));
-- @old
INSERT INTO orders (id, user_id) VALUES (9, 1)
-- @change
ALTER TABLE users DROP COLUMN tenant_id;

-- @case function called by a view
-- @expect agree
-- @setup
CREATE FUNCTION owed(p int) RETURNS numeric LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT sum(o.total) FROM orders o WHERE o.user_id = p); END $$;
CREATE VIEW debts AS SELECT id, owed(id) AS owed FROM users;
-- @old
SELECT owed FROM debts WHERE id = $1
-- @args 1
-- @change
ALTER TABLE orders DROP COLUMN total;

-- @case function called by a policy
-- @expect agree
-- @setup
CREATE ROLE app; GRANT SELECT ON users, orders TO app;
CREATE FUNCTION mine(p int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RETURN EXISTS (SELECT 1 FROM users u WHERE u.id = p AND u.tenant_id = 1); END $$;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON orders USING (mine(user_id));
-- @role app
-- @old
SELECT id FROM orders ORDER BY id
-- @change
ALTER TABLE users RENAME COLUMN tenant_id TO org_id;

-- @case function called by an index
-- @expect agree
-- @setup
CREATE FUNCTION vat() RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN (SELECT max(o.touched) FROM users o); END $$;
CREATE FUNCTION gross(numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1 + vat(); END $$;
CREATE INDEX ON orders (gross(total));
-- @old
INSERT INTO orders (id, total) VALUES (9, 1)
-- @change
ALTER TABLE users DROP COLUMN touched;

-- @case function calls a function that reads the column
-- @expect agree
-- @setup
CREATE FUNCTION mail(p int) RETURNS text LANGUAGE sql AS $$ SELECT email FROM users WHERE id = $1 $$;
CREATE FUNCTION greeting(p int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'to ' || mail(p); END $$;
-- @old
SELECT greeting($1)
-- @args 1
-- @change
ALTER TABLE users RENAME COLUMN email TO mail_address;

-- @case function calls a dropped function
-- @expect agree
-- @setup
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
CREATE FUNCTION user_slug(p int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT slug(name) FROM users WHERE id = p); END $$;
-- @old
SELECT user_slug($1)
-- @args 1
-- @change
DROP FUNCTION slug(text);

-- @case trigger calls a renamed function
-- @expect agree
-- @setup
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
CREATE FUNCTION set_name() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := slug(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER set_name BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION set_name();
-- @old
INSERT INTO users (id, name) VALUES (9, 'Z')
-- @change
ALTER FUNCTION slug(text) RENAME TO slugify;

-- @case function names a renamed sequence
-- @expect agree
-- @setup
CREATE SEQUENCE ticket_no;
CREATE FUNCTION next_ticket() RETURNS text LANGUAGE sql AS $$ SELECT 'T' || nextval('ticket_no') $$;
-- @old
SELECT next_ticket()
-- @change
ALTER SEQUENCE ticket_no RENAME TO ticket_number;

-- @case function casts to a dropped type
-- @expect agree
-- @setup
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE FUNCTION is_ok(text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RETURN $1::mood = 'ok'; END $$;
-- @old
SELECT is_ok($1)
-- @args ok
-- @change
DROP TYPE mood;

-- @case function with a search path of its own, table moved out of it
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE SCHEMA archive;
CREATE TABLE app.jobs (id int, state text);
CREATE FUNCTION open_jobs() RETURNS bigint LANGUAGE sql SET search_path = app AS $$ SELECT count(*) FROM jobs $$;
-- @old
SELECT open_jobs()
-- @change
ALTER TABLE app.jobs SET SCHEMA archive;

-- @case function returning rows of the table loses a column
-- @expect agree
-- @setup
CREATE FUNCTION find_user(p int) RETURNS SETOF users LANGUAGE sql AS $$ SELECT * FROM users WHERE id = $1 $$;
-- @old
SELECT name FROM find_user($1)
-- @args 1
-- @change
ALTER TABLE users DROP COLUMN name;

-- @case function with a fixed shape reads a star that lost a column
-- @expect agree
-- @setup
CREATE FUNCTION all_orders() RETURNS TABLE (id int, user_id int, total numeric, status text) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT * FROM orders; END $$;
-- @old
SELECT id FROM all_orders() ORDER BY 1
-- @change
ALTER TABLE orders DROP COLUMN status;

-- @case function in SQL with a fixed shape reads a star that lost a column
-- @expect agree
-- @setup
CREATE FUNCTION all_orders() RETURNS TABLE (a int, b int, c numeric, d text) LANGUAGE sql AS $$ SELECT * FROM orders $$;
-- @old
SELECT a FROM all_orders() ORDER BY 1
-- @change
ALTER TABLE orders DROP COLUMN total;

-- @case conflict target in a function
-- @expect agree
-- @setup
CREATE FUNCTION put_user(p int, m text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO users (id, email) VALUES (p, m) ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email, touched = users.touched + 1; END $$;
-- @old
SELECT put_user($1, $2)
-- @args 1|z@x
-- @change
ALTER TABLE users DROP COLUMN touched;

-- @case error of the function is swallowed
-- @expect agree
-- @setup
CREATE FUNCTION try_total(p int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT sum(total) FROM orders WHERE user_id = p)::text; EXCEPTION WHEN others THEN RETURN 'n/a'; END $$;
-- @old
SELECT try_total($1)
-- @args 1
-- @change
ALTER TABLE orders RENAME COLUMN total TO amount;

-- @case event trigger's table is dropped
-- @expect agree
-- @setup
CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (what) VALUES (tg_tag); END $$;
CREATE EVENT TRIGGER on_ddl ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION on_ddl();
-- @old
CREATE TABLE IF NOT EXISTS tmp_import (id int)
-- @change
DROP TABLE audit;

-- @case rule's target loses the column
-- @expect missed
-- @setup
CREATE RULE log_order AS ON INSERT TO orders DO ALSO INSERT INTO audit (what, who) VALUES ('order', 'x');
-- @old
INSERT INTO orders (id) VALUES (9)
-- @observe SELECT count(*) FROM audit
-- @change
ALTER TABLE audit DROP COLUMN who CASCADE;

-- @cell 1 drop or rename function
-- @case dropped function
-- @expect agree
-- @setup
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @old
SELECT slug(name) FROM users WHERE slug(name) = $1
-- @args ann
-- @change
DROP FUNCTION slug(text);

-- @case renamed function in an update
-- @expect agree
-- @setup
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @old
UPDATE users SET name = slug(name) WHERE id = $1 RETURNING name
-- @args 1
-- @change
ALTER FUNCTION slug RENAME TO slugify;

-- @case dropped function in from
-- @expect agree
-- @setup
CREATE FUNCTION orders_of(int) RETURNS SETOF orders LANGUAGE sql AS $$ SELECT * FROM orders WHERE user_id = $1 $$;
-- @old
SELECT u.name, o.total FROM users u CROSS JOIN LATERAL orders_of(u.id) o ORDER BY o.id
-- @change
DROP FUNCTION orders_of(int);

-- @case dropped function in an upsert
-- @expect agree
-- @setup
CREATE FUNCTION bump(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 + 1 $$;
-- @old
INSERT INTO users (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET touched = bump(users.touched)
-- @args 1
-- @change
DROP FUNCTION bump;

-- @case required argument added
-- @expect agree
-- @setup
CREATE FUNCTION price(numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT $1 * 2 $$;
-- @old
SELECT price(total) FROM orders ORDER BY id
-- @change
DROP FUNCTION price(numeric);
CREATE FUNCTION price(numeric, text) RETURNS numeric LANGUAGE sql AS $$ SELECT $1 * 2 $$;

-- @case argument removed
-- @expect agree
-- @setup
CREATE FUNCTION price(numeric, text) RETURNS numeric LANGUAGE sql AS $$ SELECT $1 * 2 $$;
-- @old
SELECT price(total, 'EUR') FROM orders ORDER BY id
-- @change
DROP FUNCTION price;
CREATE FUNCTION price(numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT $1 * 2 $$;

-- @case argument type changed, called with a column
-- @expect agree
-- @setup
CREATE FUNCTION kind_of(int) RETURNS text LANGUAGE sql AS $$ SELECT 'k' || $1 $$;
-- @old
SELECT kind_of(user_id) FROM orders WHERE id = 1
-- @change
DROP FUNCTION kind_of(int);
CREATE FUNCTION kind_of(text) RETURNS text LANGUAGE sql AS $$ SELECT 'k' || $1 $$;

-- @case argument type changed, called with a cast parameter
-- @expect agree
-- @setup
CREATE FUNCTION kind_of(bigint) RETURNS text LANGUAGE sql AS $$ SELECT 'k' || $1 $$;
-- @old
SELECT kind_of($1::bigint)
-- @args 5
-- @change
DROP FUNCTION kind_of;
CREATE FUNCTION kind_of(smallint) RETURNS text LANGUAGE sql AS $$ SELECT 'k' || $1 $$;

-- @case argument type changed, called with a string literal
-- @expect agree
-- @setup
CREATE FUNCTION kind_of(text) RETURNS text LANGUAGE sql AS $$ SELECT 'k' || $1 $$;
-- @old
SELECT kind_of('abc')
-- @change
DROP FUNCTION kind_of;
CREATE FUNCTION kind_of(int) RETURNS text LANGUAGE sql AS $$ SELECT 'k' || $1 $$;

-- @case argument renamed, named call
-- @expect agree
-- @setup
CREATE FUNCTION transfer(from_id int, to_id int) RETURNS text LANGUAGE sql AS $$ SELECT $1 || '>' || $2 $$;
-- @old
SELECT transfer(from_id => $1, to_id => $2)
-- @args 1|2
-- @change
DROP FUNCTION transfer(int, int);
CREATE FUNCTION transfer(src int, dst int) RETURNS text LANGUAGE sql AS $$ SELECT $1 || '>' || $2 $$;

-- @case argument renamed, mixed call with the old arrow
-- @expect agree
-- @setup
CREATE FUNCTION transfer(a int, note text DEFAULT '-') RETURNS text LANGUAGE sql AS $$ SELECT $1 || note $$;
-- @old
SELECT transfer($1, note := 'x')
-- @args 1
-- @change
DROP FUNCTION transfer;
CREATE FUNCTION transfer(a int, remark text DEFAULT '-') RETURNS text LANGUAGE sql AS $$ SELECT $1 || remark $$;

-- @case arguments exchanged, positional call
-- @expect missed
-- @setup
CREATE FUNCTION transfer(from_id int, to_id int) RETURNS text LANGUAGE sql AS $$ SELECT from_id || '>' || to_id $$;
-- @old
SELECT transfer(1, 2)
-- @change
DROP FUNCTION transfer;
CREATE FUNCTION transfer(to_id int, from_id int) RETURNS text LANGUAGE sql AS $$ SELECT from_id || '>' || to_id $$;

-- @case default of an argument removed
-- @expect agree
-- @setup
CREATE FUNCTION page(n int, size int DEFAULT 10) RETURNS int LANGUAGE sql AS $$ SELECT n * size $$;
-- @old
SELECT page($1)
-- @args 3
-- @change
DROP FUNCTION page;
CREATE FUNCTION page(n int, size int) RETURNS int LANGUAGE sql AS $$ SELECT n * size $$;

-- @case default of an argument changed
-- @expect missed
-- @setup
CREATE FUNCTION page(n int, size int DEFAULT 10) RETURNS int LANGUAGE sql AS $$ SELECT n * size $$;
-- @old
SELECT page($1)
-- @args 3
-- @change
CREATE OR REPLACE FUNCTION page(n int, size int DEFAULT 20) RETURNS int LANGUAGE sql AS $$ SELECT n * size $$;

-- @case variadic function takes an array instead
-- @expect agree
-- @setup
CREATE FUNCTION biggest(VARIADIC int[]) RETURNS int LANGUAGE sql AS $$ SELECT max(x) FROM unnest($1) x $$;
-- @old
SELECT biggest(1, 7, 3)
-- @change
DROP FUNCTION biggest;
CREATE FUNCTION biggest(int[]) RETURNS int LANGUAGE sql AS $$ SELECT max(x) FROM unnest($1) x $$;

-- @case dropped aggregate
-- @expect agree
-- @setup
CREATE AGGREGATE product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
-- @old
SELECT user_id, product(total) FILTER (WHERE total > 1) FROM orders GROUP BY user_id ORDER BY 1
-- @change
DROP AGGREGATE product(numeric);

-- @case renamed aggregate as a window function
-- @expect agree
-- @setup
CREATE AGGREGATE product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
-- @old
SELECT id, product(total) OVER (PARTITION BY user_id ORDER BY id) FROM orders ORDER BY id
-- @change
ALTER AGGREGATE product(numeric) RENAME TO multiply;

-- @case dropped procedure
-- @expect agree
-- @setup
CREATE PROCEDURE clean() LANGUAGE sql AS $$ DELETE FROM audit $$;
-- @old
CALL clean()
-- @change
DROP PROCEDURE clean();

-- @case renamed procedure with arguments
-- @expect agree
-- @setup
CREATE PROCEDURE clean(days int, dry bool DEFAULT false) LANGUAGE sql AS $$ DELETE FROM audit WHERE id < days $$;
-- @old
CALL clean($1)
-- @args 7
-- @change
ALTER PROCEDURE clean RENAME TO cleanup;

-- @case argument of a procedure renamed, named call
-- @expect agree
-- @setup
CREATE PROCEDURE clean(days int, dry bool DEFAULT false) LANGUAGE sql AS $$ DELETE FROM audit WHERE id < days $$;
-- @old
CALL clean(days => 7, dry => true)
-- @change
DROP PROCEDURE clean;
CREATE PROCEDURE clean(days int, dry_run bool DEFAULT false) LANGUAGE sql AS $$ DELETE FROM audit WHERE id < days $$;

-- @case dropped operator
-- @expect agree
-- @setup
CREATE FUNCTION same_mail(text, text) RETURNS bool LANGUAGE sql AS $$ SELECT lower($1) = lower($2) $$;
CREATE OPERATOR =~~= (LEFTARG = text, RIGHTARG = text, FUNCTION = same_mail);
-- @old
SELECT id FROM users WHERE email =~~= $1
-- @args A@X
-- @change
DROP OPERATOR =~~= (text, text);

-- @case operator dropped with its function
-- @expect agree
-- @setup
CREATE FUNCTION same_mail(text, text) RETURNS bool LANGUAGE sql AS $$ SELECT lower($1) = lower($2) $$;
CREATE OPERATOR =~~= (LEFTARG = text, RIGHTARG = text, FUNCTION = same_mail);
-- @old
SELECT u.id FROM users u JOIN users v ON u.email =~~= v.email ORDER BY 1
-- @change
DROP FUNCTION same_mail CASCADE;

-- @case dropped cast
-- @expect agree
-- @setup
CREATE TYPE money_t AS (cents int);
CREATE FUNCTION to_money_t(int) RETURNS money_t LANGUAGE sql AS $$ SELECT ROW($1)::money_t $$;
CREATE CAST (int AS money_t) WITH FUNCTION to_money_t(int);
-- @old
SELECT (user_id::money_t).cents FROM orders ORDER BY id
-- @change
DROP CAST (int AS money_t);

-- @case function moved to another schema
-- @expect agree
-- @setup
CREATE SCHEMA util; CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @old
SELECT slug($1)
-- @args Ab
-- @change
ALTER FUNCTION slug(text) SET SCHEMA util;

-- @case overload dropped, another takes the call
-- @expect agree
-- @setup
CREATE FUNCTION show(int) RETURNS text LANGUAGE sql AS $$ SELECT 'int ' || $1 $$;
CREATE FUNCTION show(numeric) RETURNS text LANGUAGE sql AS $$ SELECT 'num ' || $1 $$;
-- @old
SELECT show(id) FROM users ORDER BY id
-- @change
DROP FUNCTION show(int);

-- @case overload dropped, the rest is ambiguous
-- @expect agree
-- @setup
CREATE FUNCTION show(text, text) RETURNS text LANGUAGE sql AS $$ SELECT 'tt' $$;
CREATE FUNCTION show(int, date) RETURNS text LANGUAGE sql AS $$ SELECT 'id' $$;
CREATE FUNCTION show(date, int) RETURNS text LANGUAGE sql AS $$ SELECT 'di' $$;
-- @old
SELECT show($1, $2)
-- @args a|b
-- @change
DROP FUNCTION show(text, text);

-- @case function dropped, the next in the path takes the call
-- @expect agree
-- @setup
CREATE SCHEMA app;
CREATE FUNCTION app.fee() RETURNS int LANGUAGE sql AS 'SELECT 5';
CREATE FUNCTION public.fee() RETURNS int LANGUAGE sql AS 'SELECT 0';
-- @path app,public
-- @old
SELECT total + fee() FROM orders ORDER BY id
-- @change
DROP FUNCTION app.fee();

-- @case function named like a built-in dropped
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE FUNCTION app.md5(text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' || $1 $$;
-- @path app,pg_catalog,public
-- @old
SELECT md5($1)
-- @args a
-- @change
DROP FUNCTION app.md5(text);

-- @case function called by field notation dropped
-- @expect agree
-- @setup
CREATE FUNCTION label(users) RETURNS text LANGUAGE sql AS $$ SELECT $1.name || '!' $$;
-- @old
SELECT u.id, u.label FROM users u ORDER BY u.id
-- @change
DROP FUNCTION label(users);

-- @case dropped function, regprocedure
-- @expect agree
-- @setup
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @old
SELECT provolatile FROM pg_proc WHERE oid = 'slug(text)'::regprocedure
-- @change
DROP FUNCTION slug(text);

-- @case renamed function, regproc
-- @expect agree
-- @setup
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @old
SELECT count(*) FROM pg_trigger WHERE tgfoid = 'slug'::regproc
-- @change
ALTER FUNCTION slug(text) RENAME TO slugify;

-- @case dropped function, to_regproc
-- @expect missed
-- @setup
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @old
SELECT to_regprocedure('slug(text)') IS NOT NULL
-- @change
DROP FUNCTION slug;

-- @case dropped function, has_function_privilege
-- @expect agree
-- @setup
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS $$ SELECT lower($1) $$;
-- @old
SELECT has_function_privilege('slug(text)', 'EXECUTE')
-- @change
DROP FUNCTION slug;

-- @case return type changed
-- @expect agree
-- @setup
CREATE FUNCTION score(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 * 2 $$;
-- @old
SELECT id FROM users WHERE score(id) + 1 > $1 ORDER BY id
-- @args 2
-- @change
DROP FUNCTION score;
CREATE FUNCTION score(int) RETURNS text LANGUAGE sql AS $$ SELECT ($1 * 2)::text $$;

-- @case function returns a set instead of a value
-- @expect missed
-- @setup
CREATE FUNCTION tags(int) RETURNS text LANGUAGE sql AS $$ SELECT 'a' $$;
-- @old
SELECT id, tags(id) FROM users ORDER BY id
-- @change
DROP FUNCTION tags;
CREATE FUNCTION tags(int) RETURNS SETOF text LANGUAGE sql AS $$ VALUES ('a'), ('b') $$;

-- @case function returns a set instead of a value, where
-- @expect agree
-- @setup
CREATE FUNCTION tags(int) RETURNS text LANGUAGE sql AS $$ SELECT 'a' $$;
-- @old
SELECT id FROM users WHERE tags(id) = 'a' ORDER BY id
-- @change
DROP FUNCTION tags;
CREATE FUNCTION tags(int) RETURNS SETOF text LANGUAGE sql AS $$ VALUES ('a'), ('b') $$;

-- @case body replaced
-- @expect beyond analysis
-- @undetectable what a body computes
-- @setup
CREATE FUNCTION fee(numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT $1 * 0.1 $$;
-- @old
SELECT fee(total) FROM orders ORDER BY id
-- @change
CREATE OR REPLACE FUNCTION fee(numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT $1 * 0.2 $$;

-- @case function becomes strict
-- @expect missed
-- @setup
CREATE FUNCTION shown(text) RETURNS text LANGUAGE sql AS $$ SELECT coalesce($1, '-') $$;
-- @old
SELECT shown(NULL)
-- @change
ALTER FUNCTION shown(text) STRICT;

-- @case replaced function with another return type
-- @expect agree
-- @setup
CREATE FUNCTION score(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 $$;
-- @old
SELECT score(1)
-- @change
CREATE OR REPLACE FUNCTION score(int) RETURNS bigint LANGUAGE sql AS $$ SELECT $1::bigint $$;

-- @case replaced function with a renamed argument
-- @expect agree
-- @setup
CREATE FUNCTION score(a int) RETURNS int LANGUAGE sql AS $$ SELECT $1 $$;
-- @old
SELECT score(a => 1)
-- @change
CREATE OR REPLACE FUNCTION score(b int) RETURNS int LANGUAGE sql AS $$ SELECT $1 $$;

-- @case replaced function without its default
-- @expect agree
-- @setup
CREATE FUNCTION page(n int, size int DEFAULT 10) RETURNS int LANGUAGE sql AS $$ SELECT n * size $$;
-- @old
SELECT page(1)
-- @change
CREATE OR REPLACE FUNCTION page(n int, size int) RETURNS int LANGUAGE sql AS $$ SELECT n * size $$;

-- @cell 1 function to procedure
-- @case function becomes a procedure, select
-- @expect agree
-- @setup
CREATE FUNCTION clean(int) RETURNS void LANGUAGE sql AS $$ DELETE FROM audit WHERE id < $1 $$;
-- @old
SELECT clean($1)
-- @args 7
-- @change
DROP FUNCTION clean(int);
CREATE PROCEDURE clean(int) LANGUAGE sql AS $$ DELETE FROM audit WHERE id < $1 $$;

-- @case procedure becomes a function, call
-- @expect agree
-- @setup
CREATE PROCEDURE clean(int) LANGUAGE sql AS $$ DELETE FROM audit WHERE id < $1 $$;
-- @old
CALL clean($1)
-- @args 7
-- @change
DROP PROCEDURE clean(int);
CREATE FUNCTION clean(int) RETURNS void LANGUAGE sql AS $$ DELETE FROM audit WHERE id < $1 $$;

-- @case function becomes a procedure, from
-- @expect agree
-- @setup
CREATE FUNCTION settle(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 $$;
-- @old
SELECT s FROM settle($1) s
-- @args 7
-- @change
DROP FUNCTION settle;
CREATE PROCEDURE settle(INOUT a int) LANGUAGE plpgsql AS $$ BEGIN a := a; END $$;

-- @case function becomes an aggregate
-- @expect agree
-- @setup
CREATE FUNCTION longest(text) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$;
-- @old
SELECT id, longest(name) FROM users ORDER BY id
-- @change
DROP FUNCTION longest(text);
CREATE AGGREGATE longest(text) (SFUNC = text_larger, STYPE = text);

-- @case aggregate becomes a function, over
-- @expect agree
-- @setup
CREATE AGGREGATE longest(text) (SFUNC = text_larger, STYPE = text);
-- @old
SELECT longest(name) OVER (ORDER BY id) FROM users
-- @change
DROP AGGREGATE longest(text);
CREATE FUNCTION longest(text) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$;

-- @case procedure gains an out argument
-- @expect agree
-- @setup
CREATE PROCEDURE clean(days int) LANGUAGE sql AS $$ DELETE FROM audit WHERE id < days $$;
-- @old
CALL clean(7)
-- @change
DROP PROCEDURE clean;
CREATE PROCEDURE clean(days int, OUT n int) LANGUAGE plpgsql AS $$ BEGIN n := 0; END $$;

-- @cell 1 RETURNS TABLE column renamed
-- @case output column renamed
-- @expect agree
-- @setup
CREATE FUNCTION totals() RETURNS TABLE (user_id int, total numeric) LANGUAGE sql AS $$ SELECT user_id, sum(total) FROM orders GROUP BY 1 $$;
-- @old
SELECT user_id, total FROM totals() WHERE total > $1 ORDER BY 1
-- @args 1
-- @change
DROP FUNCTION totals();
CREATE FUNCTION totals() RETURNS TABLE (user_id int, amount numeric) LANGUAGE sql AS $$ SELECT user_id, sum(total) FROM orders GROUP BY 1 $$;

-- @case out argument renamed
-- @expect agree
-- @setup
CREATE FUNCTION bounds(OUT lo numeric, OUT hi numeric) LANGUAGE sql AS $$ SELECT min(total), max(total) FROM orders $$;
-- @old
SELECT b.hi - b.lo FROM bounds() b
-- @change
DROP FUNCTION bounds();
CREATE FUNCTION bounds(OUT low numeric, OUT high numeric) LANGUAGE sql AS $$ SELECT min(total), max(total) FROM orders $$;

-- @case out argument renamed, field of a call
-- @expect agree
-- @setup
CREATE FUNCTION bounds(OUT lo numeric, OUT hi numeric) LANGUAGE sql AS $$ SELECT min(total), max(total) FROM orders $$;
-- @old
SELECT (bounds()).hi
-- @change
DROP FUNCTION bounds();
CREATE FUNCTION bounds(OUT lo numeric, OUT top numeric) LANGUAGE sql AS $$ SELECT min(total), max(total) FROM orders $$;

-- @case output column renamed, lateral join
-- @expect agree
-- @setup
CREATE FUNCTION last_order(p int) RETURNS TABLE (id int, total numeric) LANGUAGE sql AS $$ SELECT o.id, o.total FROM orders o WHERE o.user_id = p ORDER BY o.id DESC LIMIT 1 $$;
-- @old
SELECT u.name, l.total FROM users u LEFT JOIN LATERAL last_order(u.id) l ON true ORDER BY u.id
-- @change
DROP FUNCTION last_order;
CREATE FUNCTION last_order(p int) RETURNS TABLE (id int, sum numeric) LANGUAGE sql AS $$ SELECT o.id, o.total FROM orders o WHERE o.user_id = p ORDER BY o.id DESC LIMIT 1 $$;

-- @case output column dropped
-- @expect agree
-- @setup
CREATE FUNCTION totals() RETURNS TABLE (user_id int, total numeric) LANGUAGE sql AS $$ SELECT user_id, sum(total) FROM orders GROUP BY 1 $$;
-- @old
SELECT max(total) FROM totals()
-- @change
DROP FUNCTION totals();
CREATE FUNCTION totals() RETURNS TABLE (user_id int) LANGUAGE sql AS $$ SELECT user_id FROM orders GROUP BY 1 $$;

-- @case output column added, star
-- @expect agree
-- @setup
CREATE FUNCTION totals() RETURNS TABLE (user_id int, total numeric) LANGUAGE sql AS $$ SELECT user_id, sum(total) FROM orders GROUP BY 1 ORDER BY 1 $$;
-- @old
SELECT * FROM totals()
-- @change
DROP FUNCTION totals();
CREATE FUNCTION totals() RETURNS TABLE (user_id int, total numeric, n bigint) LANGUAGE sql AS $$ SELECT user_id, sum(total), count(*) FROM orders GROUP BY 1 ORDER BY 1 $$;

-- @case scalar function renamed output read by the function's name
-- @expect agree
-- @setup
CREATE FUNCTION top(OUT total numeric) LANGUAGE sql AS $$ SELECT max(o.total) FROM orders o $$;
-- @old
SELECT total FROM top()
-- @change
DROP FUNCTION top();
CREATE FUNCTION top() RETURNS numeric LANGUAGE sql AS $$ SELECT max(o.total) FROM orders o $$;

-- @case function returns record, needs a column list
-- @expect agree
-- @setup
CREATE FUNCTION pair() RETURNS TABLE (a int, b int) LANGUAGE sql AS $$ SELECT 1, 2 $$;
-- @old
SELECT a FROM pair()
-- @change
DROP FUNCTION pair();
CREATE FUNCTION pair() RETURNS SETOF record LANGUAGE sql AS $$ SELECT 1, 2 $$;

-- @case composite result type loses its attribute name
-- @expect agree
-- @setup
CREATE TYPE point2 AS (x int, y int);
CREATE FUNCTION origin() RETURNS point2 LANGUAGE sql AS $$ SELECT ROW(0, 0)::point2 $$;
-- @old
SELECT y FROM origin()
-- @change
ALTER TYPE point2 RENAME ATTRIBUTE y TO top;

-- @case replaced function renames an output column
-- @expect agree
-- @setup
CREATE FUNCTION totals() RETURNS TABLE (user_id int, total numeric) LANGUAGE sql AS $$ SELECT user_id, sum(total) FROM orders GROUP BY 1 $$;
-- @old
SELECT total FROM totals()
-- @change
CREATE OR REPLACE FUNCTION totals() RETURNS TABLE (user_id int, amount numeric) LANGUAGE sql AS $$ SELECT user_id, sum(total) FROM orders GROUP BY 1 $$;
