-- What the detection run remembers of each service, so that the next run reads
-- only what is new. state is in a format of core/explain/detection_state.c;
-- findings are numbers of 8 bytes. A row that cannot be read is as good as none.
CREATE TABLE detection_state (
	service INTEGER PRIMARY KEY REFERENCES service(id),
	tests INTEGER NOT NULL,
	standing INTEGER NOT NULL,
	outcome INTEGER NOT NULL,
	findings BLOB NOT NULL,
	state BLOB NOT NULL
) STRICT;
