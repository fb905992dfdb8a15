#!/bin/sh
# Makes the programs' user when the database is made, after the tables, with the rights of docs/databases.md and no more.
# Sourced by the image's entry point.
password=$(printf %s "$ORDER_DB_PASSWORD" | sed "s/[\\\\']/\\\\&/g")
docker_process_sql --database=mysql <<SQL
CREATE USER 'shop'@'%' IDENTIFIED BY '$password';
GRANT SELECT, INSERT, UPDATE ON shop.orderflow_orders TO 'shop'@'%';
GRANT SELECT, INSERT, DELETE ON shop.orderflow_pending TO 'shop'@'%';
GRANT SELECT, INSERT ON shop.orderflow_order_line TO 'shop'@'%';
GRANT SELECT, INSERT, UPDATE ON shop.orderflow_wallet TO 'shop'@'%';
GRANT SELECT, INSERT, UPDATE ON shop.orderflow_stock TO 'shop'@'%';
GRANT SELECT, INSERT, UPDATE ON shop.orderflow_purchase TO 'shop'@'%';
GRANT SELECT, INSERT ON shop.orderflow_adjustment TO 'shop'@'%';
GRANT SELECT, INSERT ON shop.orderflow_order_change TO 'shop'@'%';
GRANT SELECT, INSERT ON shop.orderflow_refund_line TO 'shop'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.orderflow_hold TO 'shop'@'%';
GRANT SELECT, INSERT ON shop.orderflow_batch TO 'shop'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.orderflow_feed TO 'shop'@'%';
GRANT SELECT ON shop.orderflow_opening TO 'shop'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.orderflow_attempt TO 'shop'@'%';
GRANT SELECT, INSERT, DELETE ON shop.orderflow_dead_letter TO 'shop'@'%';
GRANT SELECT, UPDATE ON shop.orderflow_schema_version TO 'shop'@'%';
SQL
