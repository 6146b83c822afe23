CREATE TABLE coupons (
    code text PRIMARY KEY,
    discount int NOT NULL
);
