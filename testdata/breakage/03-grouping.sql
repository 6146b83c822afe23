-- Section 3 of the facts: GROUP BY, how many rows there are, materialized views.

-- @common
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text UNIQUE, city text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int, placed timestamp);
INSERT INTO customers VALUES (1, 'Ann', 'ann@x', 'Rome'), (2, 'Bob', 'bob@x', 'Oslo');
INSERT INTO orders VALUES (1, 1, 5, '2024-01-01 08:00'), (2, 1, 7, '2024-01-01 09:00'), (3, 2, 9, '2024-01-02 09:00');

-- @cell 3 GROUP BY pk
-- @case primary key dropped, group by it in a join
-- @expect agree
-- @old
SELECT c.id, c.name, count(o.id) AS n FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id ORDER BY c.id
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey;

-- @case primary key dropped, all columns are grouped
-- @expect agree
-- @old
SELECT c.id, c.name, count(o.id) AS n FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id, c.name ORDER BY c.id
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey;

-- @case primary key dropped, only order by needs it
-- @expect agree
-- @old
SELECT c.id, sum(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id ORDER BY c.name
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey;

-- @case primary key dropped, only having needs it
-- @expect agree
-- @old
SELECT c.id, sum(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id HAVING c.city = $1 AND sum(o.total) > 1
-- @args Rome
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey;

-- @case primary key replaced by unique not null
-- @expect agree
-- @old
SELECT c.*, sum(o.total) AS spent FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id ORDER BY c.id
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey, ADD UNIQUE (id);
ALTER TABLE customers ALTER COLUMN id SET NOT NULL;

-- @case primary key moves to another column
-- @expect agree
-- @old
SELECT c.name, avg(o.total) OVER (PARTITION BY c.id) FROM customers c JOIN orders o USING (id) GROUP BY c.id, o.id ORDER BY c.name
-- @change
ALTER TABLE customers ADD COLUMN uid int GENERATED ALWAYS AS IDENTITY;
ALTER TABLE customers DROP CONSTRAINT customers_pkey, ADD PRIMARY KEY (uid);

-- @case primary key widened, group by half of it
-- @expect agree
-- @old
SELECT id, name, count(*) FROM customers GROUP BY id ORDER BY id
-- @change
ALTER TABLE customers ADD COLUMN tenant int NOT NULL DEFAULT 1;
ALTER TABLE customers DROP CONSTRAINT customers_pkey, ADD PRIMARY KEY (tenant, id);

-- @case primary key made deferrable, group by it
-- @expect agree
-- @old
SELECT id, name, count(*) FROM customers GROUP BY id ORDER BY id
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey, ADD PRIMARY KEY (id) DEFERRABLE;

-- @case primary key built again under another name
-- @expect agree
-- @old
SELECT id, name, count(*) FROM customers GROUP BY id ORDER BY id
-- @change
CREATE UNIQUE INDEX CONCURRENTLY customers_id2 ON customers (id);
ALTER TABLE customers DROP CONSTRAINT customers_pkey, ADD CONSTRAINT customers_pk PRIMARY KEY USING INDEX customers_id2;

-- @case composite key narrowed, group by all of the old one
-- @expect agree
-- @setup
CREATE TABLE stock (depot int, sku text, qty int, PRIMARY KEY (depot, sku)); INSERT INTO stock VALUES (1, 'a', 2);
-- @old
SELECT depot, sku, qty, count(*) FROM stock GROUP BY depot, sku
-- @change
ALTER TABLE stock DROP CONSTRAINT stock_pkey, ADD PRIMARY KEY (sku);

-- @case primary key dropped, group by in a subquery of a write
-- @expect agree
-- @old
UPDATE orders o SET total = s.n FROM (SELECT c.id, c.name, count(*) AS n FROM customers c GROUP BY c.id) s WHERE s.id = o.customer_id RETURNING o.id, o.total
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey;

-- @case primary key dropped, group by in a plpgsql function
-- @expect agree
-- @setup
CREATE FUNCTION names() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT c.name FROM customers c GROUP BY c.id ORDER BY 1; END $$;
-- @old
SELECT * FROM names()
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey;

-- @case primary key dropped under a view that groups by it
-- @expect agree
-- @setup
CREATE VIEW spent AS SELECT c.id, c.name, sum(o.total) AS total FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id;
-- @old
SELECT name, total FROM spent WHERE id = $1
-- @args 1
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey;

-- @case primary key dropped cascade under a view that groups by it
-- @expect agree
-- @setup
CREATE VIEW spent AS SELECT c.id, c.name, sum(o.total) AS total FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id;
-- @old
SELECT name, total FROM spent WHERE id = $1
-- @args 1
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey CASCADE;

-- @case column of a composite primary key dropped, group by the rest
-- @expect agree
-- @setup
CREATE TABLE stock (depot int, sku text, qty int, PRIMARY KEY (depot, sku)); INSERT INTO stock VALUES (1, 'a', 2);
-- @old
SELECT s.sku, sum(s.qty) FROM stock s GROUP BY s.sku ORDER BY s.sku
-- @change
ALTER TABLE stock DROP COLUMN depot;

-- @case primary key dropped, distinct on it
-- @expect agree
-- @old
SELECT DISTINCT ON (id) id, name FROM customers ORDER BY id, name
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey;

-- @case primary key dropped, group by with rollup and lateral
-- @expect agree
-- @old
SELECT c.id, c.city, array_agg(o.id ORDER BY o.id) FROM customers c, LATERAL (SELECT x.id FROM orders x WHERE x.customer_id = c.id) o GROUP BY ROLLUP (c.id), c.id ORDER BY 1
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_pkey;

-- @cell 3 unique dropped, cardinality
-- @case unique dropped, scalar subquery in a select
-- @expect agree
-- @old
SELECT o.id, (SELECT c.name FROM customers c WHERE c.email = $1) AS who FROM orders o ORDER BY o.id
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped, scalar subquery in a condition
-- @expect agree
-- @old
SELECT id FROM orders WHERE customer_id = (SELECT id FROM customers WHERE email = $1) ORDER BY id
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped, row subquery in an update
-- @expect agree
-- @old
UPDATE orders SET (customer_id, total) = (SELECT c.id, 0 FROM customers c WHERE c.email = $1) WHERE id = 3
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped, scalar subquery in an insert
-- @expect agree
-- @old
INSERT INTO orders (id, customer_id) VALUES ($1, (SELECT id FROM customers WHERE email = $2))
-- @args 9|ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped, no row repeats yet
-- @expect agree, with a warning
-- @old
SELECT id FROM orders WHERE customer_id = (SELECT id FROM customers WHERE email = $1) ORDER BY id
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;

-- @case unique dropped, scalar subquery with an aggregate
-- @expect agree, with a warning
-- @old
SELECT (SELECT max(c.id) FROM customers c WHERE c.email = $1) IS NOT NULL AS known
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped, subquery with in
-- @expect agree
-- @old
SELECT count(*) FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE email = $1)
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped, read of a single row
-- @expect agree
-- @old
SELECT id, name FROM customers WHERE email = $1
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped, read with order and limit
-- @expect agree
-- @old
SELECT id, name FROM customers WHERE email = $1 ORDER BY id LIMIT 1
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique widened, read of a single row
-- @expect agree
-- @old
SELECT id, city FROM customers WHERE email = $1
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key, ADD CONSTRAINT customers_email_key UNIQUE (email, city);
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique made partial, delete of a single row
-- @expect missed
-- @old
DELETE FROM customers WHERE email = $1
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
CREATE UNIQUE INDEX ON customers (email) WHERE city IS NOT NULL;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', NULL);

-- @case unique dropped, update of a single row
-- @expect missed
-- @old
UPDATE customers SET name = $2 WHERE email = $1 RETURNING name
-- @args ann@x|A
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped, join doubles a sum
-- @expect missed
-- @setup
CREATE TABLE payments (email text, amount int); INSERT INTO payments VALUES ('ann@x', 10), ('bob@x', 5);
-- @old
SELECT sum(p.amount) FROM payments p JOIN customers c ON c.email = p.email
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped, left join for a name doubles rows
-- @expect missed
-- @setup
CREATE TABLE payments (id int, email text); INSERT INTO payments VALUES (1, 'ann@x'), (2, 'bob@x');
-- @old
SELECT p.id FROM payments p LEFT JOIN customers c ON c.email = p.email ORDER BY p.id
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped, exists
-- @expect agree
-- @old
SELECT EXISTS (SELECT 1 FROM customers WHERE email = $1) AS known
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique of a source dropped, merge hits a row twice
-- @expect agree
-- @setup
CREATE TABLE feed (order_id int UNIQUE, total int); INSERT INTO feed VALUES (1, 50);
-- @old
MERGE INTO orders o USING feed f ON o.id = f.order_id WHEN MATCHED THEN UPDATE SET total = f.total
-- @change
ALTER TABLE feed DROP CONSTRAINT feed_order_id_key;
INSERT INTO feed VALUES (1, 60);

-- @case unique of a source dropped, merge deletes a row twice
-- @expect agree
-- @setup
CREATE TABLE gone (order_id int PRIMARY KEY); INSERT INTO gone VALUES (1);
-- @old
MERGE INTO orders o USING gone g ON o.id = g.order_id WHEN MATCHED THEN DELETE
-- @change
ALTER TABLE gone DROP CONSTRAINT gone_pkey;
INSERT INTO gone VALUES (1);

-- @case unique of a target dropped, merge updates two rows
-- @expect missed
-- @old
MERGE INTO customers c USING (VALUES ('ann@x', 'Ulm')) s (email, city) ON c.email = s.email WHEN MATCHED THEN UPDATE SET city = s.city
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique of a source dropped, upsert hits a row twice
-- @expect agree
-- @setup
CREATE TABLE feed (order_id int PRIMARY KEY, total int); INSERT INTO feed VALUES (1, 50);
-- @old
INSERT INTO orders (id, total) SELECT order_id, total FROM feed ON CONFLICT (id) DO UPDATE SET total = EXCLUDED.total
-- @change
ALTER TABLE feed DROP CONSTRAINT feed_pkey;
INSERT INTO feed VALUES (1, 60);

-- @case unique of a source dropped, insert repeats a key
-- @expect agree
-- @setup
CREATE TABLE feed (order_id int PRIMARY KEY, total int); INSERT INTO feed VALUES (9, 50);
-- @old
INSERT INTO orders (id, total) SELECT order_id, total FROM feed
-- @change
ALTER TABLE feed DROP CONSTRAINT feed_pkey;
INSERT INTO feed VALUES (9, 60);

-- @case unique dropped, select into strict
-- @expect agree
-- @setup
CREATE FUNCTION who(e text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE n text; BEGIN SELECT name INTO STRICT n FROM customers WHERE email = e; RETURN n; END $$;
-- @old
SELECT who($1)
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped under a foreign key
-- @expect agree
-- @setup
CREATE TABLE logins (email text REFERENCES customers (email));
-- @old
SELECT l.email FROM logins l JOIN customers c USING (email)
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;

-- @case unique dropped cascade under a foreign key, update no longer cascades
-- @expect missed
-- @setup
CREATE TABLE logins (email text REFERENCES customers (email) ON UPDATE CASCADE); INSERT INTO logins VALUES ('ann@x');
-- @old
UPDATE customers SET email = $2 WHERE email = $1
-- @observe SELECT email FROM logins
-- @args ann@x|ann@y
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key CASCADE;

-- @case unique dropped, keys of a json object repeat
-- @expect missed
-- @old
SELECT json_object_agg(email, id ORDER BY id) FROM customers
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @case unique dropped, array of a subquery
-- @expect missed
-- @old
SELECT ARRAY(SELECT id FROM customers WHERE email = $1 ORDER BY id) AS ids
-- @args ann@x
-- @change
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
INSERT INTO customers VALUES (3, 'Anna', 'ann@x', 'Bern');

-- @cell 3 GROUP BY alias
-- @case column added with the name of a grouped alias
-- @expect agree
-- @old
SELECT date_trunc('day', placed) AS day, count(*) FROM orders GROUP BY day ORDER BY day
-- @change
ALTER TABLE orders ADD COLUMN day date;

-- @case column added with the name of an alias, group by position
-- @expect agree
-- @old
SELECT date_trunc('day', placed) AS day, count(*) FROM orders GROUP BY 1 ORDER BY 1
-- @change
ALTER TABLE orders ADD COLUMN day date;

-- @case column added with the name of an alias, group by the expression
-- @expect agree
-- @old
SELECT date_trunc('day', placed) AS day, count(*) FROM orders GROUP BY date_trunc('day', placed) ORDER BY day
-- @change
ALTER TABLE orders ADD COLUMN day date;

-- @case column added with the name of an alias in order by
-- @expect agree
-- @old
SELECT id, -total AS rank FROM orders ORDER BY rank
-- @change
ALTER TABLE orders ADD COLUMN rank int;
UPDATE orders SET rank = id;

-- @case column added with the name of an alias in distinct on
-- @expect agree
-- @old
SELECT DISTINCT ON (day) placed::date AS day, id FROM orders ORDER BY day, id
-- @change
ALTER TABLE orders ADD COLUMN day date DEFAULT '2024-01-01';

-- @case column added with the name of an alias of a case
-- @expect agree
-- @old
SELECT CASE WHEN o.total > $1 THEN 'big' ELSE 'small' END AS size, sum(o.total) FROM orders o GROUP BY size ORDER BY size
-- @args 6
-- @change
ALTER TABLE orders ADD COLUMN size text;

-- @case column added with the name of an alias to a joined table
-- @expect agree
-- @old
SELECT upper(c.city) AS place, sum(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY place ORDER BY place
-- @change
ALTER TABLE orders ADD COLUMN place text;

-- @case column added with the name of an alias to both joined tables
-- @expect agree
-- @old
SELECT upper(c.city) AS place, sum(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY place ORDER BY place
-- @change
ALTER TABLE orders ADD COLUMN place text;
ALTER TABLE customers ADD COLUMN place text;

-- @case column renamed to a grouped alias
-- @expect agree
-- @old
SELECT lower(c.city) AS town, count(*) FROM customers c GROUP BY town ORDER BY town
-- @change
ALTER TABLE customers RENAME COLUMN name TO town;

-- @case column added with the name of an alias, rollup
-- @expect agree
-- @old
SELECT placed::date AS day, customer_id, sum(total) FROM orders GROUP BY ROLLUP (day, customer_id) ORDER BY 1, 2
-- @change
ALTER TABLE orders ADD COLUMN day date;

-- @case column added with the name of an alias of a constant, groups split
-- @expect agree
-- @old
SELECT 'all'::text AS label, count(*) FROM orders GROUP BY label
-- @change
ALTER TABLE orders ADD COLUMN label text;
UPDATE orders SET label = id::text;

-- @case column added with the name of an alias of a scalar subquery, groups split
-- @expect agree
-- @old
SELECT (SELECT min(c.name) FROM customers c) AS first, sum(o.total) FROM orders o GROUP BY first
-- @change
ALTER TABLE orders ADD COLUMN first bool;
UPDATE orders SET first = id = 1;

-- @case column added with the name of an alias, the key is grouped too
-- @expect agree, with a warning
-- @old
SELECT c.id, lower(c.name) AS label, count(*) FROM customers c GROUP BY c.id, label ORDER BY c.id
-- @change
ALTER TABLE customers ADD COLUMN label text;

-- @case column added behind a subquery with its own columns
-- @expect agree
-- @old
SELECT date_trunc('day', s.placed) AS day, count(*) FROM (SELECT placed FROM orders) s GROUP BY day ORDER BY day
-- @change
ALTER TABLE orders ADD COLUMN day date;

-- @case column added behind a starred common table expression
-- @expect agree
-- @old
WITH s AS (SELECT * FROM orders WHERE total > $1) SELECT date_trunc('day', placed) AS day, count(*) FROM s GROUP BY day ORDER BY day
-- @args 1
-- @change
ALTER TABLE orders ADD COLUMN day date;

-- @case column added to the outer table of a grouping subquery
-- @expect agree
-- @old
SELECT c.id, d.n FROM customers c CROSS JOIN LATERAL (SELECT o.placed::date AS day, count(*) AS n FROM orders o WHERE o.customer_id = c.id GROUP BY day) d ORDER BY c.id
-- @change
ALTER TABLE customers ADD COLUMN day date;

-- @case column added to a view's table, view groups by the alias
-- @expect agree
-- @setup
CREATE VIEW daily AS SELECT placed::date AS day, count(*) AS n FROM orders GROUP BY day;
-- @old
SELECT day, n FROM daily ORDER BY day
-- @change
ALTER TABLE orders ADD COLUMN day date;

-- @case column added to a view, code groups by the alias
-- @expect agree
-- @setup
CREATE VIEW recent AS SELECT id, placed, total FROM orders;
-- @old
SELECT to_char(placed, 'YYYY-MM') AS month, sum(total) FROM recent GROUP BY month ORDER BY month
-- @change
ALTER TABLE orders ADD COLUMN month int;
CREATE OR REPLACE VIEW recent AS SELECT id, placed, total, month FROM orders;

-- @case column added with the name of an alias, function with a sql body
-- @expect agree
-- @setup
CREATE FUNCTION per_day() RETURNS SETOF bigint LANGUAGE sql AS 'SELECT count(*) FROM (SELECT placed::date AS day FROM orders GROUP BY day) s';
-- @old
SELECT per_day()
-- @change
ALTER TABLE orders ADD COLUMN day date;

-- @cell 3 REFRESH CONCURRENTLY
-- @common
CREATE TABLE sales (id int PRIMARY KEY, shop text, amount int);
INSERT INTO sales VALUES (1, 'a', 5), (2, 'a', 6), (3, 'b', 7);
CREATE MATERIALIZED VIEW shop_totals AS SELECT shop, sum(amount) AS total FROM sales GROUP BY shop;
CREATE UNIQUE INDEX shop_totals_shop ON shop_totals (shop);

-- @case unique index of a materialized view dropped, refresh concurrently
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW CONCURRENTLY shop_totals
-- @change
DROP INDEX shop_totals_shop;

-- @case unique index of a materialized view dropped, refresh
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW shop_totals
-- @change
DROP INDEX shop_totals_shop;

-- @case unique index of a materialized view made partial, refresh concurrently
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW CONCURRENTLY shop_totals
-- @change
DROP INDEX shop_totals_shop;
CREATE UNIQUE INDEX shop_totals_shop ON shop_totals (shop) WHERE total > 0;

-- @case unique index of a materialized view made an expression, refresh concurrently
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW CONCURRENTLY shop_totals
-- @change
DROP INDEX shop_totals_shop;
CREATE UNIQUE INDEX shop_totals_shop ON shop_totals (lower(shop));

-- @case unique index of a materialized view made plain, refresh concurrently
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW CONCURRENTLY shop_totals
-- @change
DROP INDEX shop_totals_shop;
CREATE INDEX shop_totals_shop ON shop_totals (shop);

-- @case unique index of a materialized view replaced by another, refresh concurrently
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW CONCURRENTLY shop_totals
-- @change
CREATE UNIQUE INDEX shop_totals_2 ON shop_totals (shop, total);
DROP INDEX shop_totals_shop;

-- @case materialized view made again without its index, refresh concurrently
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW CONCURRENTLY shop_totals
-- @change
DROP MATERIALIZED VIEW shop_totals;
CREATE MATERIALIZED VIEW shop_totals AS SELECT shop, sum(amount) AS total, count(*) AS n FROM sales GROUP BY shop;

-- @case materialized view made again without data, select
-- @expect agree
-- @old
SELECT total FROM shop_totals WHERE shop = $1
-- @args a
-- @change
DROP MATERIALIZED VIEW shop_totals;
CREATE MATERIALIZED VIEW shop_totals AS SELECT shop, sum(amount) AS total FROM sales GROUP BY shop WITH NO DATA;

-- @case materialized view emptied, join
-- @expect agree
-- @old
SELECT s.id, t.total FROM sales s JOIN shop_totals t USING (shop) ORDER BY s.id
-- @change
REFRESH MATERIALIZED VIEW shop_totals WITH NO DATA;

-- @case materialized view emptied, subquery of an update
-- @expect agree
-- @old
UPDATE sales s SET amount = (SELECT t.total FROM shop_totals t WHERE t.shop = s.shop) WHERE s.id = $1
-- @args 1
-- @change
REFRESH MATERIALIZED VIEW shop_totals WITH NO DATA;

-- @case materialized view emptied, view over it
-- @expect agree
-- @setup
CREATE VIEW best AS SELECT shop FROM shop_totals WHERE total > 5;
-- @old
SELECT count(*) FROM best
-- @change
REFRESH MATERIALIZED VIEW shop_totals WITH NO DATA;

-- @case materialized view made without data and filled
-- @expect agree, with a warning
-- @old
SELECT total FROM shop_totals WHERE shop = $1
-- @args a
-- @change
DROP MATERIALIZED VIEW shop_totals;
CREATE MATERIALIZED VIEW shop_totals AS SELECT shop, sum(amount) AS total FROM sales GROUP BY shop WITH NO DATA;
REFRESH MATERIALIZED VIEW shop_totals;

-- @case materialized view emptied, refresh concurrently
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW CONCURRENTLY shop_totals
-- @change
REFRESH MATERIALIZED VIEW shop_totals WITH NO DATA;

-- @case materialized view emptied, refresh and select
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW shop_totals;
SELECT sum(total) FROM shop_totals;
-- @change
REFRESH MATERIALIZED VIEW shop_totals WITH NO DATA;

-- @case materialized view emptied, copy out
-- @expect agree
-- @old
COPY (SELECT * FROM shop_totals ORDER BY shop) TO STDOUT
-- @change
REFRESH MATERIALIZED VIEW shop_totals WITH NO DATA;

-- @case materialized view over an emptied one, refresh
-- @expect agree
-- @setup
CREATE MATERIALIZED VIEW grand AS SELECT sum(total) AS total FROM shop_totals;
-- @old
REFRESH MATERIALIZED VIEW grand
-- @change
REFRESH MATERIALIZED VIEW shop_totals WITH NO DATA;

-- @case materialized view made again with a finer query, its unique index breaks on refresh
-- @expect missed
-- @setup
DELETE FROM sales WHERE id = 2; REFRESH MATERIALIZED VIEW shop_totals;
-- @old
INSERT INTO sales (id, shop, amount) VALUES ($1, 'a', 6);
REFRESH MATERIALIZED VIEW CONCURRENTLY shop_totals;
-- @args 4
-- @change
DROP MATERIALIZED VIEW shop_totals;
CREATE MATERIALIZED VIEW shop_totals AS SELECT shop, amount::bigint AS total FROM sales;
CREATE UNIQUE INDEX shop_totals_shop ON shop_totals (shop);

-- @case materialized view replaced by a view, refresh of it
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW shop_totals
-- @change
DROP MATERIALIZED VIEW shop_totals;
CREATE VIEW shop_totals AS SELECT shop, sum(amount) AS total FROM sales GROUP BY shop;

-- @case refresh concurrently of a populated view in a function
-- @expect agree
-- @setup
CREATE FUNCTION refresh_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN REFRESH MATERIALIZED VIEW CONCURRENTLY shop_totals; END $$;
-- @old
SELECT refresh_all()
-- @change
DROP INDEX shop_totals_shop;
