-- Which execution one runs again, and from which it has taken over steps: ids, the nearest first, with spaces between.

ALTER TABLE execution ADD COLUMN rerun_of ${text};
ALTER TABLE execution ADD COLUMN lineage ${text};

UPDATE execution SET rerun_of = parent_execution, parent_execution = NULL, parent_path = NULL
  WHERE parent_path = '';

CREATE INDEX execution_rerun ON execution (rerun_of) WHERE rerun_of IS NOT NULL;
