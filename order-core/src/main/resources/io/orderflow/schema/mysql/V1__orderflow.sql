-- orderflow, schema version 1. For MySQL 8.0+, MariaDB 10.6+ and H2 (MODE=MySQL).
-- Every name begins with the table prefix; orderflow_ is the default.

-- One row for each order. status: 0 pending, 1 completed, 2 rejected, 3 parked, 4 pending and placed by the host's own
-- transaction. batch_id and place are the decision number.
CREATE TABLE IF NOT EXISTS orderflow_orders (
  id          BINARY(16)      NOT NULL,
  buyer       BIGINT          NOT NULL,
  status      TINYINT         NOT NULL,
  reason      TINYINT         NOT NULL DEFAULT 0,
  fingerprint BINARY(16)      NOT NULL,
  request     VARBINARY(4096) NOT NULL,
  total       BIGINT          NOT NULL DEFAULT 0,
  batch_id    BIGINT          NOT NULL DEFAULT 0,
  place       SMALLINT        NOT NULL DEFAULT 0,
  created_at  DATETIME(6)     NOT NULL,
  PRIMARY KEY (id),
  KEY orderflow_orders_status (status, created_at),
  KEY orderflow_orders_buyer (buyer, created_at, id),
  CONSTRAINT orderflow_orders_status_range CHECK (status BETWEEN 0 AND 4),
  CONSTRAINT orderflow_orders_total_range CHECK (total >= 0)
) ENGINE=InnoDB;

-- The lines of completed orders, with the prices that were charged.
CREATE TABLE IF NOT EXISTS orderflow_order_line (
  order_id   BINARY(16) NOT NULL,
  line_no    SMALLINT   NOT NULL,
  product    BIGINT     NOT NULL,
  quantity   INT        NOT NULL,
  unit_price BIGINT     NOT NULL,
  PRIMARY KEY (order_id, line_no),
  CONSTRAINT orderflow_order_line_quantity_range CHECK (quantity >= 1),
  CONSTRAINT orderflow_order_line_price_range CHECK (unit_price >= 0)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS orderflow_wallet (
  buyer   BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  PRIMARY KEY (buyer),
  CONSTRAINT orderflow_wallet_balance_range CHECK (balance >= 0)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS orderflow_stock (
  product    BIGINT NOT NULL,
  available  BIGINT NOT NULL,
  unit_price BIGINT NOT NULL,
  PRIMARY KEY (product),
  CONSTRAINT orderflow_stock_available_range CHECK (available >= 0),
  CONSTRAINT orderflow_stock_price_range CHECK (unit_price >= 0)
) ENGINE=InnoDB;

-- Everything but orders that changes stock, prices and wallets. Append-only. id is a hash of the reference.
-- kind: 1 define, 2 restock, 3 correct, 4 set price (subject is a product); 11 open, 12 deposit, 13 withdraw (a buyer).
CREATE TABLE IF NOT EXISTS orderflow_adjustment (
  id         BINARY(16) NOT NULL,
  kind       TINYINT    NOT NULL,
  subject    BIGINT     NOT NULL,
  amount     BIGINT     NOT NULL,
  unit_price BIGINT     NOT NULL,
  batch_id   BIGINT     NOT NULL,
  place      SMALLINT   NOT NULL,
  reference  VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (id),
  KEY orderflow_adjustment_subject (subject, batch_id, place)
) ENGINE=InnoDB;

-- One row for each transaction that decided orders or applied adjustments; its id is drawn after all locks are held.
CREATE TABLE IF NOT EXISTS orderflow_batch (
  id         BIGINT      NOT NULL AUTO_INCREMENT,
  decided_at DATETIME(6) NOT NULL,
  size       INT         NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

-- Orders that are being tried apart from others, by whom and how often that never ended.
CREATE TABLE IF NOT EXISTS orderflow_attempt (
  order_id   BINARY(16)  NOT NULL,
  attempts   SMALLINT    NOT NULL,
  owner      BINARY(16)  NOT NULL,
  claimed_at DATETIME(6) NOT NULL,
  PRIMARY KEY (order_id)
) ENGINE=InnoDB;

-- What could not be decided. hash is the SHA-256 of the whole body; body is cut at 256 KiB, length is not.
CREATE TABLE IF NOT EXISTS orderflow_dead_letter (
  hash       BINARY(32)   NOT NULL,
  reason     TINYINT      NOT NULL,
  detail     VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  order_id   BINARY(16)   NULL,
  length     INT          NOT NULL,
  body       MEDIUMBLOB   NOT NULL,
  created_at DATETIME(6)  NOT NULL,
  PRIMARY KEY (hash),
  KEY orderflow_dead_letter_created (created_at),
  KEY orderflow_dead_letter_order (order_id)
) ENGINE=InnoDB;

-- id 1 holds the version of these tables; id 2 is a lock, held while products and wallets come into being.
CREATE TABLE IF NOT EXISTS orderflow_schema_version (
  id      TINYINT NOT NULL,
  version INT     NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

INSERT INTO orderflow_schema_version (id, version) VALUES (1, 1), (2, 0) ON DUPLICATE KEY UPDATE version = version;
