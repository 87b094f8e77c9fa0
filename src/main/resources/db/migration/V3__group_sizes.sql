-- How many values a group has, and of how many bytes together, so that adding one reads none.

ALTER TABLE gathering ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gathering ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;

UPDATE gathering SET
  size = (SELECT COUNT(*) FROM gathered
    WHERE gathered.scope = gathering.scope AND gathered.name = gathering.name),
  bytes = (SELECT COALESCE(SUM(octet_length(value)), 0) FROM gathered
    WHERE gathered.scope = gathering.scope AND gathered.name = gathering.name);

-- Finds the groups of a step that is lost.
CREATE INDEX gathering_owner ON gathering (execution, path);
