-- What detection keeps beside its findings: the funnel of the latest run of each
-- service, and the change points that a stage filtered in it. And what a
-- finding says since not all of them are shares of functions.

-- NULL: before and after are shares, fractions of 1.
ALTER TABLE finding ADD COLUMN unit TEXT;
ALTER TABLE finding_detail ADD COLUMN config TEXT;

DROP INDEX finding_order;
CREATE INDEX finding_order ON finding(
	cores DESC, gain DESC, detected_at DESC, id DESC, kind, state, service, subject, owner,
	share_before, share_after, watts, q, changed_at, suspect, suspect_author, suspect_score,
	skill, unit
);

-- One row a service: a run replaces the one before. configs is JSON.
CREATE TABLE detection_run (
	service INTEGER PRIMARY KEY REFERENCES service(id),
	time INTEGER NOT NULL,
	from_time INTEGER NOT NULL,
	to_time INTEGER NOT NULL,
	windows INTEGER NOT NULL,
	samples INTEGER NOT NULL,
	series INTEGER NOT NULL,
	change_points INTEGER NOT NULL,
	findings INTEGER NOT NULL,
	improvements INTEGER NOT NULL,
	configs TEXT
) STRICT;

-- In the order of the funnel.
CREATE TABLE detection_stage (
	service INTEGER NOT NULL REFERENCES service(id),
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	filtered INTEGER NOT NULL,
	PRIMARY KEY (service, position)
) STRICT, WITHOUT ROWID;

-- position counts within a stage, the smallest p first.
CREATE TABLE detection_candidate (
	service INTEGER NOT NULL REFERENCES service(id),
	stage TEXT NOT NULL,
	position INTEGER NOT NULL,
	subject_kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	changed_at INTEGER NOT NULL,
	changed_low INTEGER NOT NULL,
	changed_high INTEGER NOT NULL,
	value_before REAL,
	value_after REAL,
	unit TEXT,
	p REAL,
	q REAL,
	value REAL,
	bound REAL,
	why TEXT,
	config TEXT,
	PRIMARY KEY (service, stage, position)
) STRICT, WITHOUT ROWID;
