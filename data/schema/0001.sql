-- The case book: what a team knows and did. Times are microseconds since the
-- epoch, NULL is "not known". Lists of strings that are only read with their
-- row are blobs of strings that each end in NUL.

CREATE TABLE service (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	repository TEXT,
	cores REAL NOT NULL,
	watts_per_core REAL NOT NULL,
	build TEXT,
	test TEXT,
	bench TEXT,
	style TEXT
) STRICT;

CREATE TABLE change (
	id INTEGER PRIMARY KEY,
	service INTEGER NOT NULL REFERENCES service(id),
	kind TEXT NOT NULL,
	key TEXT NOT NULL,
	time INTEGER NOT NULL,
	title TEXT NOT NULL,
	author_name TEXT,
	author_email TEXT,
	files BLOB,
	text TEXT,
	before TEXT,
	after TEXT,
	diff TEXT,
	UNIQUE (service, key)
) STRICT;
CREATE INDEX change_time ON change(service, time, id);
CREATE INDEX change_key ON change(key);

CREATE TABLE change_function (
	change INTEGER NOT NULL REFERENCES change(id),
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	file TEXT,
	added INTEGER NOT NULL,
	removed INTEGER NOT NULL,
	PRIMARY KEY (change, position)
) STRICT, WITHOUT ROWID;

-- What a list of findings shows, and no more. gain is the sort key after cores.
-- The index has every column, so that the inbox reads it from one end to the
-- other in its order and looks up nothing.
CREATE TABLE finding (
	id INTEGER PRIMARY KEY,
	service INTEGER NOT NULL REFERENCES service(id),
	kind INTEGER NOT NULL,
	state INTEGER NOT NULL,
	duplicate_of INTEGER REFERENCES finding(id),
	owner TEXT,
	subject TEXT NOT NULL,
	share_before REAL NOT NULL,
	share_after REAL NOT NULL,
	cores REAL,
	watts REAL,
	gain REAL NOT NULL,
	q REAL,
	changed_at INTEGER NOT NULL,
	detected_at INTEGER NOT NULL,
	suspect TEXT,
	suspect_author TEXT,
	suspect_score REAL,
	skill TEXT
) STRICT;
CREATE INDEX finding_order ON finding(
	cores DESC, gain DESC, detected_at DESC, id DESC, kind, state, service, subject, owner,
	share_before, share_after, watts, q, changed_at, suspect, suspect_author, suspect_score,
	skill
);

CREATE TABLE finding_detail (
	finding INTEGER PRIMARY KEY REFERENCES finding(id),
	service INTEGER NOT NULL REFERENCES service(id),
	fingerprint TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	file TEXT,
	line INTEGER NOT NULL,
	changed_low INTEGER NOT NULL,
	changed_high INTEGER NOT NULL,
	delta_low REAL,
	delta_high REAL,
	p REAL,
	samples_before REAL,
	samples_after REAL,
	windows_before INTEGER NOT NULL,
	windows_after INTEGER NOT NULL,
	impact_low REAL,
	impact_high REAL,
	members BLOB,
	verdict TEXT,
	evidence TEXT,
	UNIQUE (service, fingerprint)
) STRICT;

CREATE TABLE suspect (
	finding INTEGER NOT NULL REFERENCES finding(id),
	position INTEGER NOT NULL,
	change INTEGER REFERENCES change(id),
	key TEXT NOT NULL,
	title TEXT,
	author TEXT,
	time INTEGER NOT NULL,
	score REAL,
	attribution REAL,
	timing REAL,
	text REAL,
	diff REAL,
	functions BLOB,
	why TEXT,
	PRIMARY KEY (finding, position)
) STRICT, WITHOUT ROWID;

-- Never changed and never removed. A move keeps what was before it, so that it
-- can be taken back; the event that takes it back names it in undoes.
CREATE TABLE event (
	id INTEGER PRIMARY KEY,
	finding INTEGER NOT NULL REFERENCES finding(id),
	time INTEGER NOT NULL,
	user TEXT NOT NULL,
	kind TEXT NOT NULL,
	text TEXT,
	state_before INTEGER,
	state_after INTEGER,
	owner_before TEXT,
	duplicate_before INTEGER,
	undoes INTEGER REFERENCES event(id)
) STRICT;
CREATE INDEX event_finding ON event(finding, id);

CREATE TABLE investigation (
	id INTEGER PRIMARY KEY,
	finding INTEGER NOT NULL REFERENCES finding(id),
	skill TEXT NOT NULL,
	skill_digest TEXT,
	started_at INTEGER NOT NULL,
	ended_at INTEGER NOT NULL,
	verdict TEXT,
	confidence REAL
) STRICT;
CREATE INDEX investigation_finding ON investigation(finding, id);

CREATE TABLE investigation_step (
	investigation INTEGER NOT NULL REFERENCES investigation(id),
	position INTEGER NOT NULL,
	state INTEGER NOT NULL,
	says INTEGER NOT NULL,
	arguments TEXT,
	answer TEXT,
	conclusion TEXT,
	note TEXT,
	run_at INTEGER NOT NULL,
	PRIMARY KEY (investigation, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE patch (
	id INTEGER PRIMARY KEY,
	finding INTEGER NOT NULL REFERENCES finding(id),
	state INTEGER NOT NULL,
	by TEXT NOT NULL,
	skill TEXT,
	provider TEXT,
	model TEXT,
	tokens_in INTEGER NOT NULL,
	tokens_out INTEGER NOT NULL,
	base TEXT,
	files BLOB,
	title TEXT,
	why TEXT,
	risk TEXT,
	reviewer_name TEXT,
	reviewer_email TEXT,
	branch TEXT,
	commit_key TEXT,
	reason TEXT,
	created_at INTEGER NOT NULL,
	diff TEXT,
	scope BLOB
) STRICT;
CREATE INDEX patch_finding ON patch(finding, id);

CREATE TABLE patch_check (
	patch INTEGER NOT NULL REFERENCES patch(id),
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	result TEXT NOT NULL,
	detail TEXT,
	value_before REAL,
	value_after REAL,
	low REAL,
	high REAL,
	runs INTEGER NOT NULL,
	PRIMARY KEY (patch, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE activity (
	id INTEGER PRIMARY KEY,
	time INTEGER NOT NULL,
	actor TEXT NOT NULL,
	what TEXT NOT NULL,
	arguments TEXT,
	outcome TEXT,
	duration INTEGER NOT NULL
) STRICT;

CREATE TABLE trust (
	kind TEXT NOT NULL,
	digest TEXT NOT NULL,
	user TEXT NOT NULL,
	time INTEGER NOT NULL,
	PRIMARY KEY (kind, digest)
) STRICT, WITHOUT ROWID;
