-- Section 2 of the facts: triggers, replica identity.

-- @common
CREATE TABLE invoices (id int PRIMARY KEY, state text NOT NULL DEFAULT 'draft', total int, paid bool NOT NULL DEFAULT false);
INSERT INTO invoices VALUES (1, 'draft', 10, false), (2, 'sent', 20, true);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'invoices are frozen'; END $$;
CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;

-- @cell 2 trigger
-- @case new trigger raises, update
-- @expect agree
-- @old
UPDATE invoices SET total = $2 WHERE id = $1
-- @args 2|25
-- @change
CREATE TRIGGER frozen BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new trigger raises, insert
-- @expect agree
-- @old
INSERT INTO invoices (id, total) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING
-- @args 3|25
-- @change
CREATE TRIGGER frozen AFTER INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new trigger raises, delete
-- @expect agree
-- @old
DELETE FROM invoices WHERE NOT paid RETURNING id
-- @change
CREATE TRIGGER frozen BEFORE DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new statement trigger raises, no row is hit
-- @expect agree
-- @old
DELETE FROM invoices WHERE id = $1
-- @args 99
-- @change
CREATE TRIGGER frozen BEFORE DELETE ON invoices EXECUTE FUNCTION refuse();

-- @case new row trigger raises, no row is hit
-- @expect agree, with a warning
-- @old
DELETE FROM invoices WHERE id = $1
-- @args 99
-- @change
CREATE TRIGGER frozen BEFORE DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new trigger raises, truncate
-- @expect agree
-- @old
TRUNCATE invoices
-- @change
CREATE TRIGGER frozen BEFORE TRUNCATE ON invoices EXECUTE FUNCTION refuse();

-- @case new trigger raises on a condition that holds
-- @expect agree
-- @old
UPDATE invoices SET total = total + 1 WHERE id = $1
-- @args 2
-- @change
CREATE TRIGGER frozen BEFORE UPDATE ON invoices FOR EACH ROW WHEN (OLD.paid) EXECUTE FUNCTION refuse();

-- @case new trigger raises on a condition that does not hold
-- @expect agree, with a warning
-- @old
UPDATE invoices SET total = total + 1 WHERE id = $1
-- @args 1
-- @change
CREATE TRIGGER frozen BEFORE UPDATE ON invoices FOR EACH ROW WHEN (OLD.paid) EXECUTE FUNCTION refuse();

-- @case new trigger raises for one column, update of it
-- @expect agree
-- @old
UPDATE invoices SET state = $2 WHERE id = $1
-- @args 1|sent
-- @change
CREATE TRIGGER frozen BEFORE UPDATE OF state ON invoices FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new trigger raises for one column, update of another
-- @expect agree
-- @old
UPDATE invoices SET total = $2 WHERE id = $1
-- @args 1|11
-- @change
CREATE TRIGGER frozen BEFORE UPDATE OF state ON invoices FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new trigger raises with an own code
-- @expect agree
-- @old
UPDATE invoices SET total = $2 WHERE id = $1
-- @args 2|25
-- @change
CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'paid' USING ERRCODE = 'check_violation'; END $$;
CREATE TRIGGER frozen BEFORE UPDATE ON invoices FOR EACH ROW WHEN (OLD.paid) EXECUTE FUNCTION refuse();

-- @case new deferred constraint trigger raises when asked
-- @expect agree
-- @old
UPDATE invoices SET total = $2 WHERE id = $1;
SET CONSTRAINTS ALL IMMEDIATE;
-- @args 2|25
-- @change
CREATE CONSTRAINT TRIGGER frozen AFTER UPDATE ON invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case old trigger's function begins to raise
-- @expect agree
-- @setup
CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION guard();
-- @old
INSERT INTO invoices (id, total) VALUES ($1, $2)
-- @args 3|-5
-- @change
CREATE OR REPLACE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.total < 0 THEN RAISE 'negative total'; END IF; RETURN NEW; END $$;

-- @case new trigger returns null, insert returning
-- @expect agree
-- @old
INSERT INTO invoices (id, total) VALUES ($1, $2) RETURNING id
-- @args 3|25
-- @change
CREATE TRIGGER skip BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION skip();

-- @case new trigger returns null, update
-- @expect agree
-- @old
UPDATE invoices SET paid = true WHERE id = $1
-- @args 1
-- @change
CREATE TRIGGER skip BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION skip();

-- @case new trigger returns the empty new row, delete
-- @expect missed
-- @old
DELETE FROM invoices WHERE id = $1
-- @args 1
-- @change
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION touch();

-- @case new trigger returns null after the row
-- @expect agree
-- @old
UPDATE invoices SET paid = true WHERE id = $1 RETURNING paid
-- @args 1
-- @change
CREATE TRIGGER skip AFTER UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION skip();

-- @case new trigger changes the row
-- @expect missed
-- @old
INSERT INTO invoices (id, state) VALUES ($1, 'SENT') RETURNING state
-- @args 3
-- @change
CREATE FUNCTION fold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.state := lower(NEW.state); RETURN NEW; END $$;
CREATE TRIGGER fold BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION fold();

-- @case new trigger writes to a table that is not there
-- @expect agree
-- @old
UPDATE invoices SET paid = true WHERE id = $1
-- @args 1
-- @change
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit_log VALUES (OLD.id); RETURN NULL; END $$;
CREATE TRIGGER audit AFTER UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION audit();

-- @case new trigger names a column that is not there
-- @expect agree
-- @old
INSERT INTO invoices (id, total) VALUES ($1, $2)
-- @args 3|1
-- @change
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION stamp();

-- @case new trigger only writes elsewhere
-- @expect agree
-- @old
UPDATE invoices SET paid = true WHERE id = $1 RETURNING id
-- @args 1
-- @change
CREATE TABLE audit_log (id int);
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit_log VALUES (OLD.id); RETURN NULL; END $$;
CREATE TRIGGER audit AFTER UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION audit();

-- @case new trigger raises for updates, upsert of a new row
-- @expect agree, with a warning
-- @old
INSERT INTO invoices (id, total) VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET total = EXCLUDED.total
-- @args 3
-- @change
CREATE TRIGGER frozen BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new statement trigger raises for updates, upsert of a new row
-- @expect agree
-- @old
INSERT INTO invoices (id, total) VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET total = EXCLUDED.total
-- @args 3
-- @change
CREATE TRIGGER frozen BEFORE UPDATE ON invoices FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- @case new trigger raises, merge
-- @expect agree
-- @old
MERGE INTO invoices i USING (VALUES (1)) s (id) ON i.id = s.id WHEN MATCHED THEN UPDATE SET paid = true
-- @change
CREATE TRIGGER frozen AFTER UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new trigger raises on the child of a cascade
-- @expect agree
-- @setup
CREATE TABLE lines (invoice_id int REFERENCES invoices ON DELETE CASCADE); INSERT INTO lines VALUES (1);
-- @old
DELETE FROM invoices WHERE id = $1
-- @args 1
-- @change
CREATE TRIGGER frozen BEFORE DELETE ON lines FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new trigger keeps the child of a cascade
-- @expect agree
-- @setup
CREATE TABLE lines (invoice_id int REFERENCES invoices ON DELETE CASCADE); INSERT INTO lines VALUES (1);
-- @old
DELETE FROM invoices WHERE id = $1
-- @observe SELECT count(*) FROM lines
-- @args 1
-- @change
CREATE TRIGGER skip BEFORE DELETE ON lines FOR EACH ROW EXECUTE FUNCTION skip();

-- @case new trigger raises on a partition, insert to the parent
-- @expect agree
-- @setup
CREATE TABLE m (k int) PARTITION BY LIST (k); CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1); CREATE TABLE m2 PARTITION OF m FOR VALUES IN (2);
-- @old
INSERT INTO m (k) VALUES ($1)
-- @args 1
-- @change
CREATE TRIGGER frozen BEFORE INSERT ON m1 FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new trigger disabled at once
-- @expect agree
-- @old
UPDATE invoices SET paid = true WHERE id = $1
-- @args 1
-- @change
CREATE TRIGGER frozen BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE invoices DISABLE TRIGGER frozen;

-- @case new trigger for inserts, reads and updates
-- @expect agree
-- @old
UPDATE invoices SET paid = true WHERE id = $1 RETURNING id
-- @args 1
-- @change
CREATE TRIGGER frozen BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new trigger raises, copy
-- @expect agree
-- @old
COPY invoices (id, total) FROM STDIN
-- @copy 3\t5\n
-- @change
CREATE TRIGGER frozen BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION refuse();

-- @case new trigger returns null, copy
-- @expect agree
-- @old
COPY invoices (id, total) FROM STDIN
-- @copy 3\t5\n
-- @observe SELECT count(*) FROM invoices
-- @change
CREATE TRIGGER skip BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION skip();

-- @case new event trigger refuses the code's own table
-- @expect agree
-- @old
CREATE TABLE IF NOT EXISTS cache (k text, v text)
-- @change
CREATE FUNCTION no_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no ddl'; END $$;
CREATE EVENT TRIGGER no_ddl ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION no_ddl();

-- @cell 2 replica identity
-- @common
CREATE TABLE stock (sku text CONSTRAINT stock_pkey PRIMARY KEY, qty int NOT NULL, depot int NOT NULL);
CREATE UNIQUE INDEX stock_place ON stock (depot, sku);
INSERT INTO stock VALUES ('a', 1, 1), ('b', 2, 1);

-- @case published table loses its key, update
-- @expect agree
-- @setup
CREATE PUBLICATION pub FOR TABLE stock;
-- @old
UPDATE stock SET qty = qty - $2 WHERE sku = $1 RETURNING qty
-- @args b|1
-- @change
ALTER TABLE stock DROP CONSTRAINT stock_pkey;

-- @case published table loses its key, delete
-- @expect agree
-- @setup
CREATE PUBLICATION pub FOR ALL TABLES;
-- @old
DELETE FROM stock WHERE qty < $1
-- @args 2
-- @change
ALTER TABLE stock DROP CONSTRAINT stock_pkey;

-- @case published table loses its key, insert
-- @expect agree
-- @setup
CREATE PUBLICATION pub FOR TABLE stock;
-- @old
INSERT INTO stock (sku, qty, depot) VALUES ($1, 1, 1)
-- @args c
-- @change
ALTER TABLE stock DROP CONSTRAINT stock_pkey;

-- @case published table loses its key, no row is hit
-- @expect agree
-- @setup
CREATE PUBLICATION pub FOR TABLE stock;
-- @old
UPDATE stock SET qty = 0 WHERE sku = $1
-- @args none
-- @change
ALTER TABLE stock DROP CONSTRAINT stock_pkey;

-- @case published table loses its key, another index is the identity
-- @expect agree
-- @setup
CREATE PUBLICATION pub FOR TABLE stock;
-- @old
UPDATE stock SET qty = 0 WHERE sku = $1
-- @args a
-- @change
ALTER TABLE stock REPLICA IDENTITY USING INDEX stock_place;
ALTER TABLE stock DROP CONSTRAINT stock_pkey;

-- @case published table, replica identity full, loses its key
-- @expect agree
-- @setup
CREATE PUBLICATION pub FOR TABLE stock; ALTER TABLE stock REPLICA IDENTITY FULL;
-- @old
UPDATE stock SET qty = 0 WHERE sku = $1
-- @args a
-- @change
ALTER TABLE stock DROP CONSTRAINT stock_pkey;

-- @case published table, replica identity nothing
-- @expect agree
-- @setup
CREATE PUBLICATION pub FOR TABLE stock;
-- @old
DELETE FROM stock WHERE sku = $1
-- @args a
-- @change
ALTER TABLE stock REPLICA IDENTITY NOTHING;

-- @case published table, index of the replica identity dropped
-- @expect agree
-- @setup
CREATE PUBLICATION pub FOR TABLE stock; ALTER TABLE stock REPLICA IDENTITY USING INDEX stock_place;
-- @old
UPDATE stock SET qty = 0 WHERE sku = $1
-- @args a
-- @change
DROP INDEX stock_place;

-- @case table without a key is published, update
-- @expect agree
-- @setup
CREATE TABLE hits (path text, n int); INSERT INTO hits VALUES ('/', 1);
-- @old
UPDATE hits SET n = n + 1 WHERE path = $1
-- @args /
-- @change
CREATE PUBLICATION pub FOR TABLE hits;

-- @case all tables are published, one has no key
-- @expect agree
-- @setup
CREATE TABLE hits (path text, n int); INSERT INTO hits VALUES ('/', 1);
-- @old
WITH old AS (DELETE FROM hits RETURNING path, n) SELECT sum(n) FROM old
-- @change
CREATE PUBLICATION pub FOR ALL TABLES;

-- @case schema is published, one table has no key
-- @expect agree
-- @setup
CREATE TABLE hits (path text, n int); INSERT INTO hits VALUES ('/', 1);
-- @old
INSERT INTO hits (path, n) VALUES ($1, 1);
UPDATE hits SET n = n + 1 WHERE path = $1;
-- @args /
-- @change
CREATE PUBLICATION pub FOR TABLES IN SCHEMA public;

-- @case table without a key is published for inserts only
-- @expect agree
-- @setup
CREATE TABLE hits (path text, n int); INSERT INTO hits VALUES ('/', 1);
-- @old
UPDATE hits SET n = n + 1 WHERE path = $1
-- @args /
-- @change
CREATE PUBLICATION pub FOR TABLE hits WITH (publish = 'insert, truncate');

-- @case publication of other columns than the identity, update
-- @expect agree
-- @old
UPDATE stock SET qty = 0 WHERE sku = $1
-- @args a
-- @change
CREATE PUBLICATION pub FOR TABLE stock (qty, depot);

-- @case publication filtered by another column than the identity, update
-- @expect agree
-- @old
UPDATE stock SET qty = 0 WHERE sku = $1
-- @args a
-- @change
CREATE PUBLICATION pub FOR TABLE stock WHERE (depot = 1);

-- @case published child of a cascade has no key
-- @expect agree
-- @setup
CREATE TABLE counts (sku text REFERENCES stock ON DELETE CASCADE, n int); INSERT INTO counts VALUES ('a', 1);
-- @old
DELETE FROM stock WHERE sku = $1
-- @args a
-- @change
CREATE PUBLICATION pub FOR TABLE counts;

-- @case published table loses its key, merge update
-- @expect agree
-- @setup
CREATE PUBLICATION pub FOR TABLE stock;
-- @old
MERGE INTO stock s USING (VALUES ('a')) n (sku) ON s.sku = n.sku WHEN MATCHED THEN UPDATE SET qty = 0
-- @change
ALTER TABLE stock DROP CONSTRAINT stock_pkey;

-- @case published table loses its key, upsert
-- @expect agree
-- @setup
CREATE PUBLICATION pub FOR TABLE stock;
-- @old
INSERT INTO stock (sku, qty, depot) VALUES ('a', 1, 1) ON CONFLICT (depot, sku) DO UPDATE SET qty = stock.qty + $1
-- @args 4
-- @change
ALTER TABLE stock DROP CONSTRAINT stock_pkey;
