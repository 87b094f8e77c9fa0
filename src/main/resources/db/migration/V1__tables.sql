-- One text for both databases. Placeholders, filled in by dev.howdah.store.Schema:
--   ${text}       text that orders by bytes, so that ids sort alike on both databases
--   ${bytes}      the binary type
--   ${clustered}  keeps the rows of a table inside its primary key, where the database can
-- Times are milliseconds since 1970, UTC. Columns that hold JSON are text and never parsed here.

CREATE TABLE meta (
  key ${text} NOT NULL PRIMARY KEY,
  value ${text} NOT NULL
) ${clustered};

CREATE TABLE design (
  id ${text} NOT NULL,
  revision INTEGER NOT NULL,
  name ${text} NOT NULL,
  document ${text} NOT NULL,
  modules ${text} NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id, revision)
);

CREATE TABLE module (
  hash ${text} NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  content ${bytes} NOT NULL
);

CREATE TABLE module_name (
  name ${text} NOT NULL PRIMARY KEY,
  hash ${text} NOT NULL,
  updated_at BIGINT NOT NULL
) ${clustered};

CREATE TABLE deployment (
  id ${text} NOT NULL PRIMARY KEY,
  design_id ${text} NOT NULL,
  revision INTEGER NOT NULL,
  design_name ${text} NOT NULL,
  endpoint_path ${text} NOT NULL,
  status ${text} NOT NULL,
  schedule ${text},
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  last_execution_at BIGINT,
  execution_count BIGINT NOT NULL,
  CONSTRAINT deployment_path UNIQUE (endpoint_path)
);

CREATE TABLE execution (
  id ${text} NOT NULL PRIMARY KEY,
  deployment_id ${text},
  design_id ${text} NOT NULL,
  revision INTEGER NOT NULL,
  status ${text} NOT NULL,
  trigger_type ${text} NOT NULL,
  triggered_by ${text} NOT NULL,
  input ${text} NOT NULL,
  result ${text},
  error ${text},
  idempotency_key ${text},
  parent_execution ${text},
  parent_path ${text},
  started_at BIGINT NOT NULL,
  completed_at BIGINT,
  deadline_at BIGINT,
  version INTEGER NOT NULL
) ${clustered};

-- The history of a deployment, newest first.
CREATE INDEX execution_history ON execution (deployment_id, id);
-- What went wrong, without reading past what went well.
CREATE INDEX execution_unhappy ON execution (deployment_id, id)
  WHERE status IN ('failed', 'cancelled');
-- Recovery reads what is open and nothing else.
CREATE INDEX execution_open ON execution (id) WHERE status = 'running';
CREATE UNIQUE INDEX execution_idempotency ON execution (deployment_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX execution_parent ON execution (parent_execution, id)
  WHERE parent_execution IS NOT NULL;

CREATE TABLE step (
  execution ${text} NOT NULL,
  path ${text} NOT NULL,
  attempt INTEGER NOT NULL,
  status ${text} NOT NULL,
  output ${text},
  taken ${text},
  state ${text},
  worker_group ${text},
  node ${text},
  started_at BIGINT NOT NULL,
  duration_us BIGINT NOT NULL,
  error ${text},
  PRIMARY KEY (execution, path, attempt)
) ${clustered};

CREATE TABLE timer (
  execution ${text} NOT NULL,
  path ${text} NOT NULL,
  kind ${text} NOT NULL,
  attempt INTEGER NOT NULL,
  due_at BIGINT NOT NULL,
  PRIMARY KEY (execution, path, kind)
) ${clustered};

CREATE INDEX timer_due ON timer (due_at);
