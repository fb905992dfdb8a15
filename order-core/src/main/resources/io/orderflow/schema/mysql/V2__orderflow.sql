-- orderflow, from schema version 1 to version 2. For MySQL 8.0.19+ and MariaDB 10.6+.
-- Every name begins with the table prefix; orderflow_ is the default.
--
-- OrderSchema.createOrUpgrade() runs these statements too, and looks first whether everything can be kept; a migration
-- tool runs them as they are. Each finds out by itself whether it was done. So what was interrupted is run again, from
-- the beginning. docs/upgrading.md says what to do before, and what processes of version 1 are told.

-- Part 1: what processes of version 1 do not see. A user without the right to make or alter tables fails here.

SET @ddl = IF((SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'orderflow_schema_version' AND column_name = 'shop') = 0,
  'ALTER TABLE orderflow_schema_version ADD COLUMN shop BINARY(16) NULL, ADD COLUMN paused_at DATETIME(6) NULL,
   ADD COLUMN paused_by VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
   ADD COLUMN pause_reason VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL',
  'DO 0');
PREPARE step FROM @ddl;
EXECUTE step;
DEALLOCATE PREPARE step;

CREATE TABLE IF NOT EXISTS orderflow_pending (
  id         BINARY(16)      NOT NULL,
  kind       TINYINT         NOT NULL,
  created_at DATETIME(6)     NOT NULL,
  orders     VARBINARY(8000) NOT NULL,
  frame      VARBINARY(56000),
  PRIMARY KEY (id),
  KEY orderflow_pending_created (kind, created_at)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS orderflow_purchase (
  product       BIGINT NOT NULL,
  buyer         BIGINT NOT NULL,
  pieces        BIGINT NOT NULL,
  counted_since BIGINT NOT NULL,
  PRIMARY KEY (product, buyer),
  CONSTRAINT orderflow_purchase_pieces_range CHECK (pieces >= 0)
) ENGINE=InnoDB;

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

CREATE TABLE IF NOT EXISTS orderflow_refund_line (
  change_id BINARY(16) NOT NULL,
  line_no   SMALLINT   NOT NULL,
  quantity  INT        NOT NULL,
  restocked TINYINT    NOT NULL,
  PRIMARY KEY (change_id, line_no),
  CONSTRAINT orderflow_refund_line_quantity_range CHECK (quantity >= 1)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS orderflow_hold (
  order_id BINARY(16)  NOT NULL,
  deadline DATETIME(6) NOT NULL,
  PRIMARY KEY (order_id),
  KEY orderflow_hold_deadline (deadline, order_id)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS orderflow_opening (
  kind          TINYINT NOT NULL,
  subject       BIGINT  NOT NULL,
  buyer         BIGINT  NOT NULL,
  counted_since BIGINT  NOT NULL,
  amount        BIGINT  NOT NULL,
  PRIMARY KEY (kind, subject, buyer, counted_since)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS orderflow_feed (
  name         VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  position     BIGINT      NOT NULL,
  owner        BINARY(16)  NULL,
  leased_until DATETIME(6) NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB;

SET @ddl = IF((SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'orderflow_stock' AND column_name = 'max_per_buyer') = 0,
  'ALTER TABLE orderflow_stock ADD COLUMN max_per_buyer BIGINT NOT NULL DEFAULT 0,
   ADD COLUMN counted_since BIGINT NOT NULL DEFAULT 0',
  'DO 0');
PREPARE step FROM @ddl;
EXECUTE step;
DEALLOCATE PREPARE step;

-- For part 2, which looks for the orders of each batch. Part 3 drops it with the column total, in one statement.
SET @ddl = IF((SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'orderflow_orders' AND index_name = 'orderflow_orders_upgrade') = 0
    AND (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'orderflow_orders' AND column_name = 'total') = 1,
  'ALTER TABLE orderflow_orders ADD KEY orderflow_orders_upgrade (batch_id, place, status, reason, created_at)',
  'DO 0');
PREPARE step FROM @ddl;
EXECUTE step;
DEALLOCATE PREPARE step;

-- From here on no process of version 1 starts. Those that run fail at their next order, decision or adjustment, since
-- they do not name a column that has no default, and then look at the version.
UPDATE orderflow_schema_version SET version = 0 WHERE id = 1 AND version = 1;

ALTER TABLE orderflow_orders ALTER COLUMN place DROP DEFAULT;

SET @ddl = IF((SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'orderflow_dead_letter' AND column_name = 'attempts') = 0,
  'ALTER TABLE orderflow_dead_letter ADD COLUMN attempts SMALLINT NOT NULL AFTER order_id',
  'DO 0');
PREPARE step FROM @ddl;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @ddl = IF((SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'orderflow_batch' AND column_name = 'kind') = 0,
  'ALTER TABLE orderflow_batch ADD COLUMN oldest DATETIME(6) NULL, ADD COLUMN kind TINYINT NOT NULL,
   ADD COLUMN members VARBINARY(8500) NULL, ADD COLUMN archived INT NOT NULL DEFAULT 0,
   ADD COLUMN server INT NOT NULL DEFAULT 0',
  'DO 0');
PREPARE step FROM @ddl;
EXECUTE step;
DEALLOCATE PREPARE step;

SET SESSION group_concat_max_len = 100000;
SET @first = 1;
SET @last = 9223372036854775807;

-- Part 2: the batches from @first to @last get the ids of their orders, and a verdict for each unless all completed.
-- createOrUpgrade runs this part for some batches at a time, each in a transaction of its own.

UPDATE orderflow_batch b JOIN (
    SELECT batch_id, MIN(created_at) AS oldest, MAX(status <> 1) AS unusual,
        GROUP_CONCAT(HEX(id) ORDER BY place SEPARATOR '') AS ids,
        GROUP_CONCAT(LPAD(HEX(status + 16 * reason), 2, '0') ORDER BY place SEPARATOR '') AS verdicts
    FROM orderflow_orders WHERE batch_id BETWEEN @first AND @last AND status IN (1, 2) GROUP BY batch_id
  ) o ON o.batch_id = b.id
  SET b.kind = 1, b.oldest = o.oldest, b.members = UNHEX(IF(o.unusual, CONCAT(o.ids, o.verdicts), o.ids))
  WHERE b.id BETWEEN @first AND @last AND b.kind = 0 AND b.members IS NULL;

-- Part 3: orders that wait get a group each, by which recovery finds them; then what version 2 does not have goes.

SET SESSION group_concat_max_len = DEFAULT;

INSERT INTO orderflow_pending (id, kind, created_at, orders)
  SELECT id, IF(status = 4, 1, 0), created_at, id FROM orderflow_orders
  WHERE status IN (0, 4) AND (SELECT version FROM orderflow_schema_version WHERE id = 1) = 0
  ON DUPLICATE KEY UPDATE kind = VALUES(kind);

SET @ddl = IF((SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'orderflow_orders' AND column_name = 'total') = 0,
  'DO 0',
  'ALTER TABLE orderflow_orders DROP CONSTRAINT orderflow_orders_total_range, DROP COLUMN total,
   DROP KEY orderflow_orders_status, DROP KEY orderflow_orders_upgrade,
   DROP CONSTRAINT orderflow_orders_status_range,
   ADD CONSTRAINT orderflow_orders_status_range CHECK (status BETWEEN 0 AND 10)');
PREPARE step FROM @ddl;
EXECUTE step;
DEALLOCATE PREPARE step;

INSERT INTO orderflow_schema_version (id, version) VALUES (3, 0), (4, 0) ON DUPLICATE KEY UPDATE version = version;

UPDATE orderflow_schema_version SET version = 2 WHERE id = 1 AND version = 0;
