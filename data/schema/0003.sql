-- Series of any metric and of shares: times and values beside the profiles. The
-- format of points is written down in core/store/series_chunk.h.

CREATE TABLE series (
	id INTEGER PRIMARY KEY,
	service INTEGER NOT NULL REFERENCES service(id),
	name TEXT NOT NULL,
	kind INTEGER NOT NULL,
	unit TEXT,
	labels BLOB,
	points INTEGER NOT NULL,
	first_time INTEGER NOT NULL,
	last_time INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	UNIQUE (service, name)
) STRICT;

-- A stretch of one series. Times of two chunks of a series never overlap.
CREATE TABLE series_chunk (
	series INTEGER NOT NULL REFERENCES series(id),
	start_time INTEGER NOT NULL,
	end_time INTEGER NOT NULL,
	points BLOB NOT NULL,
	PRIMARY KEY (series, start_time)
) STRICT, WITHOUT ROWID;

-- What a user said about a metric: which direction of it is harm.
CREATE TABLE metric_harm (
	service INTEGER NOT NULL REFERENCES service(id),
	metric TEXT NOT NULL,
	harm INTEGER NOT NULL,
	PRIMARY KEY (service, metric)
) STRICT, WITHOUT ROWID;

-- A query of a Prometheus server that is fetched again and again; end_time is
-- how far it was read.
CREATE TABLE series_source (
	id INTEGER PRIMARY KEY,
	service INTEGER NOT NULL REFERENCES service(id),
	url TEXT NOT NULL,
	query TEXT NOT NULL,
	step INTEGER NOT NULL,
	end_time INTEGER NOT NULL,
	UNIQUE (service, url, query, step)
) STRICT;
