-- What executions share with each other and with the outside.

CREATE TABLE promise (
  id ${text} NOT NULL PRIMARY KEY,
  execution ${text},
  path ${text},
  status ${text} NOT NULL,
  value ${text},
  title ${text},
  json_schema ${text},
  created_at BIGINT NOT NULL,
  due_at BIGINT,
  settled_at BIGINT
) ${clustered};

CREATE INDEX promise_pending ON promise (created_at) WHERE status = 'pending';
CREATE INDEX promise_execution ON promise (execution) WHERE execution IS NOT NULL;

-- The steps to be told when a promise is settled.
CREATE TABLE promise_waiter (
  promise ${text} NOT NULL,
  execution ${text} NOT NULL,
  path ${text} NOT NULL,
  PRIMARY KEY (promise, execution, path)
) ${clustered};

-- Keys of idempotent consumers.
CREATE TABLE seen_key (
  scope ${text} NOT NULL,
  name ${text} NOT NULL,
  owner ${text} NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (scope, name)
) ${clustered};

CREATE INDEX seen_key_until ON seen_key (until);

-- When the next call of a throttle would be on time.
CREATE TABLE pace (
  name ${text} NOT NULL PRIMARY KEY,
  next_at BIGINT NOT NULL
) ${clustered};

-- Groups of an aggregator that are not complete, and the step that goes on with each.
CREATE TABLE gathering (
  scope ${text} NOT NULL,
  name ${text} NOT NULL,
  execution ${text} NOT NULL,
  path ${text} NOT NULL,
  due_at BIGINT,
  PRIMARY KEY (scope, name)
) ${clustered};

CREATE TABLE gathered (
  scope ${text} NOT NULL,
  name ${text} NOT NULL,
  position INTEGER NOT NULL,
  value ${text} NOT NULL,
  PRIMARY KEY (scope, name, position)
) ${clustered};
