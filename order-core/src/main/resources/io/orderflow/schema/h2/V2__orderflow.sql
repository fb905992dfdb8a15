-- orderflow, from schema version 1 to version 2. For H2 (MODE=MySQL).
-- Every name begins with the table prefix; orderflow_ is the default.
--
-- OrderSchema.createOrUpgrade() runs these statements too, and looks first whether everything can be kept; a migration
-- tool runs them as they are. Each finds out by itself whether it was done. So what was interrupted is run again, from
-- the beginning. docs/upgrading.md says what to do before, and what processes of version 1 are told.

-- Part 1: what processes of version 1 do not see.

ALTER TABLE orderflow_schema_version ADD COLUMN IF NOT EXISTS shop BINARY(16);
ALTER TABLE orderflow_schema_version ADD COLUMN IF NOT EXISTS paused_at DATETIME(6);
ALTER TABLE orderflow_schema_version ADD COLUMN IF NOT EXISTS paused_by VARCHAR(255);
ALTER TABLE orderflow_schema_version ADD COLUMN IF NOT EXISTS pause_reason VARCHAR(255);

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

ALTER TABLE orderflow_stock ADD COLUMN IF NOT EXISTS max_per_buyer BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE orderflow_stock ADD COLUMN IF NOT EXISTS counted_since BIGINT DEFAULT 0 NOT NULL;

-- From here on no process of version 1 starts.
UPDATE orderflow_schema_version SET version = 0 WHERE id = 1 AND version = 1;

ALTER TABLE orderflow_orders ALTER COLUMN place DROP DEFAULT;
ALTER TABLE orderflow_dead_letter ADD COLUMN IF NOT EXISTS attempts SMALLINT DEFAULT 0 NOT NULL AFTER order_id;
ALTER TABLE orderflow_dead_letter ALTER COLUMN attempts DROP DEFAULT;
ALTER TABLE orderflow_batch ADD COLUMN IF NOT EXISTS oldest DATETIME(6) NULL;
ALTER TABLE orderflow_batch ADD COLUMN IF NOT EXISTS kind TINYINT DEFAULT 0 NOT NULL;
ALTER TABLE orderflow_batch ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE orderflow_batch ADD COLUMN IF NOT EXISTS members VARBINARY(8500) NULL;
ALTER TABLE orderflow_batch ADD COLUMN IF NOT EXISTS archived INT DEFAULT 0 NOT NULL;
ALTER TABLE orderflow_batch ADD COLUMN IF NOT EXISTS server INT DEFAULT 0 NOT NULL;

-- For part 2. H2 has no aggregate that puts bytes together, so neighbours are: in nine steps up to 512 of them.
CREATE INDEX IF NOT EXISTS orderflow_orders_upgrade ON orderflow_orders (batch_id, place);
CREATE TABLE IF NOT EXISTS orderflow_upgrade (
  batch_id BIGINT         NOT NULL,
  place    INT            NOT NULL,
  ids      VARBINARY(8192) NOT NULL,
  verdicts VARBINARY(512)  NOT NULL,
  PRIMARY KEY (batch_id, place)
);
SET @first = 1;
SET @last = 9223372036854775807;

-- Part 2: the batches from @first to @last get the ids of their orders, and a verdict for each unless all completed.
-- createOrUpgrade runs this part for some batches at a time, each in a transaction of its own.

DELETE FROM orderflow_upgrade;
INSERT INTO orderflow_upgrade
  SELECT batch_id, place, id, CAST(CAST(status + 16 * reason AS TINYINT) AS VARBINARY(1)) FROM orderflow_orders
  WHERE batch_id BETWEEN @first AND @last AND status IN (1, 2);
UPDATE orderflow_upgrade p SET (ids, verdicts) =
  (SELECT p.ids || n.ids, p.verdicts || n.verdicts FROM orderflow_upgrade n
    WHERE n.batch_id = p.batch_id AND n.place = p.place + 1)
  WHERE MOD(place, 2) = 0 AND EXISTS
  (SELECT 1 FROM orderflow_upgrade n WHERE n.batch_id = p.batch_id AND n.place = p.place + 1);
UPDATE orderflow_upgrade p SET (ids, verdicts) =
  (SELECT p.ids || n.ids, p.verdicts || n.verdicts FROM orderflow_upgrade n
    WHERE n.batch_id = p.batch_id AND n.place = p.place + 2)
  WHERE MOD(place, 4) = 0 AND EXISTS
  (SELECT 1 FROM orderflow_upgrade n WHERE n.batch_id = p.batch_id AND n.place = p.place + 2);
UPDATE orderflow_upgrade p SET (ids, verdicts) =
  (SELECT p.ids || n.ids, p.verdicts || n.verdicts FROM orderflow_upgrade n
    WHERE n.batch_id = p.batch_id AND n.place = p.place + 4)
  WHERE MOD(place, 8) = 0 AND EXISTS
  (SELECT 1 FROM orderflow_upgrade n WHERE n.batch_id = p.batch_id AND n.place = p.place + 4);
UPDATE orderflow_upgrade p SET (ids, verdicts) =
  (SELECT p.ids || n.ids, p.verdicts || n.verdicts FROM orderflow_upgrade n
    WHERE n.batch_id = p.batch_id AND n.place = p.place + 8)
  WHERE MOD(place, 16) = 0 AND EXISTS
  (SELECT 1 FROM orderflow_upgrade n WHERE n.batch_id = p.batch_id AND n.place = p.place + 8);
UPDATE orderflow_upgrade p SET (ids, verdicts) =
  (SELECT p.ids || n.ids, p.verdicts || n.verdicts FROM orderflow_upgrade n
    WHERE n.batch_id = p.batch_id AND n.place = p.place + 16)
  WHERE MOD(place, 32) = 0 AND EXISTS
  (SELECT 1 FROM orderflow_upgrade n WHERE n.batch_id = p.batch_id AND n.place = p.place + 16);
UPDATE orderflow_upgrade p SET (ids, verdicts) =
  (SELECT p.ids || n.ids, p.verdicts || n.verdicts FROM orderflow_upgrade n
    WHERE n.batch_id = p.batch_id AND n.place = p.place + 32)
  WHERE MOD(place, 64) = 0 AND EXISTS
  (SELECT 1 FROM orderflow_upgrade n WHERE n.batch_id = p.batch_id AND n.place = p.place + 32);
UPDATE orderflow_upgrade p SET (ids, verdicts) =
  (SELECT p.ids || n.ids, p.verdicts || n.verdicts FROM orderflow_upgrade n
    WHERE n.batch_id = p.batch_id AND n.place = p.place + 64)
  WHERE MOD(place, 128) = 0 AND EXISTS
  (SELECT 1 FROM orderflow_upgrade n WHERE n.batch_id = p.batch_id AND n.place = p.place + 64);
UPDATE orderflow_upgrade p SET (ids, verdicts) =
  (SELECT p.ids || n.ids, p.verdicts || n.verdicts FROM orderflow_upgrade n
    WHERE n.batch_id = p.batch_id AND n.place = p.place + 128)
  WHERE MOD(place, 256) = 0 AND EXISTS
  (SELECT 1 FROM orderflow_upgrade n WHERE n.batch_id = p.batch_id AND n.place = p.place + 128);
UPDATE orderflow_upgrade p SET (ids, verdicts) =
  (SELECT p.ids || n.ids, p.verdicts || n.verdicts FROM orderflow_upgrade n
    WHERE n.batch_id = p.batch_id AND n.place = p.place + 256)
  WHERE MOD(place, 512) = 0 AND EXISTS
  (SELECT 1 FROM orderflow_upgrade n WHERE n.batch_id = p.batch_id AND n.place = p.place + 256);
UPDATE orderflow_batch b SET kind = 1,
    oldest = (SELECT MIN(created_at) FROM orderflow_orders o WHERE o.batch_id = b.id),
    members = (SELECT CASE WHEN EXISTS (SELECT 1 FROM orderflow_orders o WHERE o.batch_id = b.id AND o.status <> 1)
      THEN p.ids || p.verdicts ELSE p.ids END FROM orderflow_upgrade p WHERE p.batch_id = b.id AND p.place = 0)
  WHERE b.id BETWEEN @first AND @last AND b.kind = 0 AND b.members IS NULL
    AND b.id IN (SELECT batch_id FROM orderflow_upgrade WHERE place = 0);

-- Part 3: orders that wait get a group each, by which recovery finds them; then what version 2 does not have goes.

INSERT INTO orderflow_pending (id, kind, created_at, orders)
  SELECT id, CASE status WHEN 4 THEN 1 ELSE 0 END, created_at, id FROM orderflow_orders
  WHERE status IN (0, 4) AND (SELECT version FROM orderflow_schema_version WHERE id = 1) = 0
  ON DUPLICATE KEY UPDATE kind = VALUES(kind);

DROP TABLE IF EXISTS orderflow_upgrade;
DROP INDEX IF EXISTS orderflow_orders_upgrade;
DROP INDEX IF EXISTS orderflow_orders_status;
ALTER TABLE orderflow_orders DROP CONSTRAINT IF EXISTS orderflow_orders_total_range;
ALTER TABLE orderflow_orders DROP COLUMN IF EXISTS total;
ALTER TABLE orderflow_orders DROP CONSTRAINT IF EXISTS orderflow_orders_status_range;
ALTER TABLE orderflow_orders ADD CONSTRAINT orderflow_orders_status_range CHECK (status BETWEEN 0 AND 10);

INSERT INTO orderflow_schema_version (id, version) VALUES (3, 0), (4, 0) ON DUPLICATE KEY UPDATE version = version;

UPDATE orderflow_schema_version SET version = 2 WHERE id = 1 AND version = 0;
