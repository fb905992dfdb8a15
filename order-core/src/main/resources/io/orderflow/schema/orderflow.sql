-- orderflow, schema version 2. For MySQL 8.0+, MariaDB 10.6+ and H2 (MODE=MySQL).
-- Every name begins with the table prefix; orderflow_ is the default.
-- All tables at once, for a database that has none of them. Tables of version 1 are brought to this by the V2 beside.

-- One row for each order. status: 0 pending, 1 completed, 2 rejected, 3 parked, 4 pending and placed by the host's own
-- transaction, 5 reserved, 6 cancelled while it was pending, 7 reserved and expired, 8 completed and refunded until nothing
-- was left, 9 reserved and cancelled or released, 10 archived: the row keeps the id known, and request is empty.
-- batch_id and place are the decision number. Until it has one, place is the order's among those accepted with it.
-- What an order cost is the sum of its lines. It was charged to the buyer's wallet, unless the top bit of the request's
-- first byte is set: then somebody else pays. The CHECK has no list: H2 would ask the connection that made the table.
-- place has no default, so that no process of version 1 inserts an order: no group (orderflow_pending) would name it.
CREATE TABLE IF NOT EXISTS orderflow_orders (
  id          BINARY(16)      NOT NULL,
  buyer       BIGINT          NOT NULL,
  status      TINYINT         NOT NULL,
  reason      TINYINT         NOT NULL DEFAULT 0,
  fingerprint BINARY(16)      NOT NULL,
  request     VARBINARY(4096) NOT NULL,
  batch_id    BIGINT          NOT NULL DEFAULT 0,
  place       SMALLINT        NOT NULL,
  created_at  DATETIME(6)     NOT NULL,
  PRIMARY KEY (id),
  KEY orderflow_orders_buyer (buyer, created_at, id),
  CONSTRAINT orderflow_orders_status_range CHECK (status BETWEEN 0 AND 10)
) ENGINE=InnoDB;

-- What the journal has accepted and nobody has found to be decided yet: one row for each group, with the ids of its
-- orders, 16 bytes each. kind: 0 written by the library, 1 placed by the host's own transaction, 2 written by the
-- library as this row alone: then frame has the orders, and each has no row until it is decided; 3 of urgent orders,
-- whoever accepted them. When all of its orders are decided, the row goes.
CREATE TABLE IF NOT EXISTS orderflow_pending (
  id         BINARY(16)      NOT NULL,
  kind       TINYINT         NOT NULL,
  created_at DATETIME(6)     NOT NULL,
  orders     VARBINARY(8000) NOT NULL,
  frame      VARBINARY(56000),
  PRIMARY KEY (id),
  KEY orderflow_pending_created (kind, created_at)
) ENGINE=InnoDB;

-- The lines of orders that took something, with the prices that were charged. They stay when it is given back.
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

-- max_per_buyer: most pieces that a buyer may have, 0 for no limit. counted_since: the batch that set a limit where
-- there was none; what later batches sold counts. 0 without a limit.
CREATE TABLE IF NOT EXISTS orderflow_stock (
  product       BIGINT NOT NULL,
  available     BIGINT NOT NULL,
  unit_price    BIGINT NOT NULL,
  max_per_buyer BIGINT NOT NULL DEFAULT 0,
  counted_since BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (product),
  CONSTRAINT orderflow_stock_available_range CHECK (available >= 0),
  CONSTRAINT orderflow_stock_price_range CHECK (unit_price >= 0)
) ENGINE=InnoDB;

-- How many pieces of a product with a limit a buyer has, over all his orders since counted_since, less what was given back.
-- A row with another counted_since than the product's is of a count that is over, and counts as 0.
CREATE TABLE IF NOT EXISTS orderflow_purchase (
  product       BIGINT NOT NULL,
  buyer         BIGINT NOT NULL,
  pieces        BIGINT NOT NULL,
  counted_since BIGINT NOT NULL,
  PRIMARY KEY (product, buyer),
  CONSTRAINT orderflow_purchase_pieces_range CHECK (pieces >= 0)
) ENGINE=InnoDB;

-- Everything but orders that changes stock, prices, limits and wallets. Append-only. id is a hash of the reference.
-- kind: 1 define, 2 restock, 3 correct, 4 set price, 5 set the most for each buyer, which amount says, 6 remove that
-- (subject is a product); 11 open, 12 deposit, 13 withdraw (a buyer).
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

-- What was done to an order on request, beside its verdict. Append-only. id is a hash of the order's id and the
-- reference; an expiry has an empty reference, and the order's id. kind: 1 cancelled, 2 some pieces refunded, 3 all refunded that was left,
-- 4 confirmed, 5 released, 6 expired. amount is what was given back, credited is how much of it went to the buyer's wallet.
-- batch_id and place are its decision number; the row of an order that was cancelled while it was pending has the same.
CREATE TABLE IF NOT EXISTS orderflow_order_change (
  id         BINARY(16) NOT NULL,
  order_id   BINARY(16) NOT NULL,
  buyer      BIGINT     NOT NULL,
  kind       TINYINT    NOT NULL,
  amount     BIGINT     NOT NULL,
  credited   BIGINT     NOT NULL,
  batch_id   BIGINT     NOT NULL,
  place      SMALLINT   NOT NULL,
  reference  VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (id),
  KEY orderflow_order_change_order (order_id),
  KEY orderflow_order_change_buyer (buyer, batch_id, place)
) ENGINE=InnoDB;

-- The pieces of all that was given back: by refunds, and of orders that were reserved. line_no is that of the order's line; restocked: 1 if the pieces went back to the stock, else 0.
CREATE TABLE IF NOT EXISTS orderflow_refund_line (
  change_id BINARY(16) NOT NULL,
  line_no   SMALLINT   NOT NULL,
  quantity  INT        NOT NULL,
  restocked TINYINT    NOT NULL,
  PRIMARY KEY (change_id, line_no),
  CONSTRAINT orderflow_refund_line_quantity_range CHECK (quantity >= 1)
) ENGINE=InnoDB;

-- One row for each reserved order: when its hold ends. The row goes when the order is confirmed, released or expired.
CREATE TABLE IF NOT EXISTS orderflow_hold (
  order_id BINARY(16)  NOT NULL,
  deadline DATETIME(6) NOT NULL,
  PRIMARY KEY (order_id),
  KEY orderflow_hold_deadline (deadline, order_id)
) ENGINE=InnoDB;

-- One row for each transaction that decided orders, applied adjustments, changed, parked or redrove orders; its id is
-- drawn after all locks are held. oldest: none of the orders that it gave a verdict was created before; NULL if it has
-- none. kind: 0 adjusted, 1 decided, 2 changed, 3 parked, 4 redriven, 5 a number that nobody has, 6 archived. members: what it was
-- about, by place, 16 bytes each: ids of orders, of changes for kind 2, NULL for kinds 0 and 5. Where one of them came
-- to something else than usual, a byte for each follows. For kind 1 that is the status and 16 times the reason, usually
-- 1; for kind 3 the reason of the dead letter, usually 2. server: a hash of the server's name that the transaction ran
-- on, 0 on H2, for numbers that nobody has, and in rows of version 1. The audit says where two were written to at a time.
CREATE TABLE IF NOT EXISTS orderflow_batch (
  id         BIGINT      NOT NULL AUTO_INCREMENT,
  decided_at DATETIME(6) NOT NULL,
  size       INT         NOT NULL,
  oldest     DATETIME(6) NULL,
  kind       TINYINT     NOT NULL,
  members    VARBINARY(8500) NULL,
  archived   INT         NOT NULL DEFAULT 0,
  server     INT         NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

-- What is kept of what is archived. kind: 0 the archive itself: subject 0 the number up to which rows of batches may be
-- gone, subject 1 how many orders were archived; 1 what archived orders took from the wallet of a buyer, 2 the pieces that
-- they took of a product, both less what was given back; 3 the pieces of a product that count for a buyer, since
-- counted_since. buyer and counted_since are 0 where they have no meaning.
CREATE TABLE IF NOT EXISTS orderflow_opening (
  kind          TINYINT NOT NULL,
  subject       BIGINT  NOT NULL,
  buyer         BIGINT  NOT NULL,
  counted_since BIGINT  NOT NULL,
  amount        BIGINT  NOT NULL,
  PRIMARY KEY (kind, subject, buyer, counted_since)
) ENGINE=InnoDB;

-- How far each feed was read: all up to position is done, which is 1000 times the id of a batch and the place in it, or
-- 999 for all of it. owner is the reader that has its turn, until leased_until unless it renews that.
CREATE TABLE IF NOT EXISTS orderflow_feed (
  name         VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  position     BIGINT      NOT NULL,
  owner        BINARY(16)  NULL,
  leased_until DATETIME(6) NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB;

-- Orders that are being tried apart from others, by whom and how often that never ended.
CREATE TABLE IF NOT EXISTS orderflow_attempt (
  order_id   BINARY(16)  NOT NULL,
  attempts   SMALLINT    NOT NULL,
  owner      BINARY(16)  NOT NULL,
  claimed_at DATETIME(6) NOT NULL,
  PRIMARY KEY (order_id)
) ENGINE=InnoDB;

-- What could not be decided. hash is the SHA-256 of the whole body; body is cut at 256 KiB, and at 256 bytes where a
-- right tag is missing; length is not. attempts: how often the order was tried alone before; 0 if nothing was tried, or
-- if it came from tables of version 1. It has no default, so that no process of version 1 sets aside what it cannot read.
CREATE TABLE IF NOT EXISTS orderflow_dead_letter (
  hash       BINARY(32)   NOT NULL,
  reason     TINYINT      NOT NULL,
  detail     VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  order_id   BINARY(16)   NULL,
  attempts   SMALLINT     NOT NULL,
  length     INT          NOT NULL,
  body       MEDIUMBLOB   NOT NULL,
  created_at DATETIME(6)  NOT NULL,
  PRIMARY KEY (hash),
  KEY orderflow_dead_letter_created (created_at),
  KEY orderflow_dead_letter_order (order_id)
) ENGINE=InnoDB;

-- id 1 holds the version of these tables, 0 while they are upgraded, and the id of their shop, 16 random bytes that
-- whoever connects first draws; id 2 is a lock, held while products and wallets come into being; id 3 is one, held while
-- holds are expired; id 4 says since when deciding is paused, by whom and why, NULL while it is not. Each batch that gives
-- verdicts has a shared lock on it from its number to its commit.
CREATE TABLE IF NOT EXISTS orderflow_schema_version (
  id           TINYINT      NOT NULL,
  version      INT          NOT NULL,
  shop         BINARY(16)   NULL,
  paused_at    DATETIME(6)  NULL,
  paused_by    VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  pause_reason VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

INSERT INTO orderflow_schema_version (id, version) VALUES (1, 2), (2, 0), (3, 0), (4, 0) ON DUPLICATE KEY UPDATE version = version;
