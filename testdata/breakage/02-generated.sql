-- Section 2 of the facts: columns that the server fills, and ceases to fill.

-- @common
CREATE TABLE people (id int PRIMARY KEY, first text NOT NULL, last text NOT NULL, full_name text, age int);
INSERT INTO people VALUES (1, 'Ann', 'Ash', 'Ann Ash', 30);

-- @cell 2 column becomes generated
-- @case column becomes generated, insert
-- @expect agree
-- @old
INSERT INTO people (id, first, last, full_name) VALUES ($1, $2, $3, $4) RETURNING id
-- @args 2|Bob|Bee|Bob Bee
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case column becomes generated, update
-- @expect agree
-- @old
UPDATE people SET first = $2, full_name = $2 || ' ' || last WHERE id = $1
-- @args 1|Amy
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case column becomes generated, multi-column assignment
-- @expect agree
-- @old
UPDATE people SET (first, full_name) = (SELECT 'Amy', 'Amy Ash') WHERE id = $1
-- @args 1
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case column becomes generated, full row save by upsert
-- @expect agree
-- @old
INSERT INTO people (id, first, last, age) VALUES ($1, $2, $3, 4)
ON CONFLICT (id) DO UPDATE SET first = EXCLUDED.first, last = EXCLUDED.last, full_name = EXCLUDED.full_name
-- @args 1|Amy|Ash
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case column becomes generated, merge update
-- @expect agree
-- @old
MERGE INTO people p USING (VALUES (1, 'Amy Ash')) s (id, n) ON p.id = s.id WHEN MATCHED THEN UPDATE SET full_name = s.n
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case column becomes generated, merge insert
-- @expect agree
-- @old
MERGE INTO people p USING (VALUES (2, 'B', 'C')) s (id, a, b) ON p.id = s.id WHEN NOT MATCHED THEN INSERT (id, first, last, full_name) VALUES (s.id, s.a, s.b, s.a)
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case column becomes generated, copy with a list
-- @expect agree
-- @old
COPY people (id, first, last, full_name) FROM STDIN
-- @copy 2\tBob\tBee\tBob Bee\n
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case column becomes generated, copy out with a list
-- @expect agree
-- @old
COPY people (id, full_name) TO STDOUT
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case column becomes generated, insert through a view
-- @expect agree
-- @setup
CREATE VIEW names AS SELECT id, first, last, age FROM people;
-- @old
INSERT INTO names (id, first, last, age) VALUES ($1, $2, $3, $4)
-- @args 2|Bob|Bee|5
-- @change
DROP VIEW names;
ALTER TABLE people DROP COLUMN age;
ALTER TABLE people ADD COLUMN age int GENERATED ALWAYS AS (length(first)) STORED;
CREATE VIEW names AS SELECT id, first, last, age FROM people;

-- @case column becomes generated, the insert says default
-- @expect agree
-- @old
INSERT INTO people (id, first, last, full_name) VALUES ($1, $2, $3, DEFAULT) RETURNING id
-- @args 2|Bob|Bee
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case column becomes generated, the insert omits it
-- @expect agree
-- @old
INSERT INTO people (id, first, last) VALUES (2, 'Bob', 'Bee')
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case column becomes generated, read only
-- @expect agree
-- @old
SELECT full_name, count(*) OVER (PARTITION BY last) FROM people WHERE full_name LIKE $1
-- @args Ann%
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case column becomes generated, positional insert
-- @expect agree
-- @setup
CREATE TABLE boxes (w int, h int, area int);
-- @old
INSERT INTO boxes VALUES ($1, $2, $3)
-- @args 2|3|6
-- @change
ALTER TABLE boxes DROP COLUMN area, ADD COLUMN area int GENERATED ALWAYS AS (w * h) STORED;

-- @case column becomes generated, function writes it
-- @expect agree
-- @setup
CREATE FUNCTION rename_person(p int, n text) RETURNS void LANGUAGE sql AS 'UPDATE people SET full_name = n WHERE id = p';
-- @old
SELECT rename_person($1, $2)
-- @args 1|Amy
-- @change
ALTER TABLE people DROP COLUMN full_name;
ALTER TABLE people ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;

-- @case key becomes identity always, insert gives it
-- @expect agree
-- @old
INSERT INTO people (id, first, last) VALUES ($1, $2, $3)
-- @args 2|Bob|Bee
-- @change
ALTER TABLE people ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH 10);

-- @case key becomes identity always, insert from select gives it
-- @expect agree
-- @setup
CREATE TABLE staging (id int, first text, last text); INSERT INTO staging VALUES (5, 'Eve', 'E');
-- @old
INSERT INTO people (id, first, last) SELECT s.id, s.first, s.last FROM staging s WHERE NOT EXISTS (SELECT FROM people p WHERE p.id = s.id)
-- @change
ALTER TABLE people ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH 10);

-- @case key becomes identity always, full row update
-- @expect agree
-- @old
UPDATE people SET id = $1, first = $2 WHERE id = $1
-- @args 1|Amy
-- @change
ALTER TABLE people ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH 10);

-- @case key becomes identity always, insert overriding system value
-- @expect agree
-- @old
INSERT INTO people (id, first, last) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3)
-- @args 2|Bob|Bee
-- @change
ALTER TABLE people ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH 10);

-- @case key becomes identity always, insert overriding user value
-- @expect missed
-- @old
INSERT INTO people (id, first, last) OVERRIDING USER VALUE VALUES ($1, $2, $3) RETURNING id = 2 AS kept
-- @args 2|Bob|Bee
-- @change
ALTER TABLE people ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH 10);

-- @case key becomes identity always, copy gives it
-- @expect agree
-- @old
COPY people (id, first, last) FROM STDIN
-- @copy 2\tBob\tBee\n
-- @observe SELECT id FROM people ORDER BY id
-- @change
ALTER TABLE people ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH 10);

-- @case key becomes identity by default, insert gives it
-- @expect agree
-- @old
INSERT INTO people (id, first, last) VALUES ($1, $2, $3) RETURNING id
-- @args 2|Bob|Bee
-- @change
ALTER TABLE people ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 10);

-- @case identity by default becomes always
-- @expect agree
-- @setup
CREATE TABLE notes (id bigint GENERATED BY DEFAULT AS IDENTITY, body text);
-- @old
INSERT INTO notes (id, body) VALUES ($1, $2), (8, 'x')
-- @args 7|hi
-- @change
ALTER TABLE notes ALTER COLUMN id SET GENERATED ALWAYS;

-- @case identity by default becomes always, positional insert
-- @expect agree
-- @setup
CREATE TABLE notes (id bigint GENERATED BY DEFAULT AS IDENTITY, body text);
-- @old
INSERT INTO notes VALUES ($1, $2)
-- @args 7|hi
-- @change
ALTER TABLE notes ALTER COLUMN id SET GENERATED ALWAYS;

-- @case identity by default becomes always, the key is left to the server
-- @expect agree
-- @setup
CREATE TABLE notes (id bigint GENERATED BY DEFAULT AS IDENTITY, body text);
-- @old
INSERT INTO notes (id, body) VALUES (DEFAULT, $1) RETURNING body
-- @args hi
-- @change
ALTER TABLE notes ALTER COLUMN id SET GENERATED ALWAYS;

-- @case identity always becomes by default
-- @expect agree
-- @setup
CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY, body text);
-- @old
INSERT INTO notes (body) VALUES ($1) RETURNING body
-- @args hi
-- @change
ALTER TABLE notes ALTER COLUMN id SET GENERATED BY DEFAULT;

-- @case serial key becomes identity always, upsert gives it
-- @expect agree
-- @setup
CREATE TABLE notes (id serial PRIMARY KEY, body text);
-- @old
INSERT INTO notes (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = EXCLUDED.body
-- @args 7|hi
-- @change
ALTER TABLE notes ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE notes_id_seq;
ALTER TABLE notes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;

-- @cell 2 DROP EXPRESSION
-- @common
CREATE TABLE items (id int PRIMARY KEY, price int NOT NULL, qty int NOT NULL, total int GENERATED ALWAYS AS (price * qty) STORED, doc text, search tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', coalesce(doc, ''))) STORED);
INSERT INTO items VALUES (1, 5, 2, DEFAULT, 'red', DEFAULT);

-- @case expression dropped, insert relied on it
-- @expect agree
-- @old
INSERT INTO items (id, price, qty) VALUES ($1, $2, $3) RETURNING total
-- @args 2|3|4
-- @change
ALTER TABLE items ALTER COLUMN total DROP EXPRESSION;

-- @case expression dropped, nothing but the row tells
-- @expect agree
-- @old
INSERT INTO items (id, price, qty) SELECT $1, 3, 4
-- @observe SELECT sum(total) FROM items
-- @args 2
-- @change
ALTER TABLE items ALTER COLUMN total DROP EXPRESSION;

-- @case expression dropped, copy relied on it
-- @expect agree
-- @old
COPY items (id, price, qty) FROM STDIN
-- @copy 2\t3\t4\n
-- @observe SELECT id, total FROM items ORDER BY id
-- @change
ALTER TABLE items ALTER COLUMN total DROP EXPRESSION;

-- @case expression dropped, the keyword default
-- @expect agree
-- @old
INSERT INTO items (id, price, qty, total) VALUES (2, 3, 4, DEFAULT) RETURNING total
-- @change
ALTER TABLE items ALTER COLUMN total DROP EXPRESSION;

-- @case expression dropped, update no longer computes
-- @expect missed
-- @old
UPDATE items SET qty = qty + $2 WHERE id = $1 RETURNING total
-- @args 1|3
-- @change
ALTER TABLE items ALTER COLUMN total DROP EXPRESSION;

-- @case expression of a required column dropped
-- @expect agree
-- @old
INSERT INTO items (id, price, qty, doc) VALUES ($1, 1, 1, $2)
-- @args 2|blue
-- @change
ALTER TABLE items ALTER COLUMN search DROP EXPRESSION;

-- @case generated column replaced by a plain one
-- @expect missed
-- @old
INSERT INTO items (id, price, qty) VALUES (2, 3, 4) RETURNING total
-- @change
ALTER TABLE items DROP COLUMN total;
ALTER TABLE items ADD COLUMN total int;

-- @case expression dropped, a trigger takes over
-- @expect agree
-- @old
INSERT INTO items (id, price, qty) VALUES (2, 3, 4) RETURNING total
-- @change
ALTER TABLE items ALTER COLUMN total DROP EXPRESSION;
CREATE FUNCTION sum_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.total := NEW.price * NEW.qty; RETURN NEW; END $$;
CREATE TRIGGER sum_up BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION sum_up();

-- @case another expression
-- @expect missed
-- @old
UPDATE items SET price = $1 WHERE id = 1 RETURNING total
-- @args 10
-- @change
ALTER TABLE items DROP COLUMN total;
ALTER TABLE items ADD COLUMN total int GENERATED ALWAYS AS (price * qty * 100) STORED;

-- @case expression dropped, read only
-- @expect agree
-- @old
SELECT id, total FROM items WHERE total > $1 ORDER BY total DESC
-- @args 1
-- @change
ALTER TABLE items ALTER COLUMN total DROP EXPRESSION;
