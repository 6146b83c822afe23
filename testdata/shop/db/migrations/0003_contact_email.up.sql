ALTER TABLE customers RENAME COLUMN email TO contact_email;
