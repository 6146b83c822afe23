ALTER TABLE orders ADD COLUMN currency text NOT NULL;
ALTER TABLE customers ADD COLUMN placed_at timestamptz;
