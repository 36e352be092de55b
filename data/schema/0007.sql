-- Windows by event and by labels, and windows that were added up. Distinct sets of labels are
-- few: a query judges each set once, and reads nothing of a window but the index.

CREATE TABLE label_set (
	id INTEGER PRIMARY KEY,
	labels BLOB NOT NULL UNIQUE
) STRICT;
INSERT INTO label_set(labels) SELECT DISTINCT labels FROM window WHERE labels IS NOT NULL;

-- NULL: no labels. parts: of how many windows as recorded this one is the sum.
ALTER TABLE window ADD COLUMN label_set INTEGER REFERENCES label_set(id);
ALTER TABLE window ADD COLUMN parts INTEGER NOT NULL DEFAULT 1;
UPDATE window SET label_set = (SELECT id FROM label_set s WHERE s.labels = window.labels)
	WHERE labels IS NOT NULL;

DROP INDEX window_time;
CREATE INDEX window_time ON window(service, start_time, end_time, id, event, label_set);

-- What the windows were that are in a sum now, so that a file imported again is still known.
CREATE TABLE window_part (
	service INTEGER NOT NULL REFERENCES service(id),
	digest INTEGER NOT NULL,
	start_time INTEGER NOT NULL,
	end_time INTEGER NOT NULL,
	PRIMARY KEY (service, digest, start_time, end_time)
) STRICT, WITHOUT ROWID;
