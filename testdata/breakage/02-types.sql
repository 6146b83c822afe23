-- Section 2 of the facts: types that take less than before.

-- @common
CREATE TABLE goods (id bigint PRIMARY KEY, code text, price numeric(12,4), qty bigint, tags text[], seen timestamptz);
INSERT INTO goods VALUES (1, 'abc', 9.99, 5, '{a}', '2024-01-01 10:00:00+00');

-- @cell 2 type narrowing
-- @case text becomes varchar, insert of a long value
-- @expect agree
-- @old
INSERT INTO goods (id, code) VALUES ($1, $2)
-- @args 2|abcdefghijk
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE varchar(10);

-- @case text becomes varchar, insert of a short value
-- @expect agree, with a warning
-- @old
INSERT INTO goods (id, code) VALUES ($1, $2)
-- @args 2|abc
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE varchar(10);

-- @case text becomes varchar, a literal is too long
-- @expect agree
-- @old
UPDATE goods SET code = 'out-of-stock' WHERE id = $1
-- @args 1
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE varchar(10);

-- @case text becomes varchar, a literal fits
-- @expect agree, with a warning
-- @old
UPDATE goods SET code = 'sold' WHERE id = $1
-- @args 1
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE varchar(10);

-- @case text becomes varchar, only spaces are too many
-- @expect agree
-- @old
UPDATE goods SET code = 'abc         ' WHERE id = $1 RETURNING length(code)
-- @args 1
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE varchar(10);

-- @case text becomes varchar, concatenation is too long
-- @expect agree
-- @old
UPDATE goods SET code = code || '-' || $2 WHERE id = $1 RETURNING code
-- @args 1|discontinued
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE varchar(10);

-- @case text becomes varchar where a value is too long
-- @expect beyond analysis
-- @undetectable the rows decide whether the migration fails
-- @setup
UPDATE goods SET code = 'abcdefghijk';
-- @old
SELECT code FROM goods
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE varchar(10);

-- @case text becomes varchar, comparison with a long value
-- @expect agree
-- @old
SELECT count(*) FROM goods WHERE code < $1
-- @args zzzzzzzzzzzzzzz
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE varchar(10);

-- @case text becomes varchar, the value is cut by a cast
-- @expect agree, with a warning
-- @old
UPDATE goods SET code = $2::varchar(10) WHERE id = $1 RETURNING code
-- @args 1|abcdefghijkl
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE varchar(10);

-- @case varchar becomes shorter, upsert
-- @expect agree
-- @setup
CREATE TABLE langs (tag varchar(20) PRIMARY KEY, label varchar(50)); INSERT INTO langs VALUES ('en', 'English');
-- @old
INSERT INTO langs (tag, label) VALUES ('en', $1) ON CONFLICT (tag) DO UPDATE SET label = EXCLUDED.label
-- @args English (United Kingdom)
-- @change
ALTER TABLE langs ALTER COLUMN label TYPE varchar(12);

-- @case varchar becomes longer
-- @expect agree
-- @setup
CREATE TABLE langs (tag varchar(20) PRIMARY KEY, label varchar(50));
-- @old
INSERT INTO langs (tag, label) VALUES ('en', $1) RETURNING label
-- @args English
-- @change
ALTER TABLE langs ALTER COLUMN label TYPE varchar(200);

-- @case text becomes char, a literal is too long
-- @expect agree
-- @old
INSERT INTO goods (id, code) VALUES (2, 'EURO')
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE char(3);

-- @case text array becomes varchar array
-- @expect agree
-- @old
UPDATE goods SET tags = array_append(tags, $2) WHERE id = $1
-- @args 1|waterproof
-- @change
ALTER TABLE goods ALTER COLUMN tags TYPE varchar(5)[];

-- @case text becomes varchar, copy
-- @expect agree
-- @old
COPY goods (id, code) FROM STDIN
-- @copy 2\tabcdefghijkl\n
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE varchar(10);

-- @case text becomes varchar, merge insert from another table
-- @expect agree
-- @setup
CREATE TABLE feed (id bigint, code text); INSERT INTO feed VALUES (7, 'abcdefghijklmn');
-- @old
MERGE INTO goods g USING feed f ON g.id = f.id WHEN NOT MATCHED THEN INSERT (id, code) VALUES (f.id, f.code)
-- @change
ALTER TABLE goods ALTER COLUMN code TYPE varchar(10);

-- @case bit string becomes shorter
-- @expect agree
-- @setup
CREATE TABLE masks (id int, m bit varying(16));
-- @old
INSERT INTO masks (id, m) VALUES (1, B'1111000011110000')
-- @change
ALTER TABLE masks ALTER COLUMN m TYPE bit varying(8);

-- @case bigint becomes int, insert of a big parameter
-- @expect agree
-- @old
INSERT INTO goods (id, qty) VALUES (2, $1)
-- @args 3000000000
-- @change
ALTER TABLE goods ALTER COLUMN qty TYPE int;

-- @case bigint becomes int, insert of a small parameter
-- @expect agree, with a warning
-- @old
INSERT INTO goods (id, qty) VALUES (2, $1)
-- @args 30
-- @change
ALTER TABLE goods ALTER COLUMN qty TYPE int;

-- @case bigint becomes int, insert of a big literal
-- @expect agree
-- @old
INSERT INTO goods (id, qty) VALUES ($1, 3000000000)
-- @args 2
-- @change
ALTER TABLE goods ALTER COLUMN qty TYPE int;

-- @case bigint becomes int, search for a big parameter
-- @expect agree
-- @old
SELECT code FROM goods WHERE qty = $1
-- @args 3000000000
-- @change
ALTER TABLE goods ALTER COLUMN qty TYPE int;

-- @case bigint becomes int, search for a big literal
-- @expect agree
-- @old
SELECT code FROM goods WHERE qty < 3000000000
-- @change
ALTER TABLE goods ALTER COLUMN qty TYPE int;

-- @case bigint becomes int, product is too big
-- @expect agree
-- @old
UPDATE goods SET qty = qty * 1000000000 WHERE id = $1
-- @args 1
-- @change
ALTER TABLE goods ALTER COLUMN qty TYPE int;

-- @case bigint becomes int, product in a select is too big
-- @expect missed
-- @old
SELECT qty * 1000000000 AS nano FROM goods WHERE id = $1
-- @args 1
-- @change
ALTER TABLE goods ALTER COLUMN qty TYPE int;

-- @case int becomes smallint, literal on conflict
-- @expect agree
-- @setup
CREATE TABLE ports (host text PRIMARY KEY, port int); INSERT INTO ports VALUES ('a', 80);
-- @old
INSERT INTO ports (host, port) VALUES ($1, 80) ON CONFLICT (host) DO UPDATE SET port = 40000
-- @args a
-- @change
ALTER TABLE ports ALTER COLUMN port TYPE smallint;

-- @case int becomes smallint, copy
-- @expect agree
-- @setup
CREATE TABLE ports (host text PRIMARY KEY, port int);
-- @old
COPY ports FROM STDIN WITH (FORMAT csv)
-- @copy a,40000\n
-- @change
ALTER TABLE ports ALTER COLUMN port TYPE smallint;

-- @case int becomes smallint where a value is too big
-- @expect beyond analysis
-- @undetectable the rows decide whether the migration fails
-- @setup
CREATE TABLE ports (host text PRIMARY KEY, port int); INSERT INTO ports VALUES ('a', 40000);
-- @old
SELECT port FROM ports WHERE host = $1
-- @args a
-- @change
ALTER TABLE ports ALTER COLUMN port TYPE smallint;

-- @case bigint key becomes int, array of keys
-- @expect agree
-- @old
SELECT code FROM goods WHERE id = ANY($1)
-- @args {1,3000000000}
-- @change
ALTER TABLE goods ALTER COLUMN id TYPE int;

-- @case numeric loses digits, insert
-- @expect agree
-- @old
INSERT INTO goods (id, price) VALUES (2, $1)
-- @args 123456.78
-- @change
ALTER TABLE goods ALTER COLUMN price TYPE numeric(6,2);

-- @case numeric loses scale, value is rounded
-- @expect missed
-- @old
INSERT INTO goods (id, price) VALUES (2, $1) RETURNING price
-- @args 1.2345
-- @change
ALTER TABLE goods ALTER COLUMN price TYPE numeric(10,2);

-- @case numeric loses digits, literal that rounds up
-- @expect agree
-- @old
UPDATE goods SET price = 9999.999 WHERE id = $1
-- @args 1
-- @change
ALTER TABLE goods ALTER COLUMN price TYPE numeric(6,2);

-- @case double becomes real, value is too big
-- @expect agree
-- @setup
CREATE TABLE stars (name text, dist double precision);
-- @old
INSERT INTO stars (name, dist) VALUES ($1, $2)
-- @args far|1e200
-- @change
ALTER TABLE stars ALTER COLUMN dist TYPE real;

-- @case double becomes real, value loses digits
-- @expect agree
-- @setup
CREATE TABLE stars (name text, dist double precision);
-- @old
INSERT INTO stars (name, dist) VALUES ($1, $2) RETURNING dist
-- @args near|4.2465000001
-- @change
ALTER TABLE stars ALTER COLUMN dist TYPE real;

-- @case timestamp loses its fraction
-- @expect missed
-- @setup
CREATE TABLE beats (id int, at timestamp);
-- @old
INSERT INTO beats (id, at) VALUES (1, $1) RETURNING at
-- @args 2024-01-01 10:00:00.75
-- @change
ALTER TABLE beats ALTER COLUMN at TYPE timestamp(0);

-- @case interval loses its fields
-- @expect missed
-- @setup
CREATE TABLE waits (id int, span interval);
-- @old
INSERT INTO waits (id, span) VALUES (1, $1) RETURNING span
-- @args 1 day 02:30:00
-- @change
ALTER TABLE waits ALTER COLUMN span TYPE interval day;

-- @case base of a domain is shorter
-- @expect agree
-- @setup
CREATE DOMAIN zip AS varchar(10); CREATE TABLE addr (id int, z zip);
-- @old
INSERT INTO addr (id, z) VALUES (1, $1)
-- @args 12345-6789
-- @change
CREATE DOMAIN zip5 AS varchar(5);
ALTER TABLE addr ALTER COLUMN z TYPE zip5;

-- @case bigserial becomes int, its sequence runs past
-- @expect agree
-- @setup
CREATE TABLE rows_ (id bigserial, x text); ALTER SEQUENCE rows__id_seq RESTART WITH 3000000000;
-- @old
INSERT INTO rows_ (x) VALUES ($1)
-- @args a
-- @change
ALTER TABLE rows_ ALTER COLUMN id TYPE int;

-- @case sequence gets a lower limit
-- @expect beyond analysis
-- @setup
CREATE SEQUENCE ticket_no START 100; CREATE TABLE tickets (no bigint DEFAULT nextval('ticket_no'), who text);
-- @old
INSERT INTO tickets (who) VALUES ($1)
-- @args a
-- @undetectable depends on the value that the sequence has reached
-- @change
ALTER SEQUENCE ticket_no MAXVALUE 100;

-- @case function argument becomes narrower
-- @expect agree
-- @setup
CREATE FUNCTION bump(n bigint) RETURNS bigint LANGUAGE sql AS 'SELECT n + 1';
-- @old
SELECT bump($1)
-- @args 3000000000
-- @change
DROP FUNCTION bump(bigint);
CREATE FUNCTION bump(n int) RETURNS bigint LANGUAGE sql AS 'SELECT n::bigint + 1';

-- @case type widened, insert
-- @expect agree
-- @old
INSERT INTO goods (id, price) VALUES ($1, $2)
-- @args 2|1.5
-- @change
ALTER TABLE goods ALTER COLUMN price TYPE numeric(20,4);
