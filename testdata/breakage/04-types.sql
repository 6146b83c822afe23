-- Section 4 of the facts: types.

-- @common
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id int PRIMARY KEY, email text, age int, mood mood DEFAULT 'ok', score numeric, at timestamp, doc jsonb, tags text[]);
INSERT INTO users VALUES (1, 'a@x', 30, 'sad', 1.5, '2024-01-01 10:00', '{"a": 1}', '{x}'), (2, 'b@x', 9, 'ok', 2, '2024-01-02 10:00', '{"a": 2}', '{y}');
CREATE TABLE orders (id int PRIMARY KEY, user_id int, total numeric);
INSERT INTO orders VALUES (1, 1, 10), (2, 2, 20);

-- @cell 4 comparison
-- @case int becomes text, compared with a number
-- @expect agree
-- @old
SELECT id FROM users WHERE age = 30
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, parameter
-- @expect agree
-- @old
SELECT id FROM users WHERE age = $1
-- @args 30
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, join
-- @expect agree
-- @setup
UPDATE orders SET user_id = 30;
-- @old
SELECT u.email FROM users u JOIN orders o ON o.user_id = u.age
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes uuid, join
-- @expect agree
-- @old
SELECT u.email FROM orders o JOIN users u ON u.age = o.user_id
-- @change
ALTER TABLE users DROP COLUMN age; ALTER TABLE users ADD COLUMN age uuid;

-- @case int becomes text, in list of numbers
-- @expect agree
-- @old
SELECT id FROM users WHERE age IN (9, 30)
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, in subquery
-- @expect agree
-- @old
SELECT id FROM orders WHERE user_id IN (SELECT age FROM users)
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, arithmetic
-- @expect agree
-- @old
SELECT age + 1 FROM users
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, sum
-- @expect agree
-- @old
SELECT sum(age) FROM users
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, function argument
-- @expect agree
-- @old
SELECT abs(age) FROM users
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case text becomes int, like
-- @expect agree
-- @old
SELECT id FROM users WHERE email LIKE '%x'
-- @change
ALTER TABLE users ALTER COLUMN email TYPE int USING 1;

-- @case text becomes int, regular expression
-- @expect agree
-- @old
SELECT id FROM users WHERE email ~ $1
-- @args x
-- @change
ALTER TABLE users ALTER COLUMN email TYPE int USING 1;

-- @case text becomes int, lower
-- @expect agree
-- @old
SELECT lower(email) FROM users
-- @change
ALTER TABLE users ALTER COLUMN email TYPE int USING 1;

-- @case text becomes int, concatenation still works
-- @expect beyond analysis
-- @undetectable the migration replaces the values
-- @old
SELECT email || 'x' FROM users
-- @change
ALTER TABLE users ALTER COLUMN email TYPE int USING 1;

-- @case int becomes text, between
-- @expect agree
-- @old
SELECT id FROM users WHERE age BETWEEN 1 AND 99
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, any of an int array
-- @expect agree
-- @old
SELECT id FROM users WHERE age = ANY($1::int[])
-- @args {30}
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, any of an untyped array
-- @expect agree
-- @old
SELECT id FROM users WHERE age = ANY($1)
-- @args {30}
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case array becomes text, any
-- @expect agree
-- @old
SELECT id FROM users WHERE 'x' = ANY(tags)
-- @change
ALTER TABLE users ALTER COLUMN tags TYPE text USING 'x';

-- @case array becomes jsonb, contains
-- @expect agree
-- @old
SELECT id FROM users WHERE tags @> ARRAY['x']
-- @change
ALTER TABLE users ALTER COLUMN tags TYPE jsonb USING to_jsonb(tags);

-- @case int becomes text, subscript bound
-- @expect agree
-- @old
SELECT tags[age] FROM users
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @cell 4 common type
-- @case int becomes text, coalesce
-- @expect agree
-- @old
SELECT coalesce(age, 0) FROM users
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, case
-- @expect agree
-- @old
SELECT CASE WHEN id = 1 THEN age ELSE 0 END FROM users
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, union
-- @expect agree
-- @old
SELECT age FROM users UNION SELECT user_id FROM orders
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, greatest
-- @expect agree
-- @old
SELECT greatest(age, id) FROM users
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, array constructor
-- @expect agree
-- @old
SELECT ARRAY[age, id] FROM users
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, values
-- @expect agree
-- @old
SELECT * FROM (VALUES (1), ((SELECT age FROM users WHERE id = 1))) v
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes boolean, where
-- @expect agree
-- @old
SELECT id FROM users WHERE age > 1
-- @change
ALTER TABLE users ALTER COLUMN age TYPE boolean USING true;

-- @case boolean becomes int, condition
-- @expect agree
-- @setup
ALTER TABLE users ADD COLUMN active boolean; UPDATE users SET active = true;
-- @old
SELECT id FROM users WHERE active
-- @change
ALTER TABLE users ALTER COLUMN active TYPE int USING 1;

-- @cell 4 assignment
-- @case text becomes int, written from text
-- @expect agree
-- @old
UPDATE users SET email = lower('A')
-- @change
ALTER TABLE users ALTER COLUMN email TYPE int USING 1;

-- @case text becomes int, written from an untyped literal
-- @expect agree
-- @old
UPDATE users SET email = 'abc' WHERE id = 1
-- @change
ALTER TABLE users ALTER COLUMN email TYPE int USING 1;

-- @case text becomes int, insert select
-- @expect agree
-- @old
INSERT INTO users (id, email) SELECT 9, email FROM users WHERE id = 1
-- @change
ALTER TABLE users ALTER COLUMN email TYPE int USING 1; ALTER TABLE users ALTER COLUMN age TYPE text;

-- @case int becomes timestamp, written from a number
-- @expect agree
-- @old
UPDATE users SET age = 5
-- @change
ALTER TABLE users ALTER COLUMN age TYPE timestamp USING now()::timestamp;

-- @case int becomes text, assigned by its cast
-- @expect agree
-- @old
UPDATE users SET age = 5 WHERE id = 1
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case source becomes text, target stays int
-- @expect agree
-- @old
UPDATE orders SET user_id = u.age FROM users u WHERE u.id = orders.id
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @cell 4 literal
-- @case text becomes int, literal no longer parses
-- @expect agree
-- @old
SELECT id FROM users WHERE email = 'abc'
-- @change
ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN email int;

-- @case text becomes boolean, literal no longer parses
-- @expect agree
-- @old
SELECT id FROM users WHERE email = 'maybe'
-- @change
ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN email boolean;

-- @case text becomes uuid, literal no longer parses
-- @expect agree
-- @old
SELECT id FROM users WHERE email = 'abc'
-- @change
ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN email uuid;

-- @case text becomes date, literal no longer parses
-- @expect agree
-- @old
SELECT id FROM users WHERE email = 'abc'
-- @change
ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN email date;

-- @case text becomes numeric, literal no longer parses
-- @expect agree
-- @old
SELECT id FROM users WHERE email = '1,5'
-- @change
ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN email numeric;

-- @case text becomes jsonb, literal no longer parses
-- @expect agree
-- @old
SELECT id FROM users WHERE email = '{a}'
-- @change
ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN email jsonb;

-- @case text becomes int out of range, literal no longer parses
-- @expect agree
-- @old
SELECT id FROM users WHERE email = '99999999999'
-- @change
ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN email int;

-- @case text becomes enum, literal no longer parses
-- @expect agree
-- @old
SELECT id FROM users WHERE email = 'angry'
-- @change
ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN email mood;

-- @cell 4 enum
-- @case text becomes enum, like
-- @expect agree
-- @old
SELECT id FROM users WHERE email LIKE 'o%'
-- @change
ALTER TABLE users ALTER COLUMN email TYPE mood USING 'ok'::mood;

-- @case text becomes enum, parameter cast to text
-- @expect agree
-- @old
SELECT id FROM users WHERE email = $1::text
-- @args ok
-- @change
ALTER TABLE users ALTER COLUMN email TYPE mood USING 'ok'::mood;

-- @case text becomes enum, any of a text array
-- @expect agree
-- @old
SELECT id FROM users WHERE email = ANY($1::text[])
-- @args {ok}
-- @change
ALTER TABLE users ALTER COLUMN email TYPE mood USING 'ok'::mood;

-- @case text becomes enum, untyped parameter
-- @expect agree
-- @old
UPDATE users SET email = $1 WHERE id = 1
-- @args ok
-- @change
ALTER TABLE users ALTER COLUMN email TYPE mood USING 'ok'::mood;

-- @case enum becomes text, cast literal
-- @expect agree
-- @old
SELECT id FROM users WHERE mood = 'ok'::mood
-- @change
ALTER TABLE users ALTER COLUMN mood DROP DEFAULT; ALTER TABLE users ALTER COLUMN mood TYPE text USING mood::text;

-- @case enum value renamed, literal
-- @expect agree
-- @old
SELECT id FROM users WHERE mood = 'sad'
-- @change
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';

-- @case enum value renamed, cast
-- @expect agree
-- @old
SELECT 'sad'::mood
-- @change
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';

-- @case enum value renamed, insert
-- @expect agree
-- @old
INSERT INTO users (id, mood) VALUES (9, 'sad')
-- @change
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';

-- @case enum value renamed, in list
-- @expect agree
-- @old
SELECT id FROM users WHERE mood IN ('sad', 'ok')
-- @change
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';

-- @case enum value renamed, array literal
-- @expect agree
-- @old
SELECT id FROM users WHERE mood = ANY('{sad,ok}')
-- @change
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';

-- @case enum value renamed, case
-- @expect agree
-- @old
SELECT CASE mood WHEN 'sad' THEN 1 END FROM users
-- @change
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';

-- @case enum value added
-- @expect agree
-- @old
SELECT id FROM users WHERE mood = 'ok'
-- @change
ALTER TYPE mood ADD VALUE 'glad';

-- @case enum made again in another order
-- @expect agree
-- @old
SELECT id FROM users ORDER BY mood
-- @change
ALTER TABLE users ALTER COLUMN mood DROP DEFAULT; CREATE TYPE mood2 AS ENUM ('ok', 'sad'); ALTER TABLE users ALTER COLUMN mood TYPE mood2 USING mood::text::mood2;

-- @cell 4 silent
-- @case int becomes text, order by
-- @expect agree
-- @old
SELECT id FROM users ORDER BY age
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case int becomes text, max
-- @expect agree
-- @old
SELECT max(age) FROM users
-- @change
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;

-- @case numeric becomes int, division
-- @expect agree
-- @old
SELECT score / 2 FROM users WHERE id = 1
-- @change
ALTER TABLE users ALTER COLUMN score TYPE int USING score::int;

-- @case int becomes bigint, sum becomes numeric
-- @expect agree
-- @old
SELECT pg_typeof(sum(age)) FROM users
-- @change
ALTER TABLE users ALTER COLUMN age TYPE bigint USING age::bigint;

-- @case text becomes citext, equality
-- @expect missed
-- @setup
CREATE EXTENSION citext;
-- @old
SELECT id FROM users WHERE email = 'A@X'
-- @change
ALTER TABLE users ALTER COLUMN email TYPE citext USING email::citext;

-- @case text becomes char, like
-- @expect missed
-- @old
SELECT id FROM users WHERE email LIKE '%x'
-- @change
ALTER TABLE users ALTER COLUMN email TYPE char(9) USING email::char(9);

-- @case timestamp becomes timestamptz, comparison
-- @expect agree
-- @old
SELECT id FROM users WHERE at > '2024-01-01 12:00+05'
-- @change
ALTER TABLE users ALTER COLUMN at TYPE timestamptz;

-- @case timestamp becomes date, comparison
-- @expect agree
-- @old
SELECT id FROM users WHERE at > '2024-01-01 09:00'
-- @change
ALTER TABLE users ALTER COLUMN at TYPE date USING at::date;

-- @cell 4 jsonb to json
-- @case jsonb becomes json, contains
-- @expect agree
-- @old
SELECT id FROM users WHERE doc @> '{"a": 1}'
-- @change
ALTER TABLE users ALTER COLUMN doc TYPE json USING doc::json;

-- @case jsonb becomes json, arrow
-- @expect agree
-- @old
SELECT doc ->> 'a' FROM users
-- @change
ALTER TABLE users ALTER COLUMN doc TYPE json USING doc::json;

-- @case jsonb becomes json, distinct
-- @expect agree
-- @old
SELECT DISTINCT doc FROM users
-- @change
ALTER TABLE users ALTER COLUMN doc TYPE json USING doc::json;

-- @case jsonb becomes json, function
-- @expect agree
-- @old
SELECT jsonb_array_length(doc -> 'a') FROM users WHERE false
-- @change
ALTER TABLE users ALTER COLUMN doc TYPE json USING doc::json;

-- @cell 4 type without equality
-- @case json column added, distinct star
-- @expect agree
-- @old
SELECT DISTINCT * FROM orders
-- @change
ALTER TABLE orders ADD COLUMN j json;

-- @case json column added, union of stars
-- @expect agree
-- @old
SELECT * FROM orders UNION SELECT * FROM orders
-- @change
ALTER TABLE orders ADD COLUMN j json;

-- @case json column added, union all of stars
-- @expect agree
-- @old
SELECT count(*) FROM (SELECT * FROM orders UNION ALL SELECT * FROM orders) x
-- @change
ALTER TABLE orders ADD COLUMN j json;

-- @case point column added, group by row
-- @expect agree
-- @old
SELECT o FROM orders o GROUP BY o
-- @change
ALTER TABLE orders ADD COLUMN p point;

-- @cell 4 composite
-- @case attribute added, row cast
-- @expect agree
-- @setup
CREATE TYPE addr AS (no int, street text);
-- @old
SELECT ROW(1, 'x')::addr
-- @change
ALTER TYPE addr ADD ATTRIBUTE zip text;

-- @case attribute added, literal
-- @expect agree
-- @setup
CREATE TYPE addr AS (no int, street text);
-- @old
SELECT '(1,x)'::addr
-- @change
ALTER TYPE addr ADD ATTRIBUTE zip text;

-- @case attribute dropped, field
-- @expect agree
-- @setup
CREATE TYPE addr AS (no int, street text); CREATE TABLE places (a addr);
-- @old
SELECT (a).street FROM places
-- @change
ALTER TYPE addr DROP ATTRIBUTE street;

-- @cell 4 harmless
-- @case int becomes bigint, comparison
-- @expect agree
-- @old
SELECT id FROM users WHERE age = 30
-- @change
ALTER TABLE users ALTER COLUMN age TYPE bigint USING age::bigint;

-- @case int becomes bigint, join
-- @expect agree
-- @old
SELECT o.id FROM users u JOIN orders o ON o.user_id = u.id
-- @change
ALTER TABLE users ALTER COLUMN id TYPE bigint;

-- @case varchar becomes text, equality
-- @expect agree
-- @setup
ALTER TABLE users ADD COLUMN n varchar(20);
-- @old
SELECT id FROM users WHERE n = 'a'
-- @change
ALTER TABLE users ALTER COLUMN n TYPE text;

-- @case int becomes numeric, order by
-- @expect agree
-- @old
SELECT id FROM users ORDER BY age
-- @change
ALTER TABLE users ALTER COLUMN age TYPE numeric USING age::numeric;

