-- Telemetry: profiles over time. Names, frames and stacks are stored once;
-- rows of these tables are never changed, so that a number once read stays
-- good. The formats of the blobs are written down in core/store/cells.h.

CREATE TABLE function (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
) STRICT;

-- Modules and files.
CREATE TABLE place (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE frame (
	id INTEGER PRIMARY KEY,
	function INTEGER NOT NULL REFERENCES function(id),
	module INTEGER NOT NULL REFERENCES place(id),
	file INTEGER NOT NULL REFERENCES place(id),
	line INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	UNIQUE (function, module, file, line, kind)
) STRICT;

-- hash finds candidates; frames decides.
CREATE TABLE stack (
	id INTEGER PRIMARY KEY,
	hash INTEGER NOT NULL,
	frames BLOB NOT NULL
) STRICT;
CREATE INDEX stack_hash ON stack(hash);

CREATE TABLE window (
	id INTEGER PRIMARY KEY,
	service INTEGER NOT NULL REFERENCES service(id),
	start_time INTEGER NOT NULL,
	end_time INTEGER NOT NULL,
	digest INTEGER NOT NULL,
	samples INTEGER NOT NULL,
	weight INTEGER NOT NULL,
	event TEXT,
	unit TEXT,
	labels BLOB,
	source TEXT,
	UNIQUE (service, digest, start_time, end_time)
) STRICT;
CREATE INDEX window_time ON window(service, start_time, end_time, id);

CREATE TABLE window_cells (
	window INTEGER PRIMARY KEY REFERENCES window(id),
	cells BLOB NOT NULL
) STRICT;

CREATE TABLE window_functions (
	window INTEGER PRIMARY KEY REFERENCES window(id),
	functions BLOB NOT NULL
) STRICT;
