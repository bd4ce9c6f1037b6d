-- The schema of incubation, as its migrations leave it. Made by `make schema`; a test compares it with a migrated
-- database. Left out: the outbox's partitions of single days, which the relay creates and drops.
-- By table: columns, constraints, indexes, row-level security, triggers, grants. Functions are at the end.

CREATE TYPE audit_change AS (
	division text,
	object_id text,
	diff jsonb,
	policy text
);
CREATE SEQUENCE outbox_position
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
GRANT USAGE ON SCHEMA public TO shuangfu_runtime;
GRANT USAGE ON SEQUENCE outbox_position TO shuangfu_runtime;
GRANT USAGE ON SEQUENCE outbox_seq_seq TO shuangfu_runtime;
ALTER DEFAULT PRIVILEGES FOR ROLE shuangfu_owner REVOKE ALL ON FUNCTIONS FROM PUBLIC;

-- activities
CREATE TABLE activities (
    id uuid NOT NULL,
    kind text NOT NULL,
    division text NOT NULL,
    title text NOT NULL,
    on_day date NOT NULL,
    lasting boolean NOT NULL,
    until date,
    partner text,
    place text,
    field text,
    participants integer,
    service text,
    state text NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_activities_participants CHECK ((participants > 0)),
    CONSTRAINT ck_activities_state CHECK ((state = ANY (ARRAY['recorded'::text, 'withdrawn'::text]))),
    CONSTRAINT ck_activities_until CHECK (((until IS NULL) OR ((until > on_day) AND lasting)))
);

ALTER TABLE ONLY activities FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY activities ADD CONSTRAINT pk_activities PRIMARY KEY (id);
ALTER TABLE ONLY activities ADD CONSTRAINT uq_activities_id_division UNIQUE (id, division);
CREATE INDEX ix_activities_division ON activities USING btree (division text_pattern_ops, id);
CREATE INDEX ix_activities_on_day ON activities USING btree (on_day, kind);
CREATE TRIGGER audit_delete AFTER DELETE ON activities REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_activities();
CREATE TRIGGER audit_insert AFTER INSERT ON activities REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_activities();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON activities FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON activities REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_activities();
ALTER TABLE activities ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON activities USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON activities AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (ARRAY( SELECT activity_parties.activity_id
   FROM activity_parties
  WHERE (activity_parties.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE activities TO shuangfu_runtime;

-- activity_parties
CREATE TABLE activity_parties (
    activity_id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL
);

ALTER TABLE ONLY activity_parties FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY activity_parties ADD CONSTRAINT pk_activity_parties PRIMARY KEY (activity_id, party_organization_id);
CREATE INDEX ix_activity_parties_party ON activity_parties USING btree (party_organization_id);
CREATE TRIGGER audit_delete AFTER DELETE ON activity_parties REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_activity_parties();
CREATE TRIGGER audit_insert AFTER INSERT ON activity_parties REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_activity_parties();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON activity_parties FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON activity_parties REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_activity_parties();
ALTER TABLE ONLY activity_parties ADD CONSTRAINT fk_activity_parties_activity_id_division_activities FOREIGN KEY (activity_id, division) REFERENCES activities(id, division) ON UPDATE CASCADE;
ALTER TABLE activity_parties ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON activity_parties USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON activity_parties AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE activity_parties TO shuangfu_runtime;

-- area_bodies
CREATE TABLE area_bodies (
    body_id uuid NOT NULL,
    division text NOT NULL,
    area text,
    filed boolean NOT NULL,
    sequence bigint NOT NULL,
    asked uuid,
    stated_in uuid
);

ALTER TABLE ONLY area_bodies FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY area_bodies ADD CONSTRAINT pk_area_bodies PRIMARY KEY (body_id);
CREATE INDEX ix_area_bodies_area ON area_bodies USING btree (area);
CREATE INDEX ix_area_bodies_division ON area_bodies USING btree (division text_pattern_ops, body_id);
CREATE TRIGGER counts_delete AFTER DELETE ON area_bodies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_area_bodies();
CREATE TRIGGER counts_insert AFTER INSERT ON area_bodies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_area_bodies();
CREATE TRIGGER counts_update AFTER UPDATE ON area_bodies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_area_bodies();
ALTER TABLE area_bodies ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON area_bodies USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON area_bodies AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE area_bodies TO shuangfu_runtime;

-- area_body_counts
CREATE TABLE area_body_counts (
    id uuid NOT NULL,
    division text NOT NULL,
    area text NOT NULL,
    filed boolean NOT NULL,
    bodies bigint NOT NULL
);

ALTER TABLE ONLY area_body_counts FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY area_body_counts ADD CONSTRAINT pk_area_body_counts PRIMARY KEY (id);
CREATE INDEX ix_area_body_counts_division ON area_body_counts USING btree (division text_pattern_ops, area);
ALTER TABLE area_body_counts ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON area_body_counts USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON area_body_counts AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT ON TABLE area_body_counts TO shuangfu_runtime;

-- area_divisions
CREATE TABLE area_divisions (
    division text NOT NULL,
    assigned_on date
);

ALTER TABLE ONLY area_divisions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY area_divisions ADD CONSTRAINT pk_area_divisions PRIMARY KEY (division);
ALTER TABLE area_divisions ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON area_divisions USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON area_divisions AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE area_divisions TO shuangfu_runtime;

-- area_faults
CREATE TABLE area_faults (
    id uuid NOT NULL,
    division text NOT NULL,
    what text NOT NULL,
    areas text NOT NULL,
    square_metres bigint NOT NULL,
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    CONSTRAINT ck_area_faults_what CHECK ((what = ANY (ARRAY['gap'::text, 'overlap'::text])))
);

ALTER TABLE ONLY area_faults FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY area_faults ADD CONSTRAINT pk_area_faults PRIMARY KEY (id);
CREATE INDEX ix_area_faults_division ON area_faults USING btree (division text_pattern_ops, id);
ALTER TABLE area_faults ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON area_faults USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON area_faults AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE area_faults TO shuangfu_runtime;

-- area_outlines
CREATE TABLE area_outlines (
    id uuid NOT NULL,
    area_id uuid NOT NULL,
    division text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    polygon jsonb NOT NULL,
    datum text NOT NULL,
    square_metres integer NOT NULL,
    workers integer NOT NULL,
    west double precision NOT NULL,
    south double precision NOT NULL,
    east double precision NOT NULL,
    north double precision NOT NULL,
    within text NOT NULL,
    policy text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_area_outlines_datum CHECK ((datum = ANY (ARRAY['WGS84'::text, 'CGCS2000'::text, 'GCJ02'::text, 'BD09'::text]))),
    CONSTRAINT ck_area_outlines_valid_until CHECK ((valid_until > valid_from)),
    CONSTRAINT ck_area_outlines_within CHECK ((within = ANY (ARRAY['inside'::text, 'boundary_unknown'::text])))
);

ALTER TABLE ONLY area_outlines FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY area_outlines ADD CONSTRAINT pk_area_outlines PRIMARY KEY (id);
ALTER TABLE ONLY area_outlines ADD CONSTRAINT uq_area_outlines_area_id_valid_from UNIQUE (area_id, valid_from);
CREATE INDEX ix_area_outlines_division ON area_outlines USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON area_outlines REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_area_outlines();
CREATE TRIGGER audit_insert AFTER INSERT ON area_outlines REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_area_outlines();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON area_outlines FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON area_outlines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_area_outlines();
ALTER TABLE ONLY area_outlines ADD CONSTRAINT fk_area_outlines_area_id_division_area_records FOREIGN KEY (area_id, division) REFERENCES area_records(id, division) ON UPDATE CASCADE;
ALTER TABLE area_outlines ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON area_outlines USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON area_outlines AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE area_outlines TO shuangfu_runtime;

-- area_proposals
CREATE TABLE area_proposals (
    id uuid NOT NULL,
    division text NOT NULL,
    policy text NOT NULL,
    state text NOT NULL,
    bodies integer NOT NULL,
    settled integer NOT NULL,
    attempts integer NOT NULL,
    taken_until timestamp with time zone,
    failure text,
    within text,
    areas jsonb,
    left_out jsonb,
    version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT ck_area_proposals_state CHECK ((state = ANY (ARRAY['computing'::text, 'ready'::text, 'failed'::text]))),
    CONSTRAINT ck_area_proposals_within CHECK ((within = ANY (ARRAY['inside'::text, 'boundary_unknown'::text])))
);

ALTER TABLE ONLY area_proposals FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY area_proposals ADD CONSTRAINT pk_area_proposals PRIMARY KEY (id);
CREATE INDEX ix_area_proposals_computing ON area_proposals USING btree (created_at) WHERE (state = 'computing'::text);
CREATE INDEX ix_area_proposals_division ON area_proposals USING btree (division text_pattern_ops, id);
ALTER TABLE area_proposals ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON area_proposals USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON area_proposals AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE area_proposals TO shuangfu_runtime;

-- area_records
CREATE TABLE area_records (
    id uuid NOT NULL,
    code text NOT NULL,
    division text NOT NULL,
    name text NOT NULL,
    followed_by jsonb NOT NULL,
    ended_why text,
    version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY area_records FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY area_records ADD CONSTRAINT pk_area_records PRIMARY KEY (id);
ALTER TABLE ONLY area_records ADD CONSTRAINT uq_area_records_code UNIQUE (code);
ALTER TABLE ONLY area_records ADD CONSTRAINT uq_area_records_id_division UNIQUE (id, division);
CREATE INDEX ix_area_records_division ON area_records USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON area_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_area_records();
CREATE TRIGGER audit_insert AFTER INSERT ON area_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_area_records();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON area_records FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON area_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_area_records();
ALTER TABLE area_records ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON area_records USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON area_records AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE area_records TO shuangfu_runtime;

-- areas
CREATE TABLE areas (
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    version bigint NOT NULL
);

ALTER TABLE ONLY areas FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY areas ADD CONSTRAINT pk_areas PRIMARY KEY (party_organization_id);
ALTER TABLE ONLY areas ADD CONSTRAINT uq_areas_division_street UNIQUE (division, street);
CREATE TRIGGER audit_delete AFTER DELETE ON areas REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_areas();
CREATE TRIGGER audit_insert AFTER INSERT ON areas REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_areas();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON areas FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON areas REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_areas();
ALTER TABLE areas ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON areas USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON areas AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE areas TO shuangfu_runtime;

-- bodies
CREATE TABLE bodies (
    id uuid NOT NULL,
    code text NOT NULL,
    names jsonb NOT NULL,
    level text NOT NULL,
    kind text NOT NULL,
    structure text,
    department text,
    division text NOT NULL,
    street text,
    parent text,
    since date NOT NULL,
    until date,
    sequence bigint NOT NULL,
    conference jsonb
);

ALTER TABLE ONLY bodies FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY bodies ADD CONSTRAINT pk_bodies PRIMARY KEY (id);
CREATE INDEX ix_bodies_code ON bodies USING btree (code);
CREATE INDEX ix_bodies_division ON bodies USING btree (division text_pattern_ops, id);
ALTER TABLE bodies ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON bodies FOR SELECT USING (((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])) OR (EXISTS ( SELECT
   FROM unnest(( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)) s(pattern)
  WHERE (rtrim(s.pattern, '%'::text) ~~ (regexp_replace(bodies.division, '(00)+$'::text, ''::text) || '%'::text))))));
CREATE POLICY scope ON bodies USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON bodies AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE bodies TO shuangfu_runtime;

-- case_arrangements
CREATE TABLE case_arrangements (
    case_id uuid NOT NULL,
    version bigint NOT NULL,
    division text NOT NULL,
    until date,
    instructor jsonb,
    work_group boolean NOT NULL
);

ALTER TABLE ONLY case_arrangements FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY case_arrangements ADD CONSTRAINT pk_case_arrangements PRIMARY KEY (case_id, version);
CREATE TRIGGER audit_delete AFTER DELETE ON case_arrangements REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_case_arrangements();
CREATE TRIGGER audit_insert AFTER INSERT ON case_arrangements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_case_arrangements();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON case_arrangements FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON case_arrangements REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_case_arrangements();
ALTER TABLE ONLY case_arrangements ADD CONSTRAINT fk_case_arrangements_case_id_division_formation_cases FOREIGN KEY (case_id, division) REFERENCES formation_cases(id, division) ON UPDATE CASCADE;
ALTER TABLE case_arrangements ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON case_arrangements USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON case_arrangements AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (case_id = ANY (ARRAY( SELECT formation_cases.id
   FROM formation_cases))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (case_id = ANY (ARRAY( SELECT formation_cases.id
   FROM formation_cases)))));
GRANT SELECT,INSERT ON TABLE case_arrangements TO shuangfu_runtime;

-- case_occasions
CREATE TABLE case_occasions (
    case_id uuid NOT NULL,
    division text NOT NULL,
    occasion text NOT NULL,
    concerns uuid NOT NULL,
    CONSTRAINT ck_case_occasions_occasion CHECK ((occasion = ANY (ARRAY['kind'::text, 'moved'::text, 'work_group'::text])))
);

ALTER TABLE ONLY case_occasions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY case_occasions ADD CONSTRAINT pk_case_occasions PRIMARY KEY (case_id);
CREATE INDEX ix_case_occasions_concerns ON case_occasions USING btree (concerns);
CREATE TRIGGER audit_delete AFTER DELETE ON case_occasions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_case_occasions();
CREATE TRIGGER audit_insert AFTER INSERT ON case_occasions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_case_occasions();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON case_occasions FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON case_occasions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_case_occasions();
ALTER TABLE ONLY case_occasions ADD CONSTRAINT fk_case_occasions_case_id_division_formation_cases FOREIGN KEY (case_id, division) REFERENCES formation_cases(id, division) ON UPDATE CASCADE;
ALTER TABLE case_occasions ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON case_occasions USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON case_occasions AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (case_id = ANY (ARRAY( SELECT formation_cases.id
   FROM formation_cases))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (case_id = ANY (ARRAY( SELECT formation_cases.id
   FROM formation_cases)))));
GRANT SELECT,INSERT,UPDATE ON TABLE case_occasions TO shuangfu_runtime;

-- coverage_claims
CREATE TABLE coverage_claims (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    organization_id uuid NOT NULL,
    sequence bigint NOT NULL,
    covered boolean NOT NULL
);

ALTER TABLE ONLY coverage_claims FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY coverage_claims ADD CONSTRAINT pk_coverage_claims PRIMARY KEY (id);
CREATE INDEX ix_coverage_claims_organization_id ON coverage_claims USING btree (organization_id);
CREATE INDEX ix_coverage_claims_party_organization_id ON coverage_claims USING btree (party_organization_id, sequence);
ALTER TABLE coverage_claims ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON coverage_claims USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON coverage_claims AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE coverage_claims TO shuangfu_runtime;

-- coverage_spans
CREATE TABLE coverage_spans (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    form text NOT NULL,
    since date NOT NULL,
    until date,
    sequence bigint NOT NULL,
    CONSTRAINT ck_coverage_spans_until CHECK ((until >= since))
);

ALTER TABLE ONLY coverage_spans FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY coverage_spans ADD CONSTRAINT pk_coverage_spans PRIMARY KEY (id);
CREATE INDEX ix_coverage_spans_division ON coverage_spans USING btree (division text_pattern_ops, id);
CREATE INDEX ix_coverage_spans_organization_id ON coverage_spans USING btree (organization_id, party_organization_id);
ALTER TABLE coverage_spans ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON coverage_spans USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON coverage_spans AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE coverage_spans TO shuangfu_runtime;

-- cultivations
CREATE TABLE cultivations (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    staff_to_members integer NOT NULL,
    members_to_staff integer NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_cultivations_counts CHECK (((staff_to_members >= 0) AND (members_to_staff >= 0)))
);

ALTER TABLE ONLY cultivations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY cultivations ADD CONSTRAINT pk_cultivations PRIMARY KEY (id);
ALTER TABLE ONLY cultivations ADD CONSTRAINT uq_cultivations_party_organization_id_year UNIQUE (party_organization_id, year);
CREATE INDEX ix_cultivations_division ON cultivations USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON cultivations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_cultivations();
CREATE TRIGGER audit_insert AFTER INSERT ON cultivations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_cultivations();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON cultivations FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON cultivations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_cultivations();
ALTER TABLE cultivations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON cultivations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON cultivations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE cultivations TO shuangfu_runtime;

-- division_boundaries
CREATE TABLE division_boundaries (
    id uuid NOT NULL,
    division text NOT NULL,
    polygons jsonb NOT NULL,
    datum text NOT NULL,
    source text NOT NULL,
    square_metres bigint NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_division_boundaries_datum CHECK ((datum = ANY (ARRAY['WGS84'::text, 'CGCS2000'::text, 'GCJ02'::text, 'BD09'::text])))
);

ALTER TABLE ONLY division_boundaries FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY division_boundaries ADD CONSTRAINT pk_division_boundaries PRIMARY KEY (id);
ALTER TABLE ONLY division_boundaries ADD CONSTRAINT uq_division_boundaries_division UNIQUE (division);
CREATE TRIGGER audit_delete AFTER DELETE ON division_boundaries REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_division_boundaries();
CREATE TRIGGER audit_insert AFTER INSERT ON division_boundaries REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_division_boundaries();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON division_boundaries FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON division_boundaries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_division_boundaries();
ALTER TABLE division_boundaries ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON division_boundaries USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON division_boundaries AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE division_boundaries TO shuangfu_runtime;

-- document_scans
CREATE TABLE document_scans (
    document_id uuid NOT NULL,
    version integer NOT NULL,
    division text NOT NULL,
    media_type text NOT NULL,
    size_bytes integer NOT NULL,
    sha256 text NOT NULL,
    content bytea NOT NULL,
    filed_by text NOT NULL,
    filed_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY document_scans FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY document_scans ADD CONSTRAINT pk_document_scans PRIMARY KEY (document_id, version);
CREATE INDEX ix_document_scans_division ON document_scans USING btree (division text_pattern_ops, document_id);
CREATE TRIGGER audit_delete AFTER DELETE ON document_scans REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_document_scans();
CREATE TRIGGER audit_insert AFTER INSERT ON document_scans REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_document_scans();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON document_scans FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON document_scans REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_document_scans();
CREATE TRIGGER stay BEFORE DELETE OR UPDATE ON document_scans FOR EACH ROW EXECUTE FUNCTION document_scans_stay();
ALTER TABLE ONLY document_scans ADD CONSTRAINT fk_document_scans_document_id_division_documents FOREIGN KEY (document_id, division) REFERENCES documents(id, division) ON UPDATE CASCADE;
ALTER TABLE document_scans ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON document_scans USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON document_scans AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (document_id = ANY (ARRAY( SELECT documents.id
   FROM documents))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (document_id = ANY (ARRAY( SELECT documents.id
   FROM documents)))));
GRANT SELECT,INSERT ON TABLE document_scans TO shuangfu_runtime;

-- document_series
CREATE TABLE document_series (
    division text NOT NULL,
    series text NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT ck_document_series_last CHECK ((last > 0))
);

ALTER TABLE ONLY document_series FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY document_series ADD CONSTRAINT pk_document_series PRIMARY KEY (division, series, year);
ALTER TABLE document_series ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON document_series USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON document_series AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE document_series TO shuangfu_runtime;

-- documents
CREATE TABLE documents (
    id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    division text NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid,
    subject text NOT NULL,
    name text NOT NULL,
    title text NOT NULL,
    issuer text NOT NULL,
    issuer_name text NOT NULL,
    issuer_division text NOT NULL,
    series text,
    policy text NOT NULL,
    given jsonb NOT NULL,
    facts jsonb NOT NULL,
    content jsonb NOT NULL,
    notes jsonb DEFAULT '{}'::jsonb NOT NULL,
    drafted_by text NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    checked_by text,
    checked_at timestamp with time zone,
    issued_by text,
    issued_at timestamp with time zone,
    withdrawn_by text,
    withdrawn_at timestamp with time zone,
    year integer,
    number integer,
    issued_on date,
    version bigint NOT NULL,
    CONSTRAINT ck_documents_issued CHECK (((state = 'issued'::text) = (issued_on IS NOT NULL))),
    CONSTRAINT ck_documents_number CHECK ((((state = 'issued'::text) AND (series IS NOT NULL)) = (number IS NOT NULL))),
    CONSTRAINT ck_documents_state CHECK ((state = ANY (ARRAY['drafted'::text, 'checked'::text, 'issued'::text, 'withdrawn'::text])))
);

ALTER TABLE ONLY documents FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY documents ADD CONSTRAINT pk_documents PRIMARY KEY (id);
ALTER TABLE ONLY documents ADD CONSTRAINT uq_documents_id_division UNIQUE (id, division);
ALTER TABLE ONLY documents ADD CONSTRAINT uq_documents_issuer_division_series_year_number UNIQUE (issuer_division, series, year, number);
CREATE INDEX ix_documents_division ON documents USING btree (division text_pattern_ops, id);
CREATE INDEX ix_documents_subject_id ON documents USING btree (subject_id, id);
CREATE INDEX ix_documents_waiting ON documents USING btree (state) WHERE (state = ANY (ARRAY['drafted'::text, 'checked'::text]));
CREATE TRIGGER audit_delete AFTER DELETE ON documents REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_documents();
CREATE TRIGGER audit_insert AFTER INSERT ON documents REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_documents();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON documents FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON documents REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_documents();
CREATE TRIGGER stay BEFORE DELETE OR UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION documents_stay();
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON documents USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON documents AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR ((state = 'issued'::text) AND ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (subject_id = ANY (ARRAY( SELECT formation_cases.id
   FROM formation_cases
UNION ALL
 SELECT incubatees.id
   FROM incubatees))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR ((state = 'issued'::text) AND ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (subject_id = ANY (ARRAY( SELECT formation_cases.id
   FROM formation_cases
UNION ALL
 SELECT incubatees.id
   FROM incubatees)))))));
GRANT SELECT,INSERT,UPDATE ON TABLE documents TO shuangfu_runtime;

-- double_reports
CREATE TABLE double_reports (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    counts jsonb NOT NULL,
    outcome text NOT NULL,
    policy text NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_double_reports_outcome CHECK ((outcome = ANY (ARRAY['complete'::text, 'some_missing'::text, 'none'::text])))
);

ALTER TABLE ONLY double_reports FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY double_reports ADD CONSTRAINT pk_double_reports PRIMARY KEY (id);
ALTER TABLE ONLY double_reports ADD CONSTRAINT uq_double_reports_party_organization_id_year UNIQUE (party_organization_id, year);
CREATE INDEX ix_double_reports_division ON double_reports USING btree (division text_pattern_ops, id);
ALTER TABLE double_reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON double_reports USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON double_reports AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE double_reports TO shuangfu_runtime;

-- filed_bodies
CREATE TABLE filed_bodies (
    id uuid NOT NULL,
    number text NOT NULL,
    name text NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    lon double precision,
    lat double precision,
    filed_on date NOT NULL,
    until date,
    sequence bigint NOT NULL
);

ALTER TABLE ONLY filed_bodies FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY filed_bodies ADD CONSTRAINT pk_filed_bodies PRIMARY KEY (id);
CREATE INDEX ix_filed_bodies_division ON filed_bodies USING btree (division text_pattern_ops, id);
CREATE TRIGGER counts_delete AFTER DELETE ON filed_bodies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_filed_bodies();
CREATE TRIGGER counts_insert AFTER INSERT ON filed_bodies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_filed_bodies();
CREATE TRIGGER counts_update AFTER UPDATE ON filed_bodies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_filed_bodies();
ALTER TABLE filed_bodies ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON filed_bodies USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON filed_bodies AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE filed_bodies TO shuangfu_runtime;

-- filed_body_counts
CREATE TABLE filed_body_counts (
    id uuid NOT NULL,
    division text NOT NULL,
    filed_year integer NOT NULL,
    until date,
    bodies bigint NOT NULL
);

ALTER TABLE ONLY filed_body_counts FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY filed_body_counts ADD CONSTRAINT pk_filed_body_counts PRIMARY KEY (id);
CREATE INDEX ix_filed_body_counts_division ON filed_body_counts USING btree (division text_pattern_ops, filed_year);
ALTER TABLE filed_body_counts ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON filed_body_counts USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON filed_body_counts AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT ON TABLE filed_body_counts TO shuangfu_runtime;

-- formation_case_steps
CREATE TABLE formation_case_steps (
    case_id uuid NOT NULL,
    version bigint NOT NULL,
    division text NOT NULL,
    step text NOT NULL,
    at timestamp with time zone NOT NULL,
    taken_by text NOT NULL,
    note text,
    body text,
    reasons jsonb
);

ALTER TABLE ONLY formation_case_steps FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY formation_case_steps ADD CONSTRAINT pk_formation_case_steps PRIMARY KEY (case_id, version);
CREATE TRIGGER audit_delete AFTER DELETE ON formation_case_steps REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_formation_case_steps();
CREATE TRIGGER audit_insert AFTER INSERT ON formation_case_steps REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_formation_case_steps();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON formation_case_steps FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON formation_case_steps REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_formation_case_steps();
ALTER TABLE ONLY formation_case_steps ADD CONSTRAINT fk_formation_case_steps_case_id_division_formation_cases FOREIGN KEY (case_id, division) REFERENCES formation_cases(id, division) ON UPDATE CASCADE;
ALTER TABLE formation_case_steps ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON formation_case_steps USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON formation_case_steps AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (case_id = ANY (ARRAY( SELECT formation_cases.id
   FROM formation_cases))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (case_id = ANY (ARRAY( SELECT formation_cases.id
   FROM formation_cases)))));
GRANT SELECT,INSERT ON TABLE formation_case_steps TO shuangfu_runtime;

-- formation_cases
CREATE TABLE formation_cases (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    uscc text NOT NULL,
    name text NOT NULL,
    division text NOT NULL,
    street text,
    check_id uuid NOT NULL,
    outcome text NOT NULL,
    party_organization_kind text NOT NULL,
    state text NOT NULL,
    due_on date NOT NULL,
    deferred_until date,
    note text,
    party_organization_id uuid,
    version bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    decided_at timestamp with time zone,
    CONSTRAINT ck_formation_cases_state CHECK ((state = ANY (ARRAY['open'::text, 'approved'::text, 'deferred'::text, 'closed'::text])))
);

ALTER TABLE ONLY formation_cases FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY formation_cases ADD CONSTRAINT pk_formation_cases PRIMARY KEY (id);
CREATE INDEX ix_formation_cases_approved_joint ON formation_cases USING btree (party_organization_id) WHERE ((state = 'approved'::text) AND (outcome = 'joint'::text));
CREATE INDEX ix_formation_cases_division ON formation_cases USING btree (division text_pattern_ops, id);
CREATE INDEX ix_formation_cases_organization ON formation_cases USING btree (organization_id);
CREATE UNIQUE INDEX uq_formation_cases_id_division ON formation_cases USING btree (id, division);
CREATE UNIQUE INDEX uq_formation_cases_pending ON formation_cases USING btree (organization_id) WHERE (state = ANY (ARRAY['open'::text, 'deferred'::text]));
CREATE TRIGGER audit_delete AFTER DELETE ON formation_cases REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_formation_cases();
CREATE TRIGGER audit_insert AFTER INSERT ON formation_cases REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_formation_cases();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON formation_cases FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON formation_cases REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_formation_cases();
ALTER TABLE formation_cases ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON formation_cases USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON formation_cases AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverage_claims.organization_id
   FROM coverage_claims
  WHERE (coverage_claims.covered AND (coverage_claims.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverage_claims.organization_id
   FROM coverage_claims
  WHERE (coverage_claims.covered AND (coverage_claims.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE formation_cases TO shuangfu_runtime;

-- formation_checks
CREATE TABLE formation_checks (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    uscc text NOT NULL,
    division text NOT NULL,
    outcome text NOT NULL,
    counted_full_members integer NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    organization_sequence bigint NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_formation_checks_outcome CHECK ((outcome = ANY (ARRAY['standalone'::text, 'joint'::text, 'area'::text])))
);

ALTER TABLE ONLY formation_checks FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY formation_checks ADD CONSTRAINT pk_formation_checks PRIMARY KEY (id);
CREATE INDEX ix_formation_checks_organization ON formation_checks USING btree (organization_id, id DESC);
CREATE INDEX ix_formation_checks_uscc ON formation_checks USING btree (uscc, id DESC);
CREATE TRIGGER audit_delete AFTER DELETE ON formation_checks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_formation_checks();
CREATE TRIGGER audit_insert AFTER INSERT ON formation_checks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_formation_checks();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON formation_checks FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON formation_checks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_formation_checks();
ALTER TABLE formation_checks ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON formation_checks USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON formation_checks AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverage_claims.organization_id
   FROM coverage_claims
  WHERE (coverage_claims.covered AND (coverage_claims.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverage_claims.organization_id
   FROM coverage_claims
  WHERE (coverage_claims.covered AND (coverage_claims.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE formation_checks TO shuangfu_runtime;

-- incubatees
CREATE TABLE incubatees (
    id uuid NOT NULL,
    incubator_id uuid NOT NULL,
    division text NOT NULL,
    organization_id uuid,
    uscc text,
    name text NOT NULL,
    state text NOT NULL,
    purpose text NOT NULL,
    applied_on date NOT NULL,
    applied_by text NOT NULL,
    decided_on date,
    panel jsonb,
    entered_on date,
    ends_on date,
    agreement jsonb,
    assessed jsonb NOT NULL,
    graduated_on date,
    follow_up_until date,
    exited_on date,
    exit_cause text,
    policy text,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_incubatees_days CHECK ((((state = 'exited'::text) = (exited_on IS NOT NULL)) AND ((state = 'graduated'::text) = (graduated_on IS NOT NULL)) AND ((entered_on IS NULL) = (ends_on IS NULL)) AND (ends_on > entered_on))),
    CONSTRAINT ck_incubatees_organization CHECK (((organization_id IS NULL) = (uscc IS NULL))),
    CONSTRAINT ck_incubatees_state CHECK ((state = ANY (ARRAY['applied'::text, 'refused'::text, 'admitted'::text, 'incubating'::text, 'graduated'::text, 'exited'::text])))
);

ALTER TABLE ONLY incubatees FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY incubatees ADD CONSTRAINT pk_incubatees PRIMARY KEY (id);
ALTER TABLE ONLY incubatees ADD CONSTRAINT uq_incubatees_id_division UNIQUE (id, division);
CREATE INDEX ix_incubatees_division ON incubatees USING btree (division text_pattern_ops, id);
CREATE INDEX ix_incubatees_incubator_id ON incubatees USING btree (incubator_id, id);
CREATE INDEX ix_incubatees_organization_id ON incubatees USING btree (organization_id);
CREATE UNIQUE INDEX uq_incubatees_inside ON incubatees USING btree (organization_id) WHERE (state = ANY (ARRAY['applied'::text, 'admitted'::text, 'incubating'::text]));
CREATE TRIGGER audit_delete AFTER DELETE ON incubatees REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubatees();
CREATE TRIGGER audit_insert AFTER INSERT ON incubatees REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubatees();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON incubatees FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON incubatees REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubatees();
ALTER TABLE ONLY incubatees ADD CONSTRAINT fk_incubatees_incubator_id_division_incubators FOREIGN KEY (incubator_id, division) REFERENCES incubators(id, division) ON UPDATE CASCADE;
ALTER TABLE incubatees ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON incubatees USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON incubatees AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverage_claims.organization_id
   FROM coverage_claims
  WHERE (coverage_claims.covered AND (coverage_claims.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverage_claims.organization_id
   FROM coverage_claims
  WHERE (coverage_claims.covered AND (coverage_claims.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT,UPDATE ON TABLE incubatees TO shuangfu_runtime;

-- incubation_services
CREATE TABLE incubation_services (
    id uuid NOT NULL,
    incubatee_id uuid NOT NULL,
    division text NOT NULL,
    service text NOT NULL,
    on_day date NOT NULL,
    content text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by text,
    withdrawn_why text
);

ALTER TABLE ONLY incubation_services FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY incubation_services ADD CONSTRAINT pk_incubation_services PRIMARY KEY (id);
CREATE INDEX ix_incubation_services_division ON incubation_services USING btree (division text_pattern_ops, id);
CREATE INDEX ix_incubation_services_incubatee_id ON incubation_services USING btree (incubatee_id, on_day);
CREATE TRIGGER audit_delete AFTER DELETE ON incubation_services REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubation_services();
CREATE TRIGGER audit_insert AFTER INSERT ON incubation_services REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubation_services();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON incubation_services FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON incubation_services REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubation_services();
ALTER TABLE ONLY incubation_services ADD CONSTRAINT fk_incubation_services_incubatee_id_division_incubatees FOREIGN KEY (incubatee_id, division) REFERENCES incubatees(id, division) ON UPDATE CASCADE;
ALTER TABLE incubation_services ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON incubation_services USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON incubation_services AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (incubatee_id = ANY (ARRAY( SELECT incubatees.id
   FROM incubatees))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (incubatee_id = ANY (ARRAY( SELECT incubatees.id
   FROM incubatees)))));
GRANT SELECT,INSERT,UPDATE ON TABLE incubation_services TO shuangfu_runtime;

-- incubator_assessments
CREATE TABLE incubator_assessments (
    id uuid NOT NULL,
    incubator_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    state text NOT NULL,
    scores jsonb NOT NULL,
    total text,
    grade text,
    policy text NOT NULL,
    basis jsonb NOT NULL,
    put_by text NOT NULL,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_incubator_assessments_grade CHECK (((state = 'completed'::text) = (grade IS NOT NULL))),
    CONSTRAINT ck_incubator_assessments_state CHECK ((state = ANY (ARRAY['put'::text, 'completed'::text])))
);

ALTER TABLE ONLY incubator_assessments FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY incubator_assessments ADD CONSTRAINT pk_incubator_assessments PRIMARY KEY (id);
ALTER TABLE ONLY incubator_assessments ADD CONSTRAINT uq_incubator_assessments_incubator_id_year UNIQUE (incubator_id, year);
CREATE INDEX ix_incubator_assessments_division ON incubator_assessments USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON incubator_assessments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubator_assessments();
CREATE TRIGGER audit_insert AFTER INSERT ON incubator_assessments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubator_assessments();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON incubator_assessments FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON incubator_assessments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubator_assessments();
ALTER TABLE ONLY incubator_assessments ADD CONSTRAINT fk_incubator_assessments_incubator_id_division_incubators FOREIGN KEY (incubator_id, division) REFERENCES incubators(id, division) ON UPDATE CASCADE;
ALTER TABLE incubator_assessments ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON incubator_assessments USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON incubator_assessments AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE incubator_assessments TO shuangfu_runtime;

-- incubators
CREATE TABLE incubators (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    division text NOT NULL,
    street text,
    state text NOT NULL,
    committee text,
    operator jsonb,
    premises jsonb,
    capacity integer NOT NULL,
    social_workers integer NOT NULL,
    party_social_workers integer NOT NULL,
    activated_on date,
    closed_on date,
    policy text,
    reasons jsonb NOT NULL,
    recorded_by text NOT NULL,
    steps jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_incubators_capacity CHECK ((capacity > 0)),
    CONSTRAINT ck_incubators_days CHECK ((((state = 'preparing'::text) = (activated_on IS NULL)) AND ((state = 'closed'::text) = (closed_on IS NOT NULL)) AND (closed_on >= activated_on))),
    CONSTRAINT ck_incubators_state CHECK ((state = ANY (ARRAY['preparing'::text, 'active'::text, 'closed'::text]))),
    CONSTRAINT ck_incubators_workers CHECK (((party_social_workers >= 0) AND (party_social_workers <= social_workers)))
);

ALTER TABLE ONLY incubators FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY incubators ADD CONSTRAINT pk_incubators PRIMARY KEY (id);
ALTER TABLE ONLY incubators ADD CONSTRAINT uq_incubators_code UNIQUE (code);
ALTER TABLE ONLY incubators ADD CONSTRAINT uq_incubators_id_division UNIQUE (id, division);
CREATE INDEX ix_incubators_division ON incubators USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON incubators REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubators();
CREATE TRIGGER audit_insert AFTER INSERT ON incubators REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubators();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON incubators FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON incubators REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_incubators();
ALTER TABLE incubators ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON incubators USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON incubators AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE incubators TO shuangfu_runtime;

-- joint_plan_jobs
CREATE TABLE joint_plan_jobs (
    plan_id uuid NOT NULL,
    division text NOT NULL,
    state text NOT NULL,
    organizations integer NOT NULL,
    settled integer NOT NULL,
    attempts integer NOT NULL,
    taken_until timestamp with time zone,
    failure text,
    fixed jsonb NOT NULL,
    aims jsonb,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT ck_joint_plan_jobs_state CHECK ((state = ANY (ARRAY['computing'::text, 'ready'::text, 'failed'::text])))
);

ALTER TABLE ONLY joint_plan_jobs FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY joint_plan_jobs ADD CONSTRAINT pk_joint_plan_jobs PRIMARY KEY (plan_id);
CREATE INDEX ix_joint_plan_jobs_computing ON joint_plan_jobs USING btree (created_at) WHERE (state = 'computing'::text);
ALTER TABLE ONLY joint_plan_jobs ADD CONSTRAINT fk_joint_plan_jobs_plan_id_division_joint_plans FOREIGN KEY (plan_id, division) REFERENCES joint_plans(id, division) ON UPDATE CASCADE;
ALTER TABLE joint_plan_jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON joint_plan_jobs USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON joint_plan_jobs AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE joint_plan_jobs TO shuangfu_runtime;

-- joint_plans
CREATE TABLE joint_plans (
    id uuid NOT NULL,
    division text NOT NULL,
    policy text NOT NULL,
    covered integer NOT NULL,
    upper_bound integer NOT NULL,
    unplaced jsonb NOT NULL,
    version bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY joint_plans FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY joint_plans ADD CONSTRAINT pk_joint_plans PRIMARY KEY (id);
CREATE INDEX ix_joint_plans_division ON joint_plans USING btree (division text_pattern_ops, id);
CREATE UNIQUE INDEX uq_joint_plans_id_division ON joint_plans USING btree (id, division);
CREATE TRIGGER audit_delete AFTER DELETE ON joint_plans REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_joint_plans();
CREATE TRIGGER audit_insert AFTER INSERT ON joint_plans REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_joint_plans();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON joint_plans FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON joint_plans REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_joint_plans();
ALTER TABLE joint_plans ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON joint_plans USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON joint_plans AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE joint_plans TO shuangfu_runtime;

-- joint_proposals
CREATE TABLE joint_proposals (
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    "position" integer NOT NULL,
    division text NOT NULL,
    organizations jsonb NOT NULL,
    full_members integer NOT NULL,
    why jsonb NOT NULL,
    state text NOT NULL,
    party_organization_id uuid,
    CONSTRAINT ck_joint_proposals_state CHECK ((state = ANY (ARRAY['proposed'::text, 'approved'::text, 'outdated'::text])))
);

ALTER TABLE ONLY joint_proposals FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY joint_proposals ADD CONSTRAINT pk_joint_proposals PRIMARY KEY (id);
CREATE INDEX ix_joint_proposals_plan ON joint_proposals USING btree (plan_id, "position");
CREATE TRIGGER audit_delete AFTER DELETE ON joint_proposals REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_joint_proposals();
CREATE TRIGGER audit_insert AFTER INSERT ON joint_proposals REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_joint_proposals();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON joint_proposals FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON joint_proposals REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_joint_proposals();
ALTER TABLE ONLY joint_proposals ADD CONSTRAINT fk_joint_proposals_plan_id_division_joint_plans FOREIGN KEY (plan_id, division) REFERENCES joint_plans(id, division) ON UPDATE CASCADE;
ALTER TABLE ONLY joint_proposals ADD CONSTRAINT fk_joint_proposals_plan_id_joint_plans FOREIGN KEY (plan_id) REFERENCES joint_plans(id);
ALTER TABLE joint_proposals ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON joint_proposals USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON joint_proposals AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE joint_proposals TO shuangfu_runtime;

-- managed_units
CREATE TABLE managed_units (
    id uuid NOT NULL,
    station_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    committee text NOT NULL,
    territorial text NOT NULL,
    since date NOT NULL,
    until date,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_managed_units_two CHECK ((committee <> territorial)),
    CONSTRAINT ck_managed_units_until CHECK ((until > since))
);

ALTER TABLE ONLY managed_units FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY managed_units ADD CONSTRAINT pk_managed_units PRIMARY KEY (id);
CREATE INDEX ix_managed_units_division ON managed_units USING btree (division text_pattern_ops, id);
CREATE INDEX ix_managed_units_station_id ON managed_units USING btree (station_id, id);
CREATE UNIQUE INDEX uq_managed_units_now ON managed_units USING btree (organization_id) WHERE (until IS NULL);
CREATE TRIGGER audit_delete AFTER DELETE ON managed_units REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_managed_units();
CREATE TRIGGER audit_insert AFTER INSERT ON managed_units REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_managed_units();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON managed_units FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON managed_units REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_managed_units();
ALTER TABLE ONLY managed_units ADD CONSTRAINT fk_managed_units_station_id_division_stations FOREIGN KEY (station_id, division) REFERENCES stations(id, division) ON UPDATE CASCADE;
ALTER TABLE managed_units ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON managed_units USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON managed_units AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE managed_units TO shuangfu_runtime;

-- meetings
CREATE TABLE meetings (
    id uuid NOT NULL,
    level text NOT NULL,
    convenor text NOT NULL,
    division text NOT NULL,
    street text,
    planned_on date NOT NULL,
    agenda jsonb NOT NULL,
    state text NOT NULL,
    held_on date,
    present jsonb NOT NULL,
    minutes text,
    counts boolean,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_meetings_held CHECK ((((state = 'held'::text) = (held_on IS NOT NULL)) AND ((state = 'held'::text) = (counts IS NOT NULL)) AND ((state = 'held'::text) = (minutes IS NOT NULL)))),
    CONSTRAINT ck_meetings_level CHECK ((level = ANY (ARRAY['city'::text, 'district'::text, 'street'::text, 'conference'::text]))),
    CONSTRAINT ck_meetings_state CHECK ((state = ANY (ARRAY['planned'::text, 'held'::text, 'cancelled'::text]))),
    CONSTRAINT ck_meetings_street CHECK (((level = 'street'::text) = (street IS NOT NULL)))
);

ALTER TABLE ONLY meetings FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY meetings ADD CONSTRAINT pk_meetings PRIMARY KEY (id);
CREATE INDEX ix_meetings_division ON meetings USING btree (division text_pattern_ops, id);
CREATE INDEX ix_meetings_place ON meetings USING btree (level, division, street, held_on);
CREATE TRIGGER audit_delete AFTER DELETE ON meetings REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_meetings();
CREATE TRIGGER audit_insert AFTER INSERT ON meetings REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_meetings();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON meetings FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON meetings REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_meetings();
ALTER TABLE meetings ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON meetings USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON meetings AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE meetings TO shuangfu_runtime;

-- milestones
CREATE TABLE milestones (
    id uuid NOT NULL,
    incubatee_id uuid NOT NULL,
    division text NOT NULL,
    track text NOT NULL,
    moment text NOT NULL,
    on_day date NOT NULL,
    note text,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by text,
    withdrawn_why text,
    CONSTRAINT ck_milestones_track CHECK ((track = ANY (ARRAY['organization'::text, 'party_organization'::text])))
);

ALTER TABLE ONLY milestones FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY milestones ADD CONSTRAINT pk_milestones PRIMARY KEY (id);
CREATE INDEX ix_milestones_division ON milestones USING btree (division text_pattern_ops, id);
CREATE INDEX ix_milestones_incubatee_id ON milestones USING btree (incubatee_id, on_day);
CREATE TRIGGER audit_delete AFTER DELETE ON milestones REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_milestones();
CREATE TRIGGER audit_insert AFTER INSERT ON milestones REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_milestones();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON milestones FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON milestones REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_milestones();
ALTER TABLE ONLY milestones ADD CONSTRAINT fk_milestones_incubatee_id_division_incubatees FOREIGN KEY (incubatee_id, division) REFERENCES incubatees(id, division) ON UPDATE CASCADE;
ALTER TABLE milestones ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON milestones USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON milestones AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (incubatee_id = ANY (ARRAY( SELECT incubatees.id
   FROM incubatees))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (incubatee_id = ANY (ARRAY( SELECT incubatees.id
   FROM incubatees)))));
GRANT SELECT,INSERT,UPDATE ON TABLE milestones TO shuangfu_runtime;

-- organization_stays
CREATE TABLE organization_stays (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    since date NOT NULL,
    until date,
    sequence bigint NOT NULL,
    CONSTRAINT ck_organization_stays_until CHECK ((until >= since))
);

ALTER TABLE ONLY organization_stays FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY organization_stays ADD CONSTRAINT pk_organization_stays PRIMARY KEY (id);
CREATE INDEX ix_organization_stays_division ON organization_stays USING btree (division text_pattern_ops, id);
CREATE INDEX ix_organization_stays_organization_id ON organization_stays USING btree (organization_id);
ALTER TABLE organization_stays ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON organization_stays USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON organization_stays AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE organization_stays TO shuangfu_runtime;

-- organizations
CREATE TABLE organizations (
    id uuid NOT NULL,
    uscc text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    division text NOT NULL,
    street text,
    carrier text,
    lon double precision,
    lat double precision,
    full_members_full_time integer NOT NULL,
    full_members integer NOT NULL,
    probationary_members integer NOT NULL,
    status text NOT NULL,
    sequence bigint NOT NULL,
    checks bigint NOT NULL,
    coverage text DEFAULT 'uncovered'::text NOT NULL,
    covered_by uuid,
    registered_on date,
    evaluation_type text
);

ALTER TABLE ONLY organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY organizations ADD CONSTRAINT pk_organizations PRIMARY KEY (id);
CREATE INDEX ix_organizations_covered_by ON organizations USING btree (covered_by) WHERE (covered_by IS NOT NULL);
CREATE INDEX ix_organizations_uscc ON organizations USING btree (uscc);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON organizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON organizations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverage_claims.organization_id
   FROM coverage_claims
  WHERE (coverage_claims.covered AND (coverage_claims.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverage_claims.organization_id
   FROM coverage_claims
  WHERE (coverage_claims.covered AND (coverage_claims.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE organizations TO shuangfu_runtime;

-- party_facts
CREATE TABLE party_facts (
    id uuid NOT NULL,
    division text NOT NULL,
    name text,
    state text,
    established_on date,
    term_since date,
    term_ends_on date,
    dissolved_on date,
    sequence bigint NOT NULL,
    affiliated_to text,
    affiliated_as text,
    affiliated_since date,
    form text
);

ALTER TABLE ONLY party_facts FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY party_facts ADD CONSTRAINT pk_party_facts PRIMARY KEY (id);
CREATE INDEX ix_party_facts_division ON party_facts USING btree (division text_pattern_ops, id);
ALTER TABLE party_facts ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON party_facts USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON party_facts AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE party_facts TO shuangfu_runtime;

-- party_organizations
CREATE TABLE party_organizations (
    id uuid NOT NULL,
    division text NOT NULL,
    form text,
    sequence bigint NOT NULL,
    covers uuid[],
    stated_at timestamp with time zone,
    kind text,
    stated_sequence bigint
);

ALTER TABLE ONLY party_organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY party_organizations ADD CONSTRAINT pk_party_organizations PRIMARY KEY (id);
CREATE INDEX ix_party_organizations_covers ON party_organizations USING gin (covers);
CREATE TRIGGER coverage_claims_follow AFTER INSERT OR UPDATE OF covers ON party_organizations FOR EACH ROW EXECUTE FUNCTION coverage_claims_follow();
ALTER TABLE party_organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON party_organizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON party_organizations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE party_organizations TO shuangfu_runtime;

-- resolutions
CREATE TABLE resolutions (
    id uuid NOT NULL,
    meeting_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    level text NOT NULL,
    resolved_on date NOT NULL,
    what text NOT NULL,
    owner text NOT NULL,
    owner_level text NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL,
    completed_on date,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_resolutions_completed_on CHECK ((((state = 'completed'::text) = (completed_on IS NOT NULL)) AND (completed_on >= resolved_on))),
    CONSTRAINT ck_resolutions_due_on CHECK ((due_on >= resolved_on)),
    CONSTRAINT ck_resolutions_state CHECK ((state = ANY (ARRAY['open'::text, 'completed'::text, 'withdrawn'::text])))
);

ALTER TABLE ONLY resolutions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY resolutions ADD CONSTRAINT pk_resolutions PRIMARY KEY (id);
ALTER TABLE ONLY resolutions ADD CONSTRAINT uq_resolutions_meeting_id_number UNIQUE (meeting_id, number);
CREATE INDEX ix_resolutions_division ON resolutions USING btree (division text_pattern_ops, id);
CREATE INDEX ix_resolutions_open ON resolutions USING btree (due_on) WHERE (state = 'open'::text);
CREATE TRIGGER audit_delete AFTER DELETE ON resolutions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_resolutions();
CREATE TRIGGER audit_insert AFTER INSERT ON resolutions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_resolutions();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON resolutions FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON resolutions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_resolutions();
ALTER TABLE ONLY resolutions ADD CONSTRAINT fk_resolutions_meeting_id_meetings FOREIGN KEY (meeting_id) REFERENCES meetings(id);
ALTER TABLE resolutions ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON resolutions USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON resolutions AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE resolutions TO shuangfu_runtime;

-- stations
CREATE TABLE stations (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    community text NOT NULL,
    committee text NOT NULL,
    since date NOT NULL,
    until date,
    version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_stations_until CHECK ((until > since))
);

ALTER TABLE ONLY stations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY stations ADD CONSTRAINT pk_stations PRIMARY KEY (id);
ALTER TABLE ONLY stations ADD CONSTRAINT uq_stations_code UNIQUE (code);
ALTER TABLE ONLY stations ADD CONSTRAINT uq_stations_id_division UNIQUE (id, division);
CREATE INDEX ix_stations_division ON stations USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON stations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_stations();
CREATE TRIGGER audit_insert AFTER INSERT ON stations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_stations();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON stations FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON stations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_stations();
CREATE POLICY scope ON stations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE stations ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON stations AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE stations TO shuangfu_runtime;

-- supports
CREATE TABLE supports (
    id uuid NOT NULL,
    incubator_id uuid NOT NULL,
    division text NOT NULL,
    kind text NOT NULL,
    serves text NOT NULL,
    given_on date NOT NULL,
    until date,
    amount_fen bigint,
    area_m2 integer,
    participants integer,
    content text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by text,
    withdrawn_why text,
    version bigint NOT NULL,
    CONSTRAINT ck_supports_amounts CHECK (((amount_fen > 0) AND (area_m2 > 0) AND (participants > 0))),
    CONSTRAINT ck_supports_kind CHECK ((kind = ANY (ARRAY['premises'::text, 'funds'::text, 'projects'::text, 'training'::text, 'guidance'::text]))),
    CONSTRAINT ck_supports_serves CHECK ((serves = ANY (ARRAY['organization'::text, 'party_organization'::text, 'both'::text]))),
    CONSTRAINT ck_supports_until CHECK ((until >= given_on))
);

ALTER TABLE ONLY supports FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY supports ADD CONSTRAINT pk_supports PRIMARY KEY (id);
CREATE INDEX ix_supports_division ON supports USING btree (division text_pattern_ops, id);
CREATE INDEX ix_supports_incubator_id ON supports USING btree (incubator_id, id);
CREATE TRIGGER audit_delete AFTER DELETE ON supports REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_supports();
CREATE TRIGGER audit_insert AFTER INSERT ON supports REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_supports();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON supports FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON supports REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_supports();
ALTER TABLE ONLY supports ADD CONSTRAINT fk_supports_incubator_id_division_incubators FOREIGN KEY (incubator_id, division) REFERENCES incubators(id, division) ON UPDATE CASCADE;
CREATE POLICY scope ON supports USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE supports ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON supports AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE supports TO shuangfu_runtime;

-- visits
CREATE TABLE visits (
    id uuid NOT NULL,
    incubatee_id uuid NOT NULL,
    division text NOT NULL,
    visited_on date NOT NULL,
    organization text NOT NULL,
    party_organization text NOT NULL,
    follow_up text,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by text,
    withdrawn_why text
);

ALTER TABLE ONLY visits FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY visits ADD CONSTRAINT pk_visits PRIMARY KEY (id);
CREATE INDEX ix_visits_division ON visits USING btree (division text_pattern_ops, id);
CREATE INDEX ix_visits_incubatee_id ON visits USING btree (incubatee_id, visited_on);
CREATE TRIGGER audit_delete AFTER DELETE ON visits REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_visits();
CREATE TRIGGER audit_insert AFTER INSERT ON visits REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_visits();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON visits FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON visits REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_visits();
ALTER TABLE ONLY visits ADD CONSTRAINT fk_visits_incubatee_id_division_incubatees FOREIGN KEY (incubatee_id, division) REFERENCES incubatees(id, division) ON UPDATE CASCADE;
CREATE POLICY scope ON visits USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON visits AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (incubatee_id = ANY (ARRAY( SELECT incubatees.id
   FROM incubatees))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (incubatee_id = ANY (ARRAY( SELECT incubatees.id
   FROM incubatees)))));
ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
GRANT SELECT,INSERT,UPDATE ON TABLE visits TO shuangfu_runtime;

-- audit_heads, as in every service
CREATE TABLE audit_heads (
    division text NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL
)
WITH (fillfactor='10');

ALTER TABLE ONLY audit_heads FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY audit_heads ADD CONSTRAINT pk_audit_heads PRIMARY KEY (division);
CREATE TRIGGER audit_heads_stay BEFORE DELETE OR TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
CREATE POLICY chain ON audit_heads TO shuangfu_owner USING (true) WITH CHECK (true);
CREATE POLICY scope ON audit_heads FOR SELECT USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON audit_heads AS RESTRICTIVE FOR SELECT TO shuangfu_runtime USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT ON TABLE audit_heads TO shuangfu_runtime;

-- audit_log, as in every service
CREATE TABLE audit_log (
    division text NOT NULL,
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    authority text NOT NULL,
    door text NOT NULL,
    operation text NOT NULL,
    object_type text NOT NULL,
    object_id text NOT NULL,
    diff jsonb NOT NULL,
    policy text,
    request_id text,
    tx xid8 NOT NULL,
    hash bytea NOT NULL
);

ALTER TABLE ONLY audit_log FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY audit_log ADD CONSTRAINT pk_audit_log PRIMARY KEY (division, number);
CREATE INDEX ix_audit_log_object ON audit_log USING btree (object_type, object_id);
CREATE INDEX ix_audit_log_readings ON audit_log USING btree (at, division, number) WHERE (operation = 'read'::text);
CREATE INDEX ix_audit_log_tx ON audit_log USING btree (tx);
CREATE TRIGGER audit_log_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY chain ON audit_log TO shuangfu_owner USING (true) WITH CHECK (true);
CREATE POLICY scope ON audit_log FOR SELECT USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON audit_log AS RESTRICTIVE FOR SELECT TO shuangfu_runtime USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT ON TABLE audit_log TO shuangfu_runtime;

-- dead_letters, as in every service
CREATE TABLE dead_letters (
    id uuid NOT NULL,
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    type text,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    key text NOT NULL,
    headers jsonb NOT NULL,
    value bytea NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    handler text,
    attempts integer NOT NULL,
    division text,
    state text DEFAULT 'open'::text NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT ck_dead_letters_state CHECK ((state = ANY (ARRAY['open'::text, 'retried'::text, 'discarded'::text])))
);

ALTER TABLE ONLY dead_letters FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY dead_letters ADD CONSTRAINT pk_dead_letters PRIMARY KEY (id);
CREATE INDEX ix_dead_letters_open ON dead_letters USING btree (recorded_at) WHERE (state = 'open'::text);
CREATE TRIGGER audit_delete AFTER DELETE ON dead_letters REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dead_letters();
CREATE TRIGGER audit_insert AFTER INSERT ON dead_letters REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dead_letters();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON dead_letters FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON dead_letters REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dead_letters();
ALTER TABLE dead_letters ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON dead_letters USING ((COALESCE(division, ''::text) ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((COALESCE(division, ''::text) ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON dead_letters AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dead_letters TO shuangfu_runtime;

-- idempotency_keys, as in every service
CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    request_hash text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY idempotency_keys ADD CONSTRAINT pk_idempotency_keys PRIMARY KEY (caller, key);
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE idempotency_keys TO shuangfu_runtime;

-- inbox, as in every service
CREATE TABLE inbox (
    event_id uuid NOT NULL,
    consumer text NOT NULL,
    claimed_at timestamp with time zone DEFAULT now() NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL
);
ALTER TABLE ONLY inbox ADD CONSTRAINT pk_inbox PRIMARY KEY (event_id, consumer);
CREATE INDEX ix_inbox_tx ON inbox USING btree (tx);
GRANT SELECT,INSERT ON TABLE inbox TO shuangfu_runtime;

-- operator_actions, as in every service
CREATE TABLE operator_actions (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    operator text NOT NULL,
    command text NOT NULL,
    arguments jsonb NOT NULL,
    outcome text NOT NULL,
    figures jsonb NOT NULL,
    division text,
    CONSTRAINT ck_operator_actions_division CHECK ((division IS NULL)),
    CONSTRAINT ck_operator_actions_outcome CHECK ((outcome = ANY (ARRAY['done'::text, 'failed'::text])))
);

ALTER TABLE ONLY operator_actions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY operator_actions ADD CONSTRAINT pk_operator_actions PRIMARY KEY (id);
CREATE INDEX ix_operator_actions_at ON operator_actions USING btree (at);
CREATE TRIGGER audit_delete AFTER DELETE ON operator_actions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_operator_actions();
CREATE TRIGGER audit_insert AFTER INSERT ON operator_actions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_operator_actions();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON operator_actions FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON operator_actions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_operator_actions();
ALTER TABLE operator_actions ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON operator_actions USING ((COALESCE(division, ''::text) ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((COALESCE(division, ''::text) ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON operator_actions AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT ON TABLE operator_actions TO shuangfu_runtime;

-- outbox, as in every service
CREATE TABLE outbox (
    seq bigint NOT NULL,
    created_on date DEFAULT ((now() AT TIME ZONE 'UTC'::text))::date NOT NULL,
    id uuid NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    division text,
    correlation_id text,
    causation_id text,
    traceparent text,
    data jsonb NOT NULL,
    published_at timestamp with time zone,
    "position" bigint,
    also_divisions text
)
PARTITION BY RANGE (created_on);

ALTER TABLE ONLY outbox FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox ALTER COLUMN seq ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME outbox_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY outbox ATTACH PARTITION outbox_default DEFAULT;
ALTER TABLE ONLY outbox ADD CONSTRAINT pk_outbox PRIMARY KEY (seq, created_on);
CREATE INDEX ix_outbox_position ON ONLY outbox USING btree ("position") WHERE ("position" IS NOT NULL);
CREATE INDEX ix_outbox_unpublished ON ONLY outbox USING btree (seq) WHERE (published_at IS NULL);
CREATE POLICY concerning ON outbox FOR SELECT TO shuangfu_owner USING ((also_divisions IS NOT NULL));
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON outbox USING ((COALESCE(division, ''::text) ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((COALESCE(division, ''::text) ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON outbox AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (subject = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif"))::text[])) OR ((data ->> 'organization_id'::text) = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif"))::text[])) OR ((data ->> 'party_organization_id'::text) = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif"))::text[])) OR ((data ->> 'recipient_id'::text) = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif"))::text[])))) WITH CHECK (true);
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE outbox TO shuangfu_runtime;

-- outbox_default, as in every service
CREATE TABLE outbox_default (
    seq bigint CONSTRAINT outbox_seq_not_null NOT NULL,
    created_on date DEFAULT ((now() AT TIME ZONE 'UTC'::text))::date CONSTRAINT outbox_created_on_not_null NOT NULL,
    id uuid CONSTRAINT outbox_id_not_null NOT NULL,
    topic text CONSTRAINT outbox_topic_not_null NOT NULL,
    key text CONSTRAINT outbox_key_not_null NOT NULL,
    type text CONSTRAINT outbox_type_not_null NOT NULL,
    subject text CONSTRAINT outbox_subject_not_null NOT NULL,
    sequence bigint CONSTRAINT outbox_sequence_not_null NOT NULL,
    occurred_at timestamp with time zone CONSTRAINT outbox_occurred_at_not_null NOT NULL,
    division text,
    correlation_id text,
    causation_id text,
    traceparent text,
    data jsonb CONSTRAINT outbox_data_not_null NOT NULL,
    published_at timestamp with time zone,
    "position" bigint,
    also_divisions text
);
ALTER TABLE ONLY outbox_default ADD CONSTRAINT outbox_default_pkey PRIMARY KEY (seq, created_on);
CREATE INDEX outbox_default_position_idx ON outbox_default USING btree ("position") WHERE ("position" IS NOT NULL);
CREATE INDEX outbox_default_seq_idx ON outbox_default USING btree (seq) WHERE (published_at IS NULL);
ALTER INDEX pk_outbox ATTACH PARTITION outbox_default_pkey;
ALTER INDEX ix_outbox_position ATTACH PARTITION outbox_default_position_idx;
ALTER INDEX ix_outbox_unpublished ATTACH PARTITION outbox_default_seq_idx;

-- task_assignments, as in every service
CREATE TABLE task_assignments (
    id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    division text NOT NULL,
    assignee text NOT NULL,
    assigned_by text NOT NULL,
    assigned_at timestamp with time zone NOT NULL,
    reason text
);

ALTER TABLE ONLY task_assignments FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY task_assignments ADD CONSTRAINT pk_task_assignments PRIMARY KEY (id);
ALTER TABLE ONLY task_assignments ADD CONSTRAINT uq_task_assignments_kind UNIQUE (kind, subject_id, division);
CREATE INDEX ix_task_assignments_division ON task_assignments USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON task_assignments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_task_assignments();
CREATE TRIGGER audit_insert AFTER INSERT ON task_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_task_assignments();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON task_assignments FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON task_assignments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_task_assignments();
CREATE POLICY scope ON task_assignments USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE task_assignments ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON task_assignments AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (assignee = ( SELECT ((COALESCE(NULLIF(current_setting('shuangfu.context'::text, true), ''::text), '{}'::text))::jsonb ->> 'actor'::text))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (assignee = ( SELECT ((COALESCE(NULLIF(current_setting('shuangfu.context'::text, true), ''::text), '{}'::text))::jsonb ->> 'actor'::text)))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE task_assignments TO shuangfu_runtime;

-- Functions
CREATE FUNCTION audit_activities() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of activities never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('activities', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_activity_parties() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.activity_id::text || '/' || r.party_organization_id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.activity_id, r.party_organization_id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.activity_id::text || '/' || r.party_organization_id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.activity_id, r.party_organization_id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.activity_id = r.activity_id AND o.party_organization_id = r.party_organization_id)) THEN
            RAISE EXCEPTION 'the key of a row of activity_parties never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.activity_id::text || '/' || r.party_organization_id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.activity_id, r.party_organization_id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.activity_id = r.activity_id AND o.party_organization_id = r.party_organization_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('activity_parties', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_append(of_type text, of_operation text, changes audit_change[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    context jsonb := COALESCE(NULLIF(current_setting('shuangfu.context', true), ''), '{}')::jsonb;
    who text := COALESCE(context->>'actor', 'database:' || session_user);
    powers text := COALESCE(context->>'authority', '');
    through text := COALESCE(context->>'door', '');
    request text := context->>'request';
    now_at timestamptz := clock_timestamp();
    here xid8 := pg_current_xact_id();
    change audit_change;
    place text;
    chain text;
    last_number bigint;
    last_hash bytea;
BEGIN
    FOREACH change IN ARRAY changes LOOP
        IF place IS DISTINCT FROM change.division THEN
            IF place IS NOT NULL THEN
                UPDATE audit_heads SET number = last_number, hash = last_hash WHERE division = chain;
            END IF;
            place := change.division;
            chain := audit_take_chain(place);
            SELECT number, hash INTO last_number, last_hash FROM audit_heads WHERE division = chain;
        END IF;
        last_number := last_number + 1;
        last_hash := audit_digest(last_hash, chain, last_number, now_at, who, powers, through, of_operation, of_type,
                                  change.object_id, change.diff, change.policy, request, here);
        INSERT INTO audit_log VALUES (chain, last_number, now_at, who, powers, through, of_operation, of_type,
                                      change.object_id, change.diff, change.policy, request, here, last_hash);
    END LOOP;
    IF place IS NOT NULL THEN
        UPDATE audit_heads SET number = last_number, hash = last_hash WHERE division = chain;
    END IF;
END $$;

CREATE FUNCTION audit_area_outlines() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of area_outlines never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('area_outlines', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_area_records() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of area_records never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('area_records', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_areas() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.party_organization_id::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.party_organization_id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.party_organization_id::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.party_organization_id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.party_organization_id = r.party_organization_id)) THEN
            RAISE EXCEPTION 'the key of a row of areas never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.party_organization_id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.party_organization_id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.party_organization_id = r.party_organization_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('areas', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_case_arrangements() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.case_id::text || '/' || r.version::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.case_id, r.version) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.case_id::text || '/' || r.version::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.case_id, r.version) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.case_id = r.case_id AND o.version = r.version)) THEN
            RAISE EXCEPTION 'the key of a row of case_arrangements never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.case_id::text || '/' || r.version::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.case_id, r.version) INTO changes
        FROM new_rows r JOIN old_rows o ON o.case_id = r.case_id AND o.version = r.version
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('case_arrangements', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_case_occasions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.case_id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.case_id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.case_id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.case_id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.case_id = r.case_id)) THEN
            RAISE EXCEPTION 'the key of a row of case_occasions never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.case_id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.case_id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.case_id = r.case_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('case_occasions', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_chains(place text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT ARRAY[place, place || '~1', place || '~2', place || '~3', place || '~4', place || '~5', place || '~6',
                 place || '~7']
$$;

CREATE FUNCTION audit_cultivations() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of cultivations never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('cultivations', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_dead_letters() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r) || jsonb_build_object('value', encode(sha256(COALESCE(r.value::text, '')::bytea), 'hex'))))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r) || jsonb_build_object('value', encode(sha256(COALESCE(r.value::text, '')::bytea), 'hex'))))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of dead_letters never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r) || jsonb_build_object('value', encode(sha256(COALESCE(r.value::text, '')::bytea), 'hex')))) n JOIN jsonb_each((to_jsonb(o) || jsonb_build_object('value', encode(sha256(COALESCE(o.value::text, '')::bytea), 'hex')))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('dead_letters', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_digest(previous bytea, division text, number bigint, at timestamp with time zone, actor text, authority text, door text, operation text, object_type text, object_id text, diff jsonb, policy text, request_id text, tx xid8) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT sha256(previous || convert_to(jsonb_build_array(
        division, number, extract(epoch FROM at)::text, actor, authority, door, operation, object_type, object_id,
        diff, policy, request_id, tx::text)::text, 'UTF8'))
$$;

CREATE FUNCTION audit_division_boundaries() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of division_boundaries never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('division_boundaries', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_document_scans() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.document_id::text || '/' || r.version::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r) || jsonb_build_object('content', encode(sha256(COALESCE(r.content::text, '')::bytea), 'hex')))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.document_id, r.version) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.document_id::text || '/' || r.version::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r) || jsonb_build_object('content', encode(sha256(COALESCE(r.content::text, '')::bytea), 'hex')))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.document_id, r.version) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.document_id = r.document_id AND o.version = r.version)) THEN
            RAISE EXCEPTION 'the key of a row of document_scans never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.document_id::text || '/' || r.version::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.document_id, r.version) INTO changes
        FROM new_rows r JOIN old_rows o ON o.document_id = r.document_id AND o.version = r.version
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r) || jsonb_build_object('content', encode(sha256(COALESCE(r.content::text, '')::bytea), 'hex'))) n JOIN jsonb_each(to_jsonb(o) || jsonb_build_object('content', encode(sha256(COALESCE(o.content::text, '')::bytea), 'hex'))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('document_scans', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_documents() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of documents never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('documents', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_formation_case_steps() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.case_id::text || '/' || r.version::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.case_id, r.version) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.case_id::text || '/' || r.version::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.case_id, r.version) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.case_id = r.case_id AND o.version = r.version)) THEN
            RAISE EXCEPTION 'the key of a row of formation_case_steps never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.case_id::text || '/' || r.version::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.case_id, r.version) INTO changes
        FROM new_rows r JOIN old_rows o ON o.case_id = r.case_id AND o.version = r.version
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('formation_case_steps', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_formation_cases() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of formation_cases never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('formation_cases', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_formation_checks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), r.policy)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), r.policy)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of formation_checks never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('formation_checks', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_incubatees() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of incubatees never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('incubatees', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_incubation_services() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of incubation_services never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('incubation_services', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_incubator_assessments() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of incubator_assessments never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('incubator_assessments', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_incubators() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of incubators never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('incubators', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_joint_plans() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), r.policy)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), r.policy)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of joint_plans never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('joint_plans', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_joint_proposals() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of joint_proposals never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('joint_proposals', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_managed_units() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of managed_units never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('managed_units', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_meetings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of meetings never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('meetings', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_milestones() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of milestones never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('milestones', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_operator_actions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of operator_actions never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('operator_actions', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_read(of_type text, of_object text, of_division text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NOT COALESCE(of_division LIKE ANY (string_to_array(current_setting('shuangfu.scope', true), ',')), false) THEN
        RAISE EXCEPTION 'division % is outside the scope', of_division USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM audit_append(of_type, 'read', ARRAY[ROW(of_division, of_object, '{}'::jsonb, NULL)::audit_change]);
END $$;

CREATE FUNCTION audit_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail only grows: no % of %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit_resolutions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of resolutions never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('resolutions', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_stations() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of stations never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('stations', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_supports() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of supports never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('supports', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_take_chain(place text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    chains text[] := audit_chains(place);
    chain text;
    begun text[];
BEGIN
    LOOP
        SELECT h.division INTO chain FROM audit_heads h WHERE h.division = ANY(chains)
        ORDER BY h.division LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
        IF FOUND THEN
            RETURN chain;
        END IF;
        SELECT COALESCE(array_agg(h.division), '{}') INTO begun FROM audit_heads h WHERE h.division = ANY(chains);
        FOREACH chain IN ARRAY chains LOOP
            -- Who begins a chain holds this lock until its end: we never wait for the row that it inserts.
            IF chain <> ALL(begun) AND pg_try_advisory_xact_lock(1635083369, hashtext(chain)) THEN
                INSERT INTO audit_heads (division, number, hash) VALUES (chain, 0, ''::bytea) ON CONFLICT DO NOTHING;
                IF FOUND THEN
                    RETURN chain;
                END IF;
            END IF;
        END LOOP;
        IF array_length(begun, 1) > 0 THEN
            chain := begun[1 + pg_backend_pid() % array_length(begun, 1)];
            PERFORM FROM audit_heads h WHERE h.division = chain FOR NO KEY UPDATE;
            RETURN chain;
        END IF;
        -- Eight transactions begin the division's first chains at this moment: we wait for the first of them.
        PERFORM pg_advisory_xact_lock(1635083369, hashtext(place));
    END LOOP;
END $$;

CREATE FUNCTION audit_task_assignments() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of task_assignments never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('task_assignments', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_visits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of visits never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('visits', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION count_area_bodies() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    scope text := current_setting('shuangfu.scope', true);
    units text := current_setting('shuangfu.units', true);
    changes bigint[];
    of_division text[];
    of_area text[];
    of_filed boolean[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(c.division), array_agg(c.area), array_agg(c.filed), array_agg(c.n) INTO of_division, of_area, of_filed, changes FROM (SELECT division, area, filed, sum(one) AS n FROM (SELECT r.division AS division, r.area AS area, r.filed AS filed, 1 AS one FROM new_rows r WHERE r.area IS NOT NULL) AS b GROUP BY 1, 2, 3 HAVING sum(one) <> 0) AS c;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(c.division), array_agg(c.area), array_agg(c.filed), array_agg(c.n) INTO of_division, of_area, of_filed, changes FROM (SELECT division, area, filed, sum(one) AS n FROM (SELECT r.division AS division, r.area AS area, r.filed AS filed, -1 AS one FROM old_rows r WHERE r.area IS NOT NULL) AS b GROUP BY 1, 2, 3 HAVING sum(one) <> 0) AS c;
    ELSE
        SELECT array_agg(c.division), array_agg(c.area), array_agg(c.filed), array_agg(c.n) INTO of_division, of_area, of_filed, changes FROM (SELECT division, area, filed, sum(one) AS n FROM (SELECT r.division AS division, r.area AS area, r.filed AS filed, 1 AS one FROM new_rows r WHERE r.area IS NOT NULL UNION ALL SELECT r.division AS division, r.area AS area, r.filed AS filed, -1 AS one FROM old_rows r WHERE r.area IS NOT NULL) AS b GROUP BY 1, 2, 3 HAVING sum(one) <> 0) AS c;
    END IF;
    IF changes IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('shuangfu.scope', '%', true), set_config('shuangfu.units', '', true);
    FOR place IN 1 .. array_length(changes, 1) LOOP
        UPDATE area_body_counts SET bodies = bodies + changes[place] WHERE id = (
            SELECT c.id FROM area_body_counts c WHERE c.division IS NOT DISTINCT FROM of_division[place] AND c.area IS NOT DISTINCT FROM of_area[place] AND c.filed IS NOT DISTINCT FROM of_filed[place] LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
        );
        IF NOT FOUND THEN
            INSERT INTO area_body_counts (id, division, area, filed, bodies) VALUES (uuidv7(), of_division[place], of_area[place], of_filed[place], changes[place]);
        END IF;
    END LOOP;
    PERFORM set_config('shuangfu.scope', scope, true), set_config('shuangfu.units', units, true);
    RETURN NULL;
END $$;

CREATE FUNCTION count_filed_bodies() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    scope text := current_setting('shuangfu.scope', true);
    units text := current_setting('shuangfu.units', true);
    changes bigint[];
    of_division text[];
    of_filed_year integer[];
    of_until date[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(c.division), array_agg(c.filed_year), array_agg(c.until), array_agg(c.n) INTO of_division, of_filed_year, of_until, changes FROM (SELECT division, filed_year, until, sum(one) AS n FROM (SELECT r.division AS division, CAST(extract(year FROM r.filed_on) AS integer) AS filed_year, r.until AS until, 1 AS one FROM new_rows r WHERE true) AS b GROUP BY 1, 2, 3 HAVING sum(one) <> 0) AS c;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(c.division), array_agg(c.filed_year), array_agg(c.until), array_agg(c.n) INTO of_division, of_filed_year, of_until, changes FROM (SELECT division, filed_year, until, sum(one) AS n FROM (SELECT r.division AS division, CAST(extract(year FROM r.filed_on) AS integer) AS filed_year, r.until AS until, -1 AS one FROM old_rows r WHERE true) AS b GROUP BY 1, 2, 3 HAVING sum(one) <> 0) AS c;
    ELSE
        SELECT array_agg(c.division), array_agg(c.filed_year), array_agg(c.until), array_agg(c.n) INTO of_division, of_filed_year, of_until, changes FROM (SELECT division, filed_year, until, sum(one) AS n FROM (SELECT r.division AS division, CAST(extract(year FROM r.filed_on) AS integer) AS filed_year, r.until AS until, 1 AS one FROM new_rows r WHERE true UNION ALL SELECT r.division AS division, CAST(extract(year FROM r.filed_on) AS integer) AS filed_year, r.until AS until, -1 AS one FROM old_rows r WHERE true) AS b GROUP BY 1, 2, 3 HAVING sum(one) <> 0) AS c;
    END IF;
    IF changes IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('shuangfu.scope', '%', true), set_config('shuangfu.units', '', true);
    FOR place IN 1 .. array_length(changes, 1) LOOP
        UPDATE filed_body_counts SET bodies = bodies + changes[place] WHERE id = (
            SELECT c.id FROM filed_body_counts c WHERE c.division IS NOT DISTINCT FROM of_division[place] AND c.filed_year IS NOT DISTINCT FROM of_filed_year[place] AND c.until IS NOT DISTINCT FROM of_until[place] LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
        );
        IF NOT FOUND THEN
            INSERT INTO filed_body_counts (id, division, filed_year, until, bodies) VALUES (uuidv7(), of_division[place], of_filed_year[place], of_until[place], changes[place]);
        END IF;
    END LOOP;
    PERFORM set_config('shuangfu.scope', scope, true), set_config('shuangfu.units', units, true);
    RETURN NULL;
END $$;

CREATE FUNCTION coverage_claims_follow() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    -- Whoever knows claims sets `stated_sequence`, and writes them itself.
    IF NEW.covers IS NULL OR (TG_OP = 'INSERT' AND NEW.stated_sequence IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND (
        NEW.stated_sequence IS DISTINCT FROM OLD.stated_sequence OR NEW.covers IS NOT DISTINCT FROM OLD.covers
    ) THEN
        RETURN NULL;
    END IF;
    DELETE FROM coverage_claims WHERE party_organization_id = NEW.id AND sequence <= NEW.sequence;
    INSERT INTO coverage_claims AS t (id, party_organization_id, division, organization_id, sequence, covered)
    SELECT md5(NEW.id::text || c.id::text)::uuid, NEW.id, NEW.division, c.id, NEW.sequence, true
    FROM unnest(NEW.covers) AS c(id)
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, covered = true WHERE t.sequence < excluded.sequence;
    RETURN NULL;
END $$;

CREATE FUNCTION document_scans_stay() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'a filed scan never changes' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION documents_stay() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('issued', 'withdrawn') THEN
        RAISE EXCEPTION 'a document that is issued or withdrawn never changes, and none is deleted'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.kind, NEW.division, NEW.subject_type, NEW.subject, NEW.name, NEW.title, NEW.issuer, NEW.issuer_name,
        NEW.issuer_division, NEW.policy, NEW.given, NEW.facts, NEW.content, NEW.drafted_by, NEW.drafted_at)
        IS DISTINCT FROM
       (OLD.kind, OLD.division, OLD.subject_type, OLD.subject, OLD.name, OLD.title, OLD.issuer, OLD.issuer_name,
        OLD.issuer_division, OLD.policy, OLD.given, OLD.facts, OLD.content, OLD.drafted_by, OLD.drafted_at)
       OR NEW.subject_id IS DISTINCT FROM OLD.subject_id OR NEW.series IS DISTINCT FROM OLD.series THEN
        RAISE EXCEPTION 'what a document says is frozen when it is drafted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION joint_sizes(ids uuid[], counting text[], minima integer[]) RETURNS TABLE(branch uuid, units bigint, unknown bigint, counted bigint, short boolean, since date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
#variable_conflict use_column
DECLARE
    scope text := current_setting('shuangfu.scope', true);
    narrowed text := current_setting('shuangfu.units', true);
BEGIN
SELECT array_agg(u.id), array_agg(u.counted), array_agg(u.least) INTO ids, counting, minima
FROM unnest(ids, counting, minima) AS u(id, counted, least)
WHERE EXISTS (SELECT FROM party_organizations p WHERE p.id = u.id);
PERFORM set_config('shuangfu.scope', '%', true), set_config('shuangfu.units', '', true);
RETURN QUERY WITH asked AS (
    SELECT u.id, u.counted, u.least FROM unnest($1, $2, $3) AS u(id, counted, least)
), now AS (
    SELECT a.id, a.least, u.units, u.unknown, u.counted,
        u.units < 2 OR (u.unknown = 0 AND u.counted < a.least) AS short
    FROM asked AS a CROSS JOIN LATERAL (
        SELECT count(*) AS units, count(*) FILTER (WHERE o.id IS NULL) AS unknown,
            COALESCE(sum(CASE a.counted WHEN 'full_members' THEN o.full_members ELSE o.full_members_full_time END), 0)
                AS counted
        FROM coverage_claims AS c LEFT JOIN organizations AS o ON o.id = c.organization_id
        WHERE c.party_organization_id = a.id AND c.covered
          AND (o.id IS NULL OR (o.status = 'registered' AND o.covered_by = a.id))
    ) AS u
), spans AS MATERIALIZED (
    SELECT s.party_organization_id AS branch, s.organization_id, s.since, s.until FROM coverage_spans AS s
    WHERE s.form = 'joint' AND s.party_organization_id IN (SELECT n.id FROM now AS n WHERE n.short)
), stays AS MATERIALIZED (
    SELECT t.organization_id, t.since, t.until FROM organization_stays AS t
    WHERE t.organization_id IN (SELECT s.organization_id FROM spans AS s)
), checks AS MATERIALIZED (
    SELECT DISTINCT ON (k.organization_id, CAST(k.checked_at AT TIME ZONE 'Asia/Shanghai' AS date)) k.organization_id, CAST(k.checked_at AT TIME ZONE 'Asia/Shanghai' AS date) AS day,
        k.counted_full_members AS counted
    FROM formation_checks AS k WHERE k.organization_id IN (SELECT s.organization_id FROM spans AS s)
    ORDER BY k.organization_id, CAST(k.checked_at AT TIME ZONE 'Asia/Shanghai' AS date), k.organization_sequence DESC, k.id DESC
), days AS (
    SELECT s.branch, s.since AS day FROM spans AS s
    UNION SELECT s.branch, s.until FROM spans AS s WHERE s.until IS NOT NULL
    UNION SELECT s.branch, t.until FROM spans AS s JOIN stays AS t ON t.organization_id = s.organization_id
        AND t.until >= s.since AND (s.until IS NULL OR t.until < s.until)
    UNION SELECT s.branch, k.day FROM spans AS s JOIN checks AS k ON k.organization_id = s.organization_id
        AND k.day >= s.since AND (s.until IS NULL OR k.day < s.until)
), sizes AS (
    SELECT d.branch, d.day, count(s.branch) >= 2 AND COALESCE(sum(k.counted), 0) >= n.least AS enough
    FROM days AS d JOIN now AS n ON n.id = d.branch
    LEFT JOIN spans AS s ON s.branch = d.branch AND s.since <= d.day AND (s.until IS NULL OR s.until > d.day)
        AND COALESCE((SELECT bool_or(t.since <= d.day AND (t.until IS NULL OR t.until > d.day))
            FROM stays AS t WHERE t.organization_id = s.organization_id), true)
    LEFT JOIN LATERAL (
        SELECT k.counted FROM checks AS k WHERE k.organization_id = s.organization_id
        ORDER BY k.day <= d.day DESC, CASE WHEN k.day <= d.day THEN d.day - k.day ELSE k.day - d.day END LIMIT 1
    ) AS k ON true
    GROUP BY d.branch, d.day, n.least
), beginnings AS (
    SELECT x.branch, min(x.day) AS day FROM (
        SELECT z.branch, z.day, bool_or(z.enough) OVER (PARTITION BY z.branch ORDER BY z.day DESC) AS later
        FROM sizes AS z
    ) AS x WHERE NOT x.later GROUP BY x.branch
)
SELECT n.id, n.units, n.unknown, n.counted, n.short, g.day FROM now AS n LEFT JOIN beginnings AS g ON g.branch = n.id;
PERFORM set_config('shuangfu.scope', scope, true), set_config('shuangfu.units', narrowed, true);
END $_$;

CREATE FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) RETURNS TABLE("position" bigint, id uuid, type text, subject text, sequence bigint, occurred_at timestamp with time zone, division text, correlation_id text, causation_id text, traceparent text, data jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT o.position, o.id, o.type, o.subject, o.sequence, o.occurred_at, o.division, o.correlation_id,
        o.causation_id, o.traceparent, o.data
    FROM outbox o, (SELECT string_to_array(current_setting('shuangfu.scope', true), ',') AS patterns) AS s
    WHERE o.position > after AND o.position <= up_to AND o.also_divisions IS NOT NULL AND o.type = ANY (of_types)
      AND EXISTS (
          SELECT FROM unnest(string_to_array(o.also_divisions, ',')) AS d(one) WHERE d.one LIKE ANY (s.patterns))
      AND NOT COALESCE(o.division, '') LIKE ANY (s.patterns)
    ORDER BY o.position LIMIT at_most
$$;

CREATE FUNCTION outbox_drop_before(limit_day date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
    name text;
    waiting boolean;
    dropped integer := 0;
BEGIN
    IF limit_day IS NULL OR limit_day > (now() AT TIME ZONE 'UTC')::date - 7 THEN
        RAISE EXCEPTION 'published events stay for at least 7 days'
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'outbox'::regclass AND c.relname ~ '^outbox_[0-9]{8}$'
          AND to_date(right(c.relname, 8), 'YYYYMMDD') < limit_day
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE published_at IS NULL)', name) INTO waiting;
        IF NOT waiting THEN
            EXECUTE format('DROP TABLE %I', name);
            dropped := dropped + 1;
        END IF;
    END LOOP;
    DELETE FROM outbox_default WHERE created_on < limit_day AND published_at IS NOT NULL;
    RETURN dropped;
END $_$;

CREATE FUNCTION outbox_prepare(first date, days integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    day date;
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('outbox_prepare'));
    FOR day IN SELECT first + n FROM generate_series(0, days - 1) AS n LOOP
        name := 'outbox_' || to_char(day, 'YYYYMMDD');
        IF to_regclass(name) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE TABLE %I PARTITION OF outbox FOR VALUES FROM (%L) TO (%L)', name, day, day + 1);
                EXECUTE format('CREATE UNIQUE INDEX %I ON %I (subject, sequence)', 'uq_' || name || '_version', name);
            EXCEPTION WHEN check_violation THEN
                RAISE LOG 'outbox: % has rows in the default partition', day;
            END;
        END IF;
    END LOOP;
END $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

REVOKE ALL ON FUNCTION audit_activities() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_activity_parties() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_append(of_type text, of_operation text, changes audit_change[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_area_outlines() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_area_records() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_areas() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_case_arrangements() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_case_occasions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_chains(place text) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_cultivations() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_dead_letters() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_digest(previous bytea, division text, number bigint, at timestamp with time zone, actor text, authority text, door text, operation text, object_type text, object_id text, diff jsonb, policy text, request_id text, tx xid8) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_division_boundaries() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_document_scans() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_documents() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_formation_case_steps() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_formation_cases() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_formation_checks() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_incubatees() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_incubation_services() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_incubator_assessments() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_incubators() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_joint_plans() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_joint_proposals() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_managed_units() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_meetings() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_milestones() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_operator_actions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_read(of_type text, of_object text, of_division text) FROM PUBLIC;
GRANT ALL ON FUNCTION audit_read(of_type text, of_object text, of_division text) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION audit_refuse() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_resolutions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_stations() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_supports() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_take_chain(place text) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_task_assignments() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_visits() FROM PUBLIC;

REVOKE ALL ON FUNCTION count_area_bodies() FROM PUBLIC;

REVOKE ALL ON FUNCTION count_filed_bodies() FROM PUBLIC;

REVOKE ALL ON FUNCTION coverage_claims_follow() FROM PUBLIC;

REVOKE ALL ON FUNCTION document_scans_stay() FROM PUBLIC;

REVOKE ALL ON FUNCTION documents_stay() FROM PUBLIC;

REVOKE ALL ON FUNCTION joint_sizes(ids uuid[], counting text[], minima integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION joint_sizes(ids uuid[], counting text[], minima integer[]) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_drop_before(limit_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_drop_before(limit_day date) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_prepare(first date, days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_prepare(first date, days integer) TO shuangfu_runtime;
