-- The coupons went with v1.3: no deployed line uses the table any more.
DROP TABLE coupons;
