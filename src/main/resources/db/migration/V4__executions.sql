-- The history of a design across its deployments, newest first.
CREATE INDEX execution_design ON execution (design_id, id);
-- What went wrong anywhere and with a design, without reading past what went well.
CREATE INDEX execution_unhappy_all ON execution (id)
  WHERE status IN ('failed', 'cancelled');
CREATE INDEX execution_unhappy_design ON execution (design_id, id)
  WHERE status IN ('failed', 'cancelled');
