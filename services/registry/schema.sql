-- The schema of registry, as its migrations leave it. Made by `make schema`; a test compares it with a migrated
-- database. Left out: the outbox's partitions of single days, which the relay creates and drops.
-- By table: columns, constraints, indexes, row-level security, triggers, grants. Functions are at the end.

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
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

-- affiliations
CREATE TABLE affiliations (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    body text NOT NULL,
    kind text NOT NULL,
    since date NOT NULL,
    until date,
    by_default boolean NOT NULL,
    note text,
    reasons jsonb NOT NULL,
    set_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_affiliations_kind CHECK ((kind = ANY (ARRAY['competent_unit'::text, 'host'::text, 'territory'::text, 'other'::text]))),
    CONSTRAINT ck_affiliations_until CHECK ((until > since))
);

ALTER TABLE ONLY affiliations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY affiliations ADD CONSTRAINT ex_affiliations_one_at_a_time EXCLUDE USING gist (party_organization_id WITH =, daterange(since, until) WITH &&) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY affiliations ADD CONSTRAINT pk_affiliations PRIMARY KEY (id);
CREATE INDEX ix_affiliations_body ON affiliations USING btree (body, party_organization_id);
CREATE INDEX ix_affiliations_division ON affiliations USING btree (division text_pattern_ops, id);
CREATE INDEX ix_affiliations_party_organization_id ON affiliations USING btree (party_organization_id, since);
CREATE TRIGGER audit_delete AFTER DELETE ON affiliations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_affiliations();
CREATE TRIGGER audit_insert AFTER INSERT ON affiliations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_affiliations();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON affiliations FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON affiliations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_affiliations();
ALTER TABLE ONLY affiliations ADD CONSTRAINT fk_affiliations_body_bodies FOREIGN KEY (body) REFERENCES bodies(code);
ALTER TABLE ONLY affiliations ADD CONSTRAINT fk_affiliations_party_organization_id_division_party_orgs FOREIGN KEY (party_organization_id, division) REFERENCES party_organizations(id, division) ON UPDATE CASCADE;
ALTER TABLE affiliations ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON affiliations FOR SELECT USING ((EXISTS ( SELECT
   FROM party_organizations p
  WHERE (p.id = affiliations.party_organization_id))));
CREATE POLICY scope ON affiliations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON affiliations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE affiliations TO shuangfu_runtime;

-- assessment_grades
CREATE TABLE assessment_grades (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    grade text NOT NULL,
    announced_on date NOT NULL,
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    origin text NOT NULL,
    follows uuid,
    ended_on date,
    ended_by text,
    measures text NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    note text,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_assessment_grades_ended CHECK ((((ended_on IS NULL) = (ended_by IS NULL)) AND (ended_by = ANY (ARRAY['correction'::text, 'adjustment'::text, 'revocation'::text])))),
    CONSTRAINT ck_assessment_grades_grade CHECK ((grade = ANY (ARRAY['1A'::text, '2A'::text, '3A'::text, '4A'::text, '5A'::text]))),
    CONSTRAINT ck_assessment_grades_origin CHECK ((origin = ANY (ARRAY['assessment'::text, 'correction'::text, 'verification'::text]))),
    CONSTRAINT ck_assessment_grades_valid CHECK ((valid_from <= valid_until))
);

ALTER TABLE ONLY assessment_grades FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY assessment_grades ADD CONSTRAINT pk_assessment_grades PRIMARY KEY (id);
ALTER TABLE ONLY assessment_grades ADD CONSTRAINT uq_assessment_grades_id_organization_id_division UNIQUE (id, organization_id, division);
CREATE INDEX ix_assessment_grades_division ON assessment_grades USING btree (division text_pattern_ops, id);
CREATE INDEX ix_assessment_grades_organization_id ON assessment_grades USING btree (organization_id, id);
CREATE UNIQUE INDEX uq_assessment_grades_announced ON assessment_grades USING btree (organization_id, announced_on) WHERE ((ended_by IS DISTINCT FROM 'correction'::text) AND (origin <> 'verification'::text));
CREATE TRIGGER audit_delete AFTER DELETE ON assessment_grades REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_assessment_grades();
CREATE TRIGGER audit_insert AFTER INSERT ON assessment_grades REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_assessment_grades();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON assessment_grades FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON assessment_grades REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_assessment_grades();
ALTER TABLE ONLY assessment_grades ADD CONSTRAINT fk_assessment_grades_follows_assessment_grades FOREIGN KEY (follows) REFERENCES assessment_grades(id);
ALTER TABLE ONLY assessment_grades ADD CONSTRAINT fk_assessment_grades_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE;
ALTER TABLE assessment_grades ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON assessment_grades USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON assessment_grades AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT,UPDATE ON TABLE assessment_grades TO shuangfu_runtime;

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
    conference jsonb,
    version bigint NOT NULL,
    CONSTRAINT ck_bodies_level CHECK ((level = ANY (ARRAY['city'::text, 'district'::text, 'street'::text, 'community'::text]))),
    CONSTRAINT ck_bodies_until CHECK ((until > since))
);

ALTER TABLE ONLY bodies FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY bodies ADD CONSTRAINT pk_bodies PRIMARY KEY (id);
ALTER TABLE ONLY bodies ADD CONSTRAINT uq_bodies_code UNIQUE (code);
CREATE INDEX ix_bodies_division ON bodies USING btree (division text_pattern_ops, id);
CREATE INDEX ix_bodies_parent ON bodies USING btree (parent);
CREATE TRIGGER audit_delete AFTER DELETE ON bodies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_bodies();
CREATE TRIGGER audit_insert AFTER INSERT ON bodies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_bodies();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON bodies FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON bodies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_bodies();
ALTER TABLE ONLY bodies ADD CONSTRAINT fk_bodies_parent_bodies FOREIGN KEY (parent) REFERENCES bodies(code);
ALTER TABLE bodies ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON bodies FOR SELECT USING (((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])) OR (EXISTS ( SELECT
   FROM unnest(( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)) s(pattern)
  WHERE (rtrim(s.pattern, '%'::text) ~~ (regexp_replace(bodies.division, '(00)+$'::text, ''::text) || '%'::text))))));
CREATE POLICY scope ON bodies USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON bodies AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (code = ANY (ARRAY( SELECT affiliations.body
   FROM affiliations
  WHERE (affiliations.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (code = ANY (ARRAY( SELECT affiliations.body
   FROM affiliations
  WHERE (affiliations.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))));
GRANT SELECT,INSERT,UPDATE ON TABLE bodies TO shuangfu_runtime;

-- code_exceptions
CREATE TABLE code_exceptions (
    uscc text NOT NULL,
    division text NOT NULL,
    authority text NOT NULL,
    reason text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY code_exceptions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY code_exceptions ADD CONSTRAINT pk_code_exceptions PRIMARY KEY (uscc);
CREATE INDEX ix_code_exceptions_division ON code_exceptions USING btree (division text_pattern_ops, uscc);
CREATE TRIGGER audit_delete AFTER DELETE ON code_exceptions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_code_exceptions();
CREATE TRIGGER audit_insert AFTER INSERT ON code_exceptions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_code_exceptions();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON code_exceptions FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON code_exceptions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_code_exceptions();
ALTER TABLE code_exceptions ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON code_exceptions USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON code_exceptions AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE ON TABLE code_exceptions TO shuangfu_runtime;

-- conflicts
CREATE TABLE conflicts (
    id uuid NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    organization_id uuid NOT NULL,
    uscc text NOT NULL,
    division text NOT NULL,
    stored_division text NOT NULL,
    stored jsonb NOT NULL,
    stored_as_of timestamp with time zone NOT NULL,
    incoming jsonb NOT NULL,
    as_of timestamp with time zone NOT NULL,
    fingerprint text NOT NULL,
    sent_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    taken text,
    reason text,
    resolved_by text,
    resolved_at timestamp with time zone,
    version bigint DEFAULT 1 NOT NULL,
    data_source text,
    disputed jsonb,
    CONSTRAINT ck_conflicts_state CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text]))),
    CONSTRAINT ck_conflicts_taken CHECK ((((state = 'resolved'::text) = ((taken = ANY (ARRAY['stored'::text, 'incoming'::text])) AND (reason IS NOT NULL) AND (resolved_by IS NOT NULL) AND (resolved_at IS NOT NULL))) IS TRUE))
);

ALTER TABLE ONLY conflicts FORCE ROW LEVEL SECURITY;
ALTER TABLE conflicts ADD CONSTRAINT ck_conflicts_kind CHECK ((kind = ANY (ARRAY['same_instant'::text, 'other_division'::text, 'precedence'::text]))) NOT VALID;
ALTER TABLE ONLY conflicts ADD CONSTRAINT pk_conflicts PRIMARY KEY (id);
ALTER TABLE ONLY conflicts ADD CONSTRAINT uq_conflicts_uscc UNIQUE (uscc, fingerprint);
CREATE INDEX ix_conflicts_division ON conflicts USING btree (division text_pattern_ops, id);
CREATE INDEX ix_conflicts_stored_division ON conflicts USING btree (stored_division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON conflicts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_conflicts();
CREATE TRIGGER audit_insert AFTER INSERT ON conflicts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_conflicts();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON conflicts FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON conflicts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_conflicts();
ALTER TABLE conflicts ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON conflicts USING (((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])) OR (stored_division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])))) WITH CHECK (((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])) OR (stored_division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))));
CREATE POLICY units ON conflicts AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE conflicts TO shuangfu_runtime;

-- contacts
CREATE TABLE contacts (
    organization_id uuid NOT NULL,
    role text NOT NULL,
    division text NOT NULL,
    key_id text NOT NULL,
    sealed bytea NOT NULL,
    version bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_contacts_role CHECK ((role = ANY (ARRAY['secretary'::text, 'liaison'::text, 'instructor'::text])))
);

ALTER TABLE ONLY contacts FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY contacts ADD CONSTRAINT pk_contacts PRIMARY KEY (organization_id, role);
CREATE TRIGGER audit_delete AFTER DELETE ON contacts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_contacts();
CREATE TRIGGER audit_insert AFTER INSERT ON contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_contacts();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON contacts FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON contacts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_contacts();
ALTER TABLE ONLY contacts ADD CONSTRAINT fk_contacts_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY contacts ADD CONSTRAINT fk_contacts_organization_id_organizations FOREIGN KEY (organization_id) REFERENCES organizations(id);
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON contacts USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON contacts AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE contacts TO shuangfu_runtime;

-- corrections
CREATE TABLE corrections (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    fields jsonb NOT NULL,
    before jsonb NOT NULL,
    as_of timestamp with time zone NOT NULL,
    as_of_before timestamp with time zone NOT NULL,
    reason text NOT NULL,
    corrected_by text NOT NULL,
    corrected_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY corrections FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY corrections ADD CONSTRAINT pk_corrections PRIMARY KEY (id);
CREATE INDEX ix_corrections_division ON corrections USING btree (division text_pattern_ops, id);
CREATE INDEX ix_corrections_organization_id ON corrections USING btree (organization_id, id);
CREATE TRIGGER audit_delete AFTER DELETE ON corrections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_corrections();
CREATE TRIGGER audit_insert AFTER INSERT ON corrections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_corrections();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON corrections FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON corrections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_corrections();
ALTER TABLE ONLY corrections ADD CONSTRAINT fk_corrections_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE;
ALTER TABLE corrections ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON corrections USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON corrections AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT ON TABLE corrections TO shuangfu_runtime;

-- coverages
CREATE TABLE coverages (
    party_organization_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    since date NOT NULL,
    until date,
    division text NOT NULL
);

ALTER TABLE ONLY coverages FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY coverages ADD CONSTRAINT pk_coverages PRIMARY KEY (party_organization_id, organization_id, since);
CREATE INDEX ix_coverages_current ON coverages USING btree (organization_id) WHERE (until IS NULL);
CREATE INDEX ix_coverages_organization_id ON coverages USING btree (organization_id);
CREATE TRIGGER audit_delete AFTER DELETE ON coverages REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_coverages();
CREATE TRIGGER audit_insert AFTER INSERT ON coverages REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_coverages();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON coverages FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON coverages REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_coverages();
ALTER TABLE ONLY coverages ADD CONSTRAINT fk_coverages_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY coverages ADD CONSTRAINT fk_coverages_organization_id_organizations FOREIGN KEY (organization_id) REFERENCES organizations(id);
ALTER TABLE ONLY coverages ADD CONSTRAINT fk_coverages_party_organization_id_party_organizations FOREIGN KEY (party_organization_id) REFERENCES party_organizations(id);
ALTER TABLE coverages ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON coverages USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON coverages AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE coverages TO shuangfu_runtime;

-- covered_divisions
CREATE TABLE covered_divisions (
    party_organization_id uuid NOT NULL,
    division text NOT NULL
);

ALTER TABLE ONLY covered_divisions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY covered_divisions ADD CONSTRAINT pk_covered_divisions PRIMARY KEY (party_organization_id, division);
ALTER TABLE covered_divisions ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON covered_divisions USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON covered_divisions AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE covered_divisions TO shuangfu_runtime;

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
CREATE POLICY units ON documents AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR ((state = 'issued'::text) AND ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (subject_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR ((state = 'issued'::text) AND ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (subject_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))))));
GRANT SELECT,INSERT,UPDATE ON TABLE documents TO shuangfu_runtime;

-- duplicates
CREATE TABLE duplicates (
    id uuid NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    organization_id uuid NOT NULL,
    uscc text NOT NULL,
    division text NOT NULL,
    other_id uuid NOT NULL,
    other_uscc text NOT NULL,
    other_division text NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    verdict text,
    kept_id uuid,
    succession_id uuid,
    reason text,
    reasons jsonb,
    resolved_by text,
    resolved_at timestamp with time zone,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT ck_duplicates_kind CHECK ((kind = ANY (ARRAY['same_name'::text, 'organization_code'::text]))),
    CONSTRAINT ck_duplicates_pair CHECK ((organization_id <> other_id)),
    CONSTRAINT ck_duplicates_verdict CHECK (
CASE state
    WHEN 'open'::text THEN (verdict IS NULL)
    WHEN 'resolved'::text THEN (((verdict = ANY (ARRAY['same'::text, 'different'::text, 'succession'::text])) IS TRUE) AND (reason IS NOT NULL) AND (resolved_by IS NOT NULL) AND (resolved_at IS NOT NULL))
    ELSE false
END)
);

ALTER TABLE ONLY duplicates FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY duplicates ADD CONSTRAINT pk_duplicates PRIMARY KEY (id);
ALTER TABLE ONLY duplicates ADD CONSTRAINT uq_duplicates_organization_id_other_id UNIQUE (organization_id, other_id);
CREATE INDEX ix_duplicates_division ON duplicates USING btree (division text_pattern_ops, id);
CREATE INDEX ix_duplicates_other_division ON duplicates USING btree (other_division text_pattern_ops, id);
CREATE INDEX ix_duplicates_other_id ON duplicates USING btree (other_id, organization_id);
CREATE TRIGGER audit_delete AFTER DELETE ON duplicates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_duplicates();
CREATE TRIGGER audit_insert AFTER INSERT ON duplicates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_duplicates();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON duplicates FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON duplicates REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_duplicates();
ALTER TABLE duplicates ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON duplicates USING (((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])) OR (other_division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])))) WITH CHECK (((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])) OR (other_division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))));
CREATE POLICY units ON duplicates AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE duplicates TO shuangfu_runtime;

-- filed_bodies
CREATE TABLE filed_bodies (
    id uuid NOT NULL,
    reference text NOT NULL,
    number text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    community text,
    address text,
    people integer,
    full_members integer,
    probationary_members integer,
    filed_on date NOT NULL,
    until date,
    as_of timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    lon double precision,
    lat double precision,
    stated_in uuid,
    datum text,
    CONSTRAINT ck_filed_bodies_counts CHECK (((people >= 0) AND (full_members >= 0) AND (probationary_members >= 0))),
    CONSTRAINT ck_filed_bodies_until CHECK ((until > filed_on))
);

ALTER TABLE ONLY filed_bodies FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY filed_bodies ADD CONSTRAINT pk_filed_bodies PRIMARY KEY (id);
ALTER TABLE ONLY filed_bodies ADD CONSTRAINT uq_filed_bodies_reference UNIQUE (reference);
CREATE INDEX ix_filed_bodies_division ON filed_bodies USING btree (division text_pattern_ops, id);
CREATE INDEX ix_filed_bodies_number ON filed_bodies USING btree (number);
CREATE TRIGGER audit_delete AFTER DELETE ON filed_bodies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_filed_bodies();
CREATE TRIGGER audit_insert AFTER INSERT ON filed_bodies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_filed_bodies();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON filed_bodies FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON filed_bodies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_filed_bodies();
ALTER TABLE filed_bodies ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON filed_bodies USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON filed_bodies AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE filed_bodies TO shuangfu_runtime;

-- filed_body_areas
CREATE TABLE filed_body_areas (
    id uuid NOT NULL,
    division text NOT NULL,
    area text,
    since date NOT NULL,
    stated_at timestamp with time zone NOT NULL,
    sequence bigint NOT NULL
);

ALTER TABLE ONLY filed_body_areas FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY filed_body_areas ADD CONSTRAINT pk_filed_body_areas PRIMARY KEY (id);
CREATE INDEX ix_filed_body_areas_division ON filed_body_areas USING btree (division text_pattern_ops, id);
ALTER TABLE filed_body_areas ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON filed_body_areas USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON filed_body_areas AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE filed_body_areas TO shuangfu_runtime;

-- grade_reviews
CREATE TABLE grade_reviews (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    grade_id uuid NOT NULL,
    cause text NOT NULL,
    state text NOT NULL,
    reasons jsonb NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    outcome text,
    note text,
    decided_by text,
    decided_at timestamp with time zone,
    version bigint NOT NULL,
    CONSTRAINT ck_grade_reviews_state CHECK ((state = ANY (ARRAY['open'::text, 'decided'::text, 'lapsed'::text])))
);

ALTER TABLE ONLY grade_reviews FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY grade_reviews ADD CONSTRAINT pk_grade_reviews PRIMARY KEY (id);
ALTER TABLE ONLY grade_reviews ADD CONSTRAINT uq_grade_reviews_grade_id_cause UNIQUE (grade_id, cause);
CREATE INDEX ix_grade_reviews_division ON grade_reviews USING btree (division text_pattern_ops, id);
CREATE INDEX ix_grade_reviews_open ON grade_reviews USING btree (division text_pattern_ops, id) WHERE (state = 'open'::text);
CREATE TRIGGER audit_delete AFTER DELETE ON grade_reviews REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grade_reviews();
CREATE TRIGGER audit_insert AFTER INSERT ON grade_reviews REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grade_reviews();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grade_reviews FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grade_reviews REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grade_reviews();
ALTER TABLE ONLY grade_reviews ADD CONSTRAINT fk_grade_reviews_grade_id_organization_id_division_grades FOREIGN KEY (grade_id, organization_id, division) REFERENCES assessment_grades(id, organization_id, division) ON UPDATE CASCADE;
ALTER TABLE grade_reviews ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grade_reviews USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grade_reviews AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT,UPDATE ON TABLE grade_reviews TO shuangfu_runtime;

-- grade_verifications
CREATE TABLE grade_verifications (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    grade_id uuid NOT NULL,
    review_id uuid,
    outcome text NOT NULL,
    before text NOT NULL,
    grade text,
    decided_on date NOT NULL,
    note text,
    decided_by text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_grade_verifications_outcome CHECK ((outcome = ANY (ARRAY['confirmed'::text, 'adjusted'::text, 'revoked'::text])))
);

ALTER TABLE ONLY grade_verifications FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY grade_verifications ADD CONSTRAINT pk_grade_verifications PRIMARY KEY (id);
CREATE INDEX ix_grade_verifications_division ON grade_verifications USING btree (division text_pattern_ops, id);
CREATE INDEX ix_grade_verifications_organization_id ON grade_verifications USING btree (organization_id, id);
CREATE TRIGGER audit_delete AFTER DELETE ON grade_verifications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grade_verifications();
CREATE TRIGGER audit_insert AFTER INSERT ON grade_verifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grade_verifications();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grade_verifications FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grade_verifications REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grade_verifications();
ALTER TABLE ONLY grade_verifications ADD CONSTRAINT fk_grade_verifications_grade_id_organization_id_division_grades FOREIGN KEY (grade_id, organization_id, division) REFERENCES assessment_grades(id, organization_id, division) ON UPDATE CASCADE;
ALTER TABLE grade_verifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grade_verifications USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grade_verifications AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT ON TABLE grade_verifications TO shuangfu_runtime;

-- import_errors
CREATE TABLE import_errors (
    import_id uuid NOT NULL,
    row_number integer NOT NULL,
    uscc text,
    problem jsonb NOT NULL,
    cells jsonb,
    severity text DEFAULT 'refused'::text NOT NULL,
    key text
);

ALTER TABLE ONLY import_errors FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY import_errors ADD CONSTRAINT pk_import_errors PRIMARY KEY (import_id, row_number);
ALTER TABLE ONLY import_errors ADD CONSTRAINT fk_import_errors_import_id_imports FOREIGN KEY (import_id) REFERENCES imports(id);
ALTER TABLE import_errors ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON import_errors USING ((EXISTS ( SELECT
   FROM imports i
  WHERE (i.id = import_errors.import_id)))) WITH CHECK ((EXISTS ( SELECT
   FROM imports i
  WHERE (i.id = import_errors.import_id))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE import_errors TO shuangfu_runtime;

-- imports
CREATE TABLE imports (
    id uuid NOT NULL,
    filename text NOT NULL,
    format text NOT NULL,
    dry_run boolean NOT NULL,
    state text NOT NULL,
    content bytea,
    rows_total integer NOT NULL,
    rows_done integer DEFAULT 0 NOT NULL,
    created integer DEFAULT 0 NOT NULL,
    changed integer DEFAULT 0 NOT NULL,
    same integer DEFAULT 0 NOT NULL,
    refused integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    created_by text DEFAULT 'nobody'::text NOT NULL,
    scope text DEFAULT ''::text NOT NULL,
    authority text DEFAULT ''::text NOT NULL,
    given jsonb,
    report jsonb,
    records integer,
    attempts integer DEFAULT 0 NOT NULL,
    attempted_at timestamp with time zone,
    failure jsonb,
    warned integer DEFAULT 0 NOT NULL,
    subject text DEFAULT 'organizations'::text NOT NULL,
    CONSTRAINT ck_imports_state CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'completed'::text, 'failed'::text])))
);

ALTER TABLE ONLY imports FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY imports ADD CONSTRAINT pk_imports PRIMARY KEY (id);
CREATE TRIGGER audit_insert AFTER INSERT ON imports REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_imports();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON imports FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON imports USING (((created_by = ( SELECT ((COALESCE(NULLIF(current_setting('shuangfu.context'::text, true), ''::text), '{}'::text))::jsonb ->> 'actor'::text))) OR (''::text ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])))) WITH CHECK (((created_by = ( SELECT ((COALESCE(NULLIF(current_setting('shuangfu.context'::text, true), ''::text), '{}'::text))::jsonb ->> 'actor'::text))) OR (''::text ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))));
CREATE POLICY units ON imports AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE imports TO shuangfu_runtime;

-- inspections
CREATE TABLE inspections (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    outcome text NOT NULL,
    form text NOT NULL,
    charity boolean NOT NULL,
    owed boolean NOT NULL,
    due_on date NOT NULL,
    party_building jsonb,
    reported_on date,
    concluded_on date NOT NULL,
    note text,
    measures text NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_inspections_form CHECK ((form = ANY (ARRAY['inspection'::text, 'report'::text]))),
    CONSTRAINT ck_inspections_outcome CHECK ((outcome = ANY (ARRAY['qualified'::text, 'basically_qualified'::text, 'unqualified'::text, 'report_filed'::text, 'not_filed'::text])))
);

ALTER TABLE ONLY inspections FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY inspections ADD CONSTRAINT pk_inspections PRIMARY KEY (id);
ALTER TABLE ONLY inspections ADD CONSTRAINT uq_inspections_organization_id_year UNIQUE (organization_id, year);
CREATE INDEX ix_inspections_division ON inspections USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON inspections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_inspections();
CREATE TRIGGER audit_insert AFTER INSERT ON inspections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_inspections();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON inspections FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON inspections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_inspections();
ALTER TABLE ONLY inspections ADD CONSTRAINT fk_inspections_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE;
ALTER TABLE inspections ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON inspections USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON inspections AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT,UPDATE ON TABLE inspections TO shuangfu_runtime;

-- leaderships
CREATE TABLE leaderships (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    method text NOT NULL,
    held_on date NOT NULL,
    due integer,
    present integer,
    candidates integer,
    elected integer,
    full_members integer,
    membership jsonb,
    secretary_is_head boolean,
    warnings jsonb NOT NULL,
    reasons jsonb NOT NULL,
    reported_by text NOT NULL,
    approved_on date,
    approval_number text,
    approving_body text,
    approved_by text,
    term_years integer,
    ends_on date,
    extension jsonb,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_leaderships_approved CHECK (((state = 'approved'::text) = ((approved_on IS NOT NULL) AND (approved_by IS NOT NULL)))),
    CONSTRAINT ck_leaderships_ends_on CHECK ((ends_on > approved_on)),
    CONSTRAINT ck_leaderships_method CHECK ((method = ANY (ARRAY['election'::text, 'appointment'::text]))),
    CONSTRAINT ck_leaderships_state CHECK ((state = ANY (ARRAY['reported'::text, 'approved'::text, 'returned'::text])))
);

ALTER TABLE ONLY leaderships FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY leaderships ADD CONSTRAINT pk_leaderships PRIMARY KEY (id);
ALTER TABLE ONLY leaderships ADD CONSTRAINT uq_leaderships_party_organization_id_number UNIQUE (party_organization_id, number);
CREATE INDEX ix_leaderships_division ON leaderships USING btree (division text_pattern_ops, id);
CREATE UNIQUE INDEX uq_leaderships_approved_on ON leaderships USING btree (party_organization_id, approved_on);
CREATE UNIQUE INDEX uq_leaderships_reported ON leaderships USING btree (party_organization_id) WHERE (state = 'reported'::text);
CREATE TRIGGER audit_delete AFTER DELETE ON leaderships REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_leaderships();
CREATE TRIGGER audit_insert AFTER INSERT ON leaderships REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_leaderships();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON leaderships FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON leaderships REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_leaderships();
ALTER TABLE ONLY leaderships ADD CONSTRAINT fk_leaderships_party_organization_id_division_party_orgs FOREIGN KEY (party_organization_id, division) REFERENCES party_organizations(id, division) ON UPDATE CASCADE;
ALTER TABLE leaderships ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON leaderships FOR SELECT USING ((EXISTS ( SELECT
   FROM party_organizations p
  WHERE (p.id = leaderships.party_organization_id))));
CREATE POLICY scope ON leaderships USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON leaderships AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,UPDATE ON TABLE leaderships TO shuangfu_runtime;

-- managements
CREATE TABLE managements (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    year integer NOT NULL,
    tier text NOT NULL,
    mode text NOT NULL,
    level text NOT NULL,
    demonstration_site boolean NOT NULL,
    commended_on date NOT NULL,
    managed_from date NOT NULL,
    reasons jsonb NOT NULL,
    sequence bigint NOT NULL,
    ended_on date
);

ALTER TABLE ONLY managements FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY managements ADD CONSTRAINT pk_managements PRIMARY KEY (id);
CREATE INDEX ix_managements_party_organization_id ON managements USING btree (party_organization_id, managed_from);
ALTER TABLE managements ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON managements USING (((EXISTS ( SELECT
   FROM party_organizations p
  WHERE (p.id = managements.party_organization_id))) OR (''::text ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])))) WITH CHECK (((EXISTS ( SELECT
   FROM party_organizations p
  WHERE (p.id = managements.party_organization_id))) OR (''::text ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE managements TO shuangfu_runtime;

-- organization_claims
CREATE TABLE organization_claims (
    organization_id uuid NOT NULL,
    division text NOT NULL,
    claims jsonb NOT NULL
);

ALTER TABLE ONLY organization_claims FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY organization_claims ADD CONSTRAINT pk_organization_claims PRIMARY KEY (organization_id);
CREATE INDEX ix_organization_claims_division ON organization_claims USING btree (division text_pattern_ops, organization_id);
CREATE TRIGGER audit_delete AFTER DELETE ON organization_claims REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_organization_claims();
CREATE TRIGGER audit_insert AFTER INSERT ON organization_claims REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_organization_claims();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON organization_claims FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON organization_claims REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_organization_claims();
ALTER TABLE ONLY organization_claims ADD CONSTRAINT fk_organization_claims_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE;
ALTER TABLE organization_claims ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON organization_claims USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON organization_claims AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE organization_claims TO shuangfu_runtime;

-- organization_counts
CREATE TABLE organization_counts (
    id uuid NOT NULL,
    division text NOT NULL,
    coverage text NOT NULL,
    organizations bigint NOT NULL
);

ALTER TABLE ONLY organization_counts FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY organization_counts ADD CONSTRAINT pk_organization_counts PRIMARY KEY (id);
CREATE INDEX ix_organization_counts_division ON organization_counts USING btree (division text_pattern_ops, coverage);
ALTER TABLE organization_counts ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON organization_counts USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON organization_counts AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT ON TABLE organization_counts TO shuangfu_runtime;

-- organization_keys
CREATE TABLE organization_keys (
    organization_id uuid NOT NULL,
    division text NOT NULL,
    organization_code text NOT NULL,
    named text NOT NULL,
    addressed text NOT NULL
);

ALTER TABLE ONLY organization_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY organization_keys ADD CONSTRAINT pk_organization_keys PRIMARY KEY (organization_id);
CREATE INDEX ix_organization_keys_division ON organization_keys USING btree (division text_pattern_ops, organization_id);
CREATE INDEX ix_organization_keys_named ON organization_keys USING btree (named);
CREATE INDEX ix_organization_keys_organization_code ON organization_keys USING btree (organization_code);
ALTER TABLE ONLY organization_keys ADD CONSTRAINT fk_organization_keys_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE organization_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON organization_keys USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON organization_keys AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT ON TABLE organization_keys TO shuangfu_runtime;

-- organization_searches
CREATE TABLE organization_searches (
    organization_id uuid NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    texts text NOT NULL,
    terms text NOT NULL
);

ALTER TABLE ONLY organization_searches FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY organization_searches ADD CONSTRAINT pk_organization_searches PRIMARY KEY (organization_id);
CREATE INDEX ix_organization_searches_division ON organization_searches USING btree (division text_pattern_ops, organization_id);
CREATE INDEX ix_organization_searches_terms ON organization_searches USING gin (terms gin_trgm_ops) WITH (gin_pending_list_limit='512');
ALTER TABLE ONLY organization_searches ADD CONSTRAINT fk_organization_searches_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE organization_searches ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON organization_searches USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON organization_searches AS RESTRICTIVE USING (
CASE
    WHEN (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) THEN true
    ELSE (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
       FROM coverages
      WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))
END) WITH CHECK (
CASE
    WHEN (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) THEN true
    ELSE (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
       FROM coverages
      WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))
END);
GRANT SELECT ON TABLE organization_searches TO shuangfu_runtime;

-- organization_versions
CREATE TABLE organization_versions (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    version bigint NOT NULL,
    content jsonb NOT NULL,
    as_of timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY organization_versions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY organization_versions ADD CONSTRAINT pk_organization_versions PRIMARY KEY (id);
ALTER TABLE ONLY organization_versions ADD CONSTRAINT uq_organization_versions_organization_id_version UNIQUE (organization_id, version);
CREATE INDEX ix_organization_versions_division ON organization_versions USING btree (division text_pattern_ops, id);
ALTER TABLE ONLY organization_versions ADD CONSTRAINT fk_organization_versions_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE;
ALTER TABLE organization_versions ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON organization_versions USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON organization_versions AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT ON TABLE organization_versions TO shuangfu_runtime;

-- organizations
CREATE TABLE organizations (
    id uuid NOT NULL,
    uscc text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    address text NOT NULL,
    carrier text,
    lon double precision,
    lat double precision,
    registered_on date NOT NULL,
    full_time_staff integer NOT NULL,
    full_members_full_time integer NOT NULL,
    full_members integer NOT NULL,
    probationary_members integer NOT NULL,
    evaluation_type text,
    source text NOT NULL,
    status text NOT NULL,
    as_of timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    coverage text DEFAULT 'uncovered'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_on date,
    datum text,
    full_members_full_or_part_time integer,
    former_names jsonb,
    CONSTRAINT ck_organizations_counts CHECK (((full_members_full_time <= full_time_staff) AND (full_members_full_time <= full_members) AND (full_members_full_time >= 0) AND (probationary_members >= 0)))
);

ALTER TABLE ONLY organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY organizations ADD CONSTRAINT pk_organizations PRIMARY KEY (id);
ALTER TABLE ONLY organizations ADD CONSTRAINT uq_organizations_uscc UNIQUE (uscc);
CREATE INDEX ix_organizations_division ON organizations USING btree (division text_pattern_ops, id);
CREATE UNIQUE INDEX uq_organizations_id_division ON organizations USING btree (id, division);
CREATE TRIGGER audit_delete AFTER DELETE ON organizations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_organizations();
CREATE TRIGGER audit_insert AFTER INSERT ON organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_organizations_insert();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON organizations FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_organizations();
CREATE TRIGGER counts_delete AFTER DELETE ON organizations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_organizations();
CREATE TRIGGER counts_insert AFTER INSERT ON organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_organizations();
CREATE TRIGGER counts_update AFTER UPDATE ON organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_organizations();
CREATE TRIGGER propose_insert AFTER INSERT ON organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION propose_duplicates_of_written();
CREATE TRIGGER propose_update AFTER UPDATE ON organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION propose_duplicates_of_written();
CREATE TRIGGER search_insert AFTER INSERT ON organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_organization_searches();
CREATE TRIGGER search_update AFTER UPDATE ON organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_organization_searches();
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON organizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON organizations AS RESTRICTIVE USING (
CASE
    WHEN (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) THEN true
    ELSE (id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
       FROM coverages
      WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))
END) WITH CHECK (
CASE
    WHEN (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) THEN true
    ELSE (id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
       FROM coverages
      WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))
END);
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE organizations TO shuangfu_runtime;

-- party_organizations
CREATE TABLE party_organizations (
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    form text NOT NULL,
    division text NOT NULL,
    street text,
    established_on date NOT NULL,
    dissolved_on date,
    version bigint NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    term_since date,
    term_ends_on date,
    secretary_is_head boolean,
    refounded_on date,
    founding_number text,
    founding_form text,
    taken_over boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_party_organizations_kind CHECK ((kind = ANY (ARRAY['BRANCH'::text, 'GENERAL'::text, 'COMMITTEE'::text])))
);

ALTER TABLE ONLY party_organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY party_organizations ADD CONSTRAINT pk_party_organizations PRIMARY KEY (id);
CREATE INDEX ix_party_organizations_division ON party_organizations USING btree (division text_pattern_ops, id);
CREATE UNIQUE INDEX uq_party_organizations_id_division ON party_organizations USING btree (id, division);
CREATE TRIGGER audit_delete AFTER DELETE ON party_organizations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_party_organizations();
CREATE TRIGGER audit_insert AFTER INSERT ON party_organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_party_organizations();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON party_organizations FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON party_organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_party_organizations();
CREATE POLICY covering ON party_organizations FOR SELECT USING ((EXISTS ( SELECT
   FROM covered_divisions d
  WHERE (d.party_organization_id = party_organizations.id))));
ALTER TABLE party_organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON party_organizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON party_organizations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE party_organizations TO shuangfu_runtime;

-- registration_reviews
CREATE TABLE registration_reviews (
    id uuid NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    applied_on date NOT NULL,
    survey jsonb,
    commitment jsonb,
    hosting jsonb,
    instructor jsonb,
    charter_clause boolean,
    drafted_by jsonb NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    uscc text,
    certified_on date,
    hand_over_due_on date,
    handed_over_on date,
    handed_over_to text,
    steps jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    host_unit text,
    approved_on date,
    CONSTRAINT ck_registration_reviews_certificate CHECK (((state = ANY (ARRAY['certified'::text, 'handed_over'::text])) = ((uscc IS NOT NULL) AND (certified_on IS NOT NULL)))),
    CONSTRAINT ck_registration_reviews_state CHECK ((state = ANY (ARRAY['submitted'::text, 'returned'::text, 'approved'::text, 'refused'::text, 'withdrawn'::text, 'certified'::text, 'handed_over'::text])))
);

ALTER TABLE ONLY registration_reviews FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY registration_reviews ADD CONSTRAINT pk_registration_reviews PRIMARY KEY (id);
ALTER TABLE ONLY registration_reviews ADD CONSTRAINT uq_registration_reviews_uscc UNIQUE (uscc);
CREATE INDEX ix_registration_reviews_division ON registration_reviews USING btree (division text_pattern_ops, id);
CREATE INDEX ix_registration_reviews_state ON registration_reviews USING btree (state, hand_over_due_on);
CREATE TRIGGER audit_delete AFTER DELETE ON registration_reviews REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_registration_reviews();
CREATE TRIGGER audit_insert AFTER INSERT ON registration_reviews REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_registration_reviews();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON registration_reviews FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON registration_reviews REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_registration_reviews();
ALTER TABLE registration_reviews ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON registration_reviews USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON registration_reviews AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE registration_reviews TO shuangfu_runtime;

-- reorganizations
CREATE TABLE reorganizations (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    kind text NOT NULL,
    decided_on date NOT NULL,
    approval_number text NOT NULL,
    reason text NOT NULL,
    details jsonb NOT NULL,
    reasons jsonb NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_reorganizations_kind CHECK ((kind = ANY (ARRAY['dissolution'::text, 'merger'::text, 'move'::text, 'kind'::text])))
);

ALTER TABLE ONLY reorganizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY reorganizations ADD CONSTRAINT pk_reorganizations PRIMARY KEY (id);
CREATE INDEX ix_reorganizations_division ON reorganizations USING btree (division text_pattern_ops, id);
CREATE INDEX ix_reorganizations_party_organization_id ON reorganizations USING btree (party_organization_id, id);
CREATE TRIGGER audit_delete AFTER DELETE ON reorganizations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_reorganizations();
CREATE TRIGGER audit_insert AFTER INSERT ON reorganizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_reorganizations();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON reorganizations FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON reorganizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_reorganizations();
ALTER TABLE ONLY reorganizations ADD CONSTRAINT fk_reorganizations_party_organization_id_division_party_orgs FOREIGN KEY (party_organization_id, division) REFERENCES party_organizations(id, division) ON UPDATE CASCADE;
CREATE POLICY reading ON reorganizations FOR SELECT USING ((EXISTS ( SELECT
   FROM party_organizations p
  WHERE (p.id = reorganizations.party_organization_id))));
ALTER TABLE reorganizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON reorganizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON reorganizations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT ON TABLE reorganizations TO shuangfu_runtime;

-- saved_views
CREATE TABLE saved_views (
    subject text NOT NULL,
    page text NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    version bigint NOT NULL,
    saved_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY saved_views FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY saved_views ADD CONSTRAINT pk_saved_views PRIMARY KEY (subject, page, name);
ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON saved_views USING (((subject = ( SELECT ((COALESCE(NULLIF(current_setting('shuangfu.context'::text, true), ''::text), '{}'::text))::jsonb ->> 'actor'::text))) OR (''::text ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])))) WITH CHECK (((subject = ( SELECT ((COALESCE(NULLIF(current_setting('shuangfu.context'::text, true), ''::text), '{}'::text))::jsonb ->> 'actor'::text))) OR (''::text ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE saved_views TO shuangfu_runtime;

-- standings
CREATE TABLE standings (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    year integer NOT NULL,
    star smallint,
    total numeric(7,2),
    covered_on date NOT NULL,
    party_organization_id uuid NOT NULL,
    party_organization_name text NOT NULL,
    form text NOT NULL,
    evaluation_id uuid NOT NULL,
    published_on date NOT NULL,
    final_on date,
    reasons jsonb NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT ck_standings_star CHECK (((star >= 0) AND (star <= 5)))
);

ALTER TABLE ONLY standings FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY standings ADD CONSTRAINT pk_standings PRIMARY KEY (id);
CREATE INDEX ix_standings_organization_id ON standings USING btree (organization_id, year);
CREATE INDEX ix_standings_year ON standings USING btree (year, organization_id);
CREATE POLICY scope ON standings USING (((EXISTS ( SELECT
   FROM organizations o
  WHERE (o.id = standings.organization_id))) OR (''::text ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])))) WITH CHECK (((EXISTS ( SELECT
   FROM organizations o
  WHERE (o.id = standings.organization_id))) OR (''::text ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))));
ALTER TABLE standings ENABLE ROW LEVEL SECURITY;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE standings TO shuangfu_runtime;

-- statistic_reports
CREATE TABLE statistic_reports (
    id uuid NOT NULL,
    table_code text NOT NULL,
    policy text NOT NULL,
    division text NOT NULL,
    cut_off date NOT NULL,
    lower_levels boolean NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL,
    definition jsonb NOT NULL,
    figures jsonb NOT NULL,
    findings jsonb NOT NULL,
    words jsonb NOT NULL,
    reasons jsonb NOT NULL,
    signed_by text,
    steps jsonb NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_statistic_reports_state CHECK ((state = ANY (ARRAY['computed'::text, 'signed'::text, 'locked'::text, 'returned'::text])))
);

ALTER TABLE ONLY statistic_reports FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY statistic_reports ADD CONSTRAINT pk_statistic_reports PRIMARY KEY (id);
ALTER TABLE ONLY statistic_reports ADD CONSTRAINT uq_statistic_reports_table_code_division_cut_off_lower_levels UNIQUE (table_code, division, cut_off, lower_levels);
CREATE INDEX ix_statistic_reports_division ON statistic_reports USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON statistic_reports REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_statistic_reports();
CREATE TRIGGER audit_insert AFTER INSERT ON statistic_reports REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_statistic_reports();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON statistic_reports FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON statistic_reports REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_statistic_reports();
CREATE POLICY scope ON statistic_reports USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE statistic_reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON statistic_reports AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE statistic_reports TO shuangfu_runtime;

-- successions
CREATE TABLE successions (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    uscc text NOT NULL,
    predecessor_id uuid NOT NULL,
    predecessor_uscc text NOT NULL,
    kind text NOT NULL,
    succeeded_on date NOT NULL,
    reason text NOT NULL,
    party_organization_id uuid,
    reasons jsonb NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_successions_kind CHECK ((kind = ANY (ARRAY['merger'::text, 'split'::text, 'new_code'::text])))
);

ALTER TABLE ONLY successions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY successions ADD CONSTRAINT pk_successions PRIMARY KEY (id);
ALTER TABLE ONLY successions ADD CONSTRAINT uq_successions_organization_id_predecessor_id UNIQUE (organization_id, predecessor_id);
CREATE INDEX ix_successions_division ON successions USING btree (division text_pattern_ops, id);
CREATE INDEX ix_successions_predecessor_id ON successions USING btree (predecessor_id, id);
CREATE TRIGGER audit_delete AFTER DELETE ON successions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_successions();
CREATE TRIGGER audit_insert AFTER INSERT ON successions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_successions();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON successions FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON successions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_successions();
ALTER TABLE ONLY successions ADD CONSTRAINT fk_successions_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE;
CREATE POLICY reading ON successions FOR SELECT USING ((EXISTS ( SELECT
   FROM organizations o
  WHERE (o.id = successions.predecessor_id))));
CREATE POLICY scope ON successions USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE successions ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON successions AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (predecessor_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (predecessor_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT ON TABLE successions TO shuangfu_runtime;

-- survey_locked_returns
CREATE TABLE survey_locked_returns (
    locking_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    state text NOT NULL,
    full_time_staff integer,
    full_members_full_time integer,
    full_members_part_time integer,
    full_members integer,
    probationary_members integer,
    applicants integer,
    word text,
    return_version bigint,
    CONSTRAINT ck_survey_locked_returns_state CHECK ((state = ANY (ARRAY['missing'::text, 'entered'::text, 'confirmed'::text])))
);

ALTER TABLE ONLY survey_locked_returns FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY survey_locked_returns ADD CONSTRAINT pk_survey_locked_returns PRIMARY KEY (locking_id, organization_id);
CREATE INDEX ix_survey_locked_returns_division ON survey_locked_returns USING btree (division text_pattern_ops, locking_id, organization_id);
CREATE INDEX ix_survey_locked_returns_organization_id ON survey_locked_returns USING btree (organization_id);
CREATE TRIGGER audit_delete AFTER DELETE ON survey_locked_returns REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_survey_locked_returns();
CREATE TRIGGER audit_insert AFTER INSERT ON survey_locked_returns REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_survey_locked_returns();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON survey_locked_returns FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON survey_locked_returns REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_survey_locked_returns();
ALTER TABLE ONLY survey_locked_returns ADD CONSTRAINT fk_survey_locked_returns_locking_id_survey_lockings FOREIGN KEY (locking_id) REFERENCES survey_lockings(id);
ALTER TABLE ONLY survey_locked_returns ADD CONSTRAINT fk_survey_locked_returns_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE;
CREATE POLICY scope ON survey_locked_returns USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE survey_locked_returns ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON survey_locked_returns AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT ON TABLE survey_locked_returns TO shuangfu_runtime;

-- survey_lockings
CREATE TABLE survey_lockings (
    id uuid NOT NULL,
    survey_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    counts jsonb NOT NULL,
    totals jsonb NOT NULL,
    word text,
    entered_all boolean NOT NULL,
    reasons jsonb NOT NULL,
    locked_by text NOT NULL,
    locked_at timestamp with time zone NOT NULL,
    reopened_by text,
    reopened_at timestamp with time zone,
    reopening_reason text
);

ALTER TABLE ONLY survey_lockings FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY survey_lockings ADD CONSTRAINT pk_survey_lockings PRIMARY KEY (id);
ALTER TABLE ONLY survey_lockings ADD CONSTRAINT uq_survey_lockings_survey_id_number UNIQUE (survey_id, number);
CREATE INDEX ix_survey_lockings_division ON survey_lockings USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON survey_lockings REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_survey_lockings();
CREATE TRIGGER audit_insert AFTER INSERT ON survey_lockings REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_survey_lockings();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON survey_lockings FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON survey_lockings REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_survey_lockings();
ALTER TABLE ONLY survey_lockings ADD CONSTRAINT fk_survey_lockings_survey_id_division_surveys FOREIGN KEY (survey_id, division) REFERENCES surveys(id, division);
CREATE POLICY reading ON survey_lockings FOR SELECT USING ((EXISTS ( SELECT
   FROM unnest(( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)) s(pattern)
  WHERE (rtrim(s.pattern, '%'::text) ~~ (survey_lockings.division || '%'::text)))));
CREATE POLICY scope ON survey_lockings USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE survey_lockings ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON survey_lockings AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE survey_lockings TO shuangfu_runtime;

-- survey_returns
CREATE TABLE survey_returns (
    id uuid NOT NULL,
    survey_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    full_time_staff integer NOT NULL,
    full_members_full_time integer NOT NULL,
    full_members_part_time integer NOT NULL,
    full_members integer NOT NULL,
    probationary_members integer NOT NULL,
    applicants integer NOT NULL,
    word text,
    jump boolean NOT NULL,
    compared jsonb,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    entered_by text NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    confirmed_by text,
    confirmed_at timestamp with time zone,
    confirmed_as text,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_survey_returns_confirmed CHECK ((((confirmed_at IS NULL) = (confirmed_by IS NULL)) AND ((confirmed_at IS NULL) = (confirmed_as IS NULL)) AND (confirmed_as = ANY (ARRAY['unit'::text, 'street'::text])))),
    CONSTRAINT ck_survey_returns_counts CHECK (((full_time_staff >= full_members_full_time) AND (applicants >= 0) AND (probationary_members >= 0) AND (full_members_full_time >= 0) AND (full_members_part_time >= 0) AND (full_members >= (full_members_full_time + full_members_part_time))))
);

ALTER TABLE ONLY survey_returns FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY survey_returns ADD CONSTRAINT pk_survey_returns PRIMARY KEY (id);
ALTER TABLE ONLY survey_returns ADD CONSTRAINT uq_survey_returns_survey_id_organization_id UNIQUE (survey_id, organization_id);
CREATE INDEX ix_survey_returns_division ON survey_returns USING btree (division text_pattern_ops, id);
CREATE INDEX ix_survey_returns_organization_id ON survey_returns USING btree (organization_id);
CREATE TRIGGER audit_delete AFTER DELETE ON survey_returns REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_survey_returns();
CREATE TRIGGER audit_insert AFTER INSERT ON survey_returns REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_survey_returns();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON survey_returns FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON survey_returns REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_survey_returns();
ALTER TABLE ONLY survey_returns ADD CONSTRAINT fk_survey_returns_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE;
ALTER TABLE ONLY survey_returns ADD CONSTRAINT fk_survey_returns_survey_id_surveys FOREIGN KEY (survey_id) REFERENCES surveys(id);
CREATE POLICY scope ON survey_returns USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE survey_returns ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON survey_returns AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
GRANT SELECT,INSERT,UPDATE ON TABLE survey_returns TO shuangfu_runtime;

-- surveys
CREATE TABLE surveys (
    id uuid NOT NULL,
    period text NOT NULL,
    division text NOT NULL,
    reference_day date NOT NULL,
    due_on date,
    state text NOT NULL,
    locking_id uuid,
    steps jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_surveys_locking CHECK (((state = 'locked'::text) = (locking_id IS NOT NULL))),
    CONSTRAINT ck_surveys_state CHECK ((state = ANY (ARRAY['open'::text, 'locked'::text])))
);

ALTER TABLE ONLY surveys FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY surveys ADD CONSTRAINT pk_surveys PRIMARY KEY (id);
ALTER TABLE ONLY surveys ADD CONSTRAINT uq_surveys_id_division UNIQUE (id, division);
ALTER TABLE ONLY surveys ADD CONSTRAINT uq_surveys_period_division UNIQUE (period, division);
CREATE INDEX ix_surveys_division ON surveys USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON surveys REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_surveys();
CREATE TRIGGER audit_insert AFTER INSERT ON surveys REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_surveys();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON surveys FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON surveys REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_surveys();
CREATE POLICY reading ON surveys FOR SELECT USING ((EXISTS ( SELECT
   FROM unnest(( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)) s(pattern)
  WHERE (rtrim(s.pattern, '%'::text) ~~ (surveys.division || '%'::text)))));
CREATE POLICY scope ON surveys USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE surveys ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON surveys AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (ARRAY( SELECT survey_returns.survey_id
   FROM survey_returns))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (ARRAY( SELECT survey_returns.survey_id
   FROM survey_returns)))));
GRANT SELECT,INSERT,UPDATE ON TABLE surveys TO shuangfu_runtime;

-- yearly_forms
CREATE TABLE yearly_forms (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    pledged_on date,
    pledge_reference text,
    key_staff integer,
    delegates integer,
    founders integer,
    founder_members integer,
    founder_friends integer,
    money boolean,
    people boolean,
    place boolean,
    reasons jsonb NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_yearly_forms_founders CHECK ((((founders IS NULL) = (founder_members IS NULL)) AND ((founders IS NULL) = (founder_friends IS NULL)) AND (founder_members >= 0) AND ((founder_friends >= 0) AND (founder_friends <= (founders - founder_members))))),
    CONSTRAINT ck_yearly_forms_key_staff CHECK ((((key_staff IS NULL) = (delegates IS NULL)) AND ((delegates >= 0) AND (delegates <= key_staff))))
);

ALTER TABLE ONLY yearly_forms FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY yearly_forms ADD CONSTRAINT pk_yearly_forms PRIMARY KEY (id);
ALTER TABLE ONLY yearly_forms ADD CONSTRAINT uq_yearly_forms_organization_id_year UNIQUE (organization_id, year);
CREATE INDEX ix_yearly_forms_division ON yearly_forms USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON yearly_forms REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_yearly_forms();
CREATE TRIGGER audit_insert AFTER INSERT ON yearly_forms REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_yearly_forms();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON yearly_forms FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON yearly_forms REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_yearly_forms();
ALTER TABLE ONLY yearly_forms ADD CONSTRAINT fk_yearly_forms_organization_id_division_organizations FOREIGN KEY (organization_id, division) REFERENCES organizations(id, division) ON UPDATE CASCADE;
CREATE POLICY scope ON yearly_forms USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON yearly_forms AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (organization_id = ANY ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") || ARRAY( SELECT coverages.organization_id
   FROM coverages
  WHERE ((coverages.until IS NULL) AND (coverages.party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))))))));
ALTER TABLE yearly_forms ENABLE ROW LEVEL SECURITY;
GRANT SELECT,INSERT,UPDATE ON TABLE yearly_forms TO shuangfu_runtime;

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
CREATE FUNCTION audit_affiliations() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of affiliations never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('affiliations', lower(TG_OP), changes);
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
    request text;
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
        request := CASE WHEN context->'requests' IS NULL THEN context->>'request'
                        ELSE context->'requests'->>change.object_id END;
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

CREATE FUNCTION audit_append_one(of_type text, of_operation text, place text, of_id text, of_diff jsonb, of_policy text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    context jsonb := COALESCE(NULLIF(current_setting('shuangfu.context', true), ''), '{}')::jsonb;
    who text := COALESCE(context->>'actor', 'database:' || session_user);
    powers text := COALESCE(context->>'authority', '');
    through text := COALESCE(context->>'door', '');
    request text := CASE WHEN context->'requests' IS NULL THEN context->>'request'
                        ELSE context->'requests'->>of_id END;
    now_at timestamptz := clock_timestamp();
    here xid8 := pg_current_xact_id();
    chains text[] := audit_chains(place);
    chain text;
    next_number bigint;
    next_hash bytea;
BEGIN
    -- One statement where a chain is free, as `audit_take_chain` would find it.
    UPDATE audit_heads AS h SET number = h.number + 1, hash = sha256(h.hash || convert_to(jsonb_build_array(
            h.division, h.number + 1, extract(epoch FROM now_at)::text, who, powers, through, of_operation, of_type,
            of_id, of_diff, of_policy, request, here::text)::text, 'UTF8'))
    WHERE h.division = (
        SELECT f.division FROM audit_heads f WHERE f.division = ANY(chains)
        ORDER BY f.division LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ) RETURNING h.division, h.number, h.hash INTO chain, next_number, next_hash;
    IF NOT FOUND THEN
        chain := audit_take_chain(place);
        UPDATE audit_heads AS h SET number = h.number + 1, hash = sha256(h.hash || convert_to(jsonb_build_array(
            h.division, h.number + 1, extract(epoch FROM now_at)::text, who, powers, through, of_operation, of_type,
            of_id, of_diff, of_policy, request, here::text)::text, 'UTF8'))
        WHERE h.division = chain RETURNING h.number, h.hash INTO next_number, next_hash;
    END IF;
    INSERT INTO audit_log VALUES (chain, next_number, now_at, who, powers, through, of_operation, of_type, of_id,
                                  of_diff, of_policy, request, here, next_hash);
END $$;

CREATE FUNCTION audit_assessment_grades() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of assessment_grades never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('assessment_grades', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_bodies() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of bodies never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('bodies', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_chains(place text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT ARRAY[place, place || '~1', place || '~2', place || '~3', place || '~4', place || '~5', place || '~6',
                 place || '~7']
$$;

CREATE FUNCTION audit_code_exceptions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.uscc::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.uscc) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.uscc::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.uscc) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.uscc = r.uscc)) THEN
            RAISE EXCEPTION 'the key of a row of code_exceptions never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.uscc::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.uscc) INTO changes
        FROM new_rows r JOIN old_rows o ON o.uscc = r.uscc
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('code_exceptions', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_conflicts() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of conflicts never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('conflicts', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_contacts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.organization_id::text || '/' || r.role::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r) || jsonb_build_object('sealed', encode(sha256(COALESCE(r.sealed::text, '')::bytea), 'hex'))))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.organization_id, r.role) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.organization_id::text || '/' || r.role::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r) || jsonb_build_object('sealed', encode(sha256(COALESCE(r.sealed::text, '')::bytea), 'hex'))))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.organization_id, r.role) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.organization_id = r.organization_id AND o.role = r.role)) THEN
            RAISE EXCEPTION 'the key of a row of contacts never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.organization_id::text || '/' || r.role::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.organization_id, r.role) INTO changes
        FROM new_rows r JOIN old_rows o ON o.organization_id = r.organization_id AND o.role = r.role
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r) || jsonb_build_object('sealed', encode(sha256(COALESCE(r.sealed::text, '')::bytea), 'hex')))) n JOIN jsonb_each((to_jsonb(o) || jsonb_build_object('sealed', encode(sha256(COALESCE(o.sealed::text, '')::bytea), 'hex')))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('contacts', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_corrections() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of corrections never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('corrections', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_coverages() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.party_organization_id::text || '/' || r.organization_id::text || '/' || r.since::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.party_organization_id, r.organization_id, r.since) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.party_organization_id::text || '/' || r.organization_id::text || '/' || r.since::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.party_organization_id, r.organization_id, r.since) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.party_organization_id = r.party_organization_id AND o.organization_id = r.organization_id AND o.since = r.since)) THEN
            RAISE EXCEPTION 'the key of a row of coverages never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.party_organization_id::text || '/' || r.organization_id::text || '/' || r.since::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.party_organization_id, r.organization_id, r.since) INTO changes
        FROM new_rows r JOIN old_rows o ON o.party_organization_id = r.party_organization_id AND o.organization_id = r.organization_id AND o.since = r.since
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('coverages', lower(TG_OP), changes);
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

CREATE FUNCTION audit_duplicates() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of duplicates never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('duplicates', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_filed_bodies() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of filed_bodies never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('filed_bodies', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grade_reviews() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of grade_reviews never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('grade_reviews', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grade_verifications() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of grade_verifications never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('grade_verifications', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_imports() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    SELECT array_agg(ROW('-', r.id::text, jsonb_build_object('after',
        to_jsonb(r) - '{content,filename,given,report,failure}'::text[]
        || jsonb_build_object('content', encode(sha256(COALESCE(r.content, ''::bytea)), 'hex'))), NULL)::audit_change
        ORDER BY r.id) INTO changes FROM new_rows r;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('imports', 'insert', changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_inspections() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of inspections never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('inspections', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_leaderships() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of leaderships never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('leaderships', lower(TG_OP), changes);
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

CREATE FUNCTION audit_organization_claims() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.organization_id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.organization_id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.organization_id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.organization_id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.organization_id = r.organization_id)) THEN
            RAISE EXCEPTION 'the key of a row of organization_claims never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.organization_id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.organization_id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.organization_id = r.organization_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('organization_claims', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_organizations() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of organizations never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('organizations', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_organizations_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    place text;
    row_id text;
    diff jsonb;
    changes audit_change[];
BEGIN
    IF (SELECT count(*) FROM new_rows) = 1 THEN
        SELECT COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r)))
        INTO place, row_id, diff FROM new_rows r;
        PERFORM audit_append_one('organizations', 'insert', place, row_id, diff, NULL);
        RETURN NULL;
    END IF;
    SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text,
                         jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                     ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('organizations', 'insert', changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_party_organizations() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of party_organizations never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('party_organizations', lower(TG_OP), changes);
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

CREATE FUNCTION audit_registration_reviews() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of registration_reviews never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('registration_reviews', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_reorganizations() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of reorganizations never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('reorganizations', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_statistic_reports() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of statistic_reports never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('statistic_reports', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_successions() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of successions never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('successions', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_survey_locked_returns() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.locking_id::text || '/' || r.organization_id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.locking_id, r.organization_id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.locking_id::text || '/' || r.organization_id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.locking_id, r.organization_id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.locking_id = r.locking_id AND o.organization_id = r.organization_id)) THEN
            RAISE EXCEPTION 'the key of a row of survey_locked_returns never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.locking_id::text || '/' || r.organization_id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.locking_id, r.organization_id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.locking_id = r.locking_id AND o.organization_id = r.organization_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('survey_locked_returns', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_survey_lockings() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of survey_lockings never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('survey_lockings', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_survey_returns() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of survey_returns never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('survey_returns', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_surveys() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of surveys never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('surveys', lower(TG_OP), changes);
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

CREATE FUNCTION audit_yearly_forms() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of yearly_forms never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('yearly_forms', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION count_organizations() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    scope text := current_setting('shuangfu.scope', true);
    units text := current_setting('shuangfu.units', true);
    divisions text[];
    coverages text[];
    changes bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(c.division), array_agg(c.coverage), array_agg(c.n) INTO divisions, coverages, changes
        FROM (SELECT n.division, n.coverage, count(*) AS n FROM new_rows n WHERE n.status = 'registered'
            GROUP BY n.division, n.coverage) AS c;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(c.division), array_agg(c.coverage), array_agg(c.n) INTO divisions, coverages, changes
        FROM (SELECT o.division, o.coverage, -count(*) AS n FROM old_rows o WHERE o.status = 'registered'
            GROUP BY o.division, o.coverage) AS c;
    ELSE
        SELECT array_agg(c.division), array_agg(c.coverage), array_agg(c.n) INTO divisions, coverages, changes
        FROM (SELECT b.division, b.coverage, sum(b.one) AS n FROM (
                SELECT n.division, n.coverage, 1 AS one FROM new_rows n WHERE n.status = 'registered'
                UNION ALL SELECT o.division, o.coverage, -1 FROM old_rows o WHERE o.status = 'registered'
            ) AS b GROUP BY b.division, b.coverage HAVING sum(b.one) <> 0) AS c;
    END IF;
    IF divisions IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('shuangfu.scope', '%', true), set_config('shuangfu.units', '', true);
    FOR place IN 1 .. array_length(divisions, 1) LOOP
        UPDATE organization_counts SET organizations = organizations + changes[place] WHERE id = (
            SELECT c.id FROM organization_counts c
            WHERE c.division = divisions[place] AND c.coverage = coverages[place]
            LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
        );
        IF NOT FOUND THEN
            INSERT INTO organization_counts (id, division, coverage, organizations)
            VALUES (uuidv7(), divisions[place], coverages[place], changes[place]);
        END IF;
    END LOOP;
    PERFORM set_config('shuangfu.scope', scope, true), set_config('shuangfu.units', units, true);
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

CREATE FUNCTION folded_text(written text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT lower(translate(written, ' 　（）()[]【】〔〕·•．.，,、。-－—_/／“”"‘’''：:；;#＃&＆', ''))
$$;

CREATE FUNCTION follow_organization_searches() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO organization_searches (organization_id, division, street, texts, terms)
        SELECT n.id, n.division, n.street, t.texts,
            organization_terms(n.uscc, n.kind, n.evaluation_type, n.coverage, n.status, n.street, t.texts)
        FROM new_rows n CROSS JOIN LATERAL organization_texts(n.name, n.address, n.former_names) AS t(texts);
    ELSE
        UPDATE organization_searches s
        SET street = n.street, texts = t.texts,
            terms = organization_terms(n.uscc, n.kind, n.evaluation_type, n.coverage, n.status, n.street, t.texts)
        FROM new_rows n JOIN old_rows b ON b.id = n.id
        CROSS JOIN LATERAL organization_texts(n.name, n.address, n.former_names) AS t(texts)
        WHERE s.organization_id = n.id
            AND (b.name, b.address, b.former_names, b.uscc, b.kind, b.evaluation_type, b.coverage, b.status, b.street)
            IS DISTINCT FROM
            (n.name, n.address, n.former_names, n.uscc, n.kind, n.evaluation_type, n.coverage, n.status, n.street);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION organization_terms(uscc text, kind text, evaluation_type text, coverage text, status text, street text, texts text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT lower(E' \x01code' || uscc || E' \x01kind' || kind || E' \x01type' || coalesce(evaluation_type, '')
            || E' \x01covered' || coverage || E' \x01status' || status
            || E' \x01street' || replace(street, ' ', '') || ' ')
        || regexp_replace(texts, '(..)', '\1 ', 'g')
        || ' ' || regexp_replace(substr(texts, 2), '(..)', '\1 ', 'g') || ' '
$$;

CREATE FUNCTION organization_texts(name text, address text, former_names jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT lower(name || E'\n' || address || CASE WHEN former_names IS NULL THEN '' ELSE
        (SELECT coalesce(string_agg(E'\n' || one, ''), '') FROM jsonb_array_elements_text(former_names) AS f(one)) END)
$$;

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

CREATE FUNCTION propose_duplicates(ids uuid[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE proposed bigint := 0;
    kinds text[];
    ones uuid[];
    others uuid[];
    scope text := current_setting('shuangfu.scope', true);
    units text := current_setting('shuangfu.units', true);
BEGIN
    PERFORM set_config('shuangfu.scope', '%', true), set_config('shuangfu.units', '', true);
    SELECT array_agg(a.kind), array_agg(k.organization_id), array_agg(a.id) INTO kinds, ones, others
    FROM organization_keys k CROSS JOIN LATERAL (
        (SELECT 'organization_code' AS kind, b.organization_id AS id FROM organization_keys b
            WHERE b.organization_code = k.organization_code AND b.organization_id <> k.organization_id LIMIT 20)
        UNION ALL
        (SELECT 'same_name', b.organization_id FROM organization_keys b
            WHERE b.named = k.named AND b.organization_id <> k.organization_id AND (
                right(b.addressed, length(k.addressed)) = k.addressed
                OR right(k.addressed, length(b.addressed)) = b.addressed) LIMIT 20)
    ) AS a
    WHERE k.organization_id = ANY (ids);
    IF ones IS NOT NULL THEN
        INSERT INTO duplicates (
            id, kind, organization_id, uscc, division, other_id, other_uscc, other_division, proposed_at
        )
        SELECT DISTINCT ON (least(p.one, p.two), greatest(p.one, p.two))
            uuidv7(), p.kind, p.one, p.uscc, p.division, p.two, p.other_uscc, p.other_division, now()
        FROM (
            SELECT f.*, n.uscc, n.division, c.uscc AS other_uscc, c.division AS other_division,
                row_number() OVER (PARTITION BY f.one ORDER BY f.kind, f.two) AS place
            FROM unnest(kinds, ones, others) AS f(kind, one, two)
            JOIN organizations n ON n.id = f.one JOIN organizations c ON c.id = f.two
            WHERE 'registered' IN (c.status, n.status)
                AND NOT EXISTS (SELECT FROM duplicates d WHERE d.organization_id = f.one AND d.other_id = f.two)
                AND NOT EXISTS (SELECT FROM duplicates d WHERE d.organization_id = f.two AND d.other_id = f.one)
                AND NOT EXISTS (SELECT FROM successions s WHERE s.organization_id = f.one AND s.predecessor_id = f.two)
                AND NOT EXISTS (SELECT FROM successions s WHERE s.organization_id = f.two AND s.predecessor_id = f.one)
        ) AS p
        WHERE p.place <= 3
        ORDER BY least(p.one, p.two), greatest(p.one, p.two), p.kind
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS proposed = ROW_COUNT;
    END IF;
    PERFORM set_config('shuangfu.scope', scope, true), set_config('shuangfu.units', units, true);
    RETURN proposed;
END $$;

CREATE FUNCTION propose_duplicates_of_written() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE ids uuid[];
    scope text := current_setting('shuangfu.scope', true);
    units text := current_setting('shuangfu.units', true);
BEGIN
    PERFORM set_config('shuangfu.scope', '%', true), set_config('shuangfu.units', '', true);
    IF TG_OP = 'INSERT' THEN
        INSERT INTO organization_keys (organization_id, division, organization_code, named, addressed)
            SELECT n.id, n.division, substr(n.uscc, 9, 9), folded_text(n.name), folded_text(n.address) FROM new_rows n;
        SELECT array_agg(n.id) INTO ids FROM new_rows n;
    ELSE
        SELECT array_agg(n.id) INTO ids FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE (n.name, n.address) IS DISTINCT FROM (o.name, o.address);
        IF ids IS NOT NULL THEN
            UPDATE organization_keys k SET named = folded_text(n.name), addressed = folded_text(n.address)
                FROM new_rows n WHERE k.organization_id = n.id AND n.id = ANY (ids);
        END IF;
        IF EXISTS (SELECT FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.division <> o.division) THEN
            UPDATE duplicates d SET division = n.division FROM new_rows n
                WHERE d.organization_id = n.id AND d.division <> n.division;
            UPDATE duplicates d SET other_division = n.division FROM new_rows n
                WHERE d.other_id = n.id AND d.other_division <> n.division;
        END IF;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM propose_duplicates(ids);
    END IF;
    PERFORM set_config('shuangfu.scope', scope, true), set_config('shuangfu.units', units, true);
    RETURN NULL;
END $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

REVOKE ALL ON FUNCTION audit_affiliations() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_append(of_type text, of_operation text, changes audit_change[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_append_one(of_type text, of_operation text, place text, of_id text, of_diff jsonb, of_policy text) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_assessment_grades() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_bodies() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_chains(place text) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_code_exceptions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_conflicts() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_contacts() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_corrections() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_coverages() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_dead_letters() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_digest(previous bytea, division text, number bigint, at timestamp with time zone, actor text, authority text, door text, operation text, object_type text, object_id text, diff jsonb, policy text, request_id text, tx xid8) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_document_scans() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_documents() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_duplicates() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_filed_bodies() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grade_reviews() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grade_verifications() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_imports() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_inspections() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_leaderships() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_operator_actions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_organization_claims() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_organizations() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_organizations_insert() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_party_organizations() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_read(of_type text, of_object text, of_division text) FROM PUBLIC;
GRANT ALL ON FUNCTION audit_read(of_type text, of_object text, of_division text) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION audit_refuse() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_registration_reviews() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_reorganizations() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_statistic_reports() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_successions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_survey_locked_returns() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_survey_lockings() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_survey_returns() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_surveys() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_take_chain(place text) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_task_assignments() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_yearly_forms() FROM PUBLIC;

REVOKE ALL ON FUNCTION count_organizations() FROM PUBLIC;

REVOKE ALL ON FUNCTION document_scans_stay() FROM PUBLIC;

REVOKE ALL ON FUNCTION documents_stay() FROM PUBLIC;

REVOKE ALL ON FUNCTION folded_text(written text) FROM PUBLIC;

REVOKE ALL ON FUNCTION follow_organization_searches() FROM PUBLIC;

REVOKE ALL ON FUNCTION organization_terms(uscc text, kind text, evaluation_type text, coverage text, status text, street text, texts text) FROM PUBLIC;

REVOKE ALL ON FUNCTION organization_texts(name text, address text, former_names jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_drop_before(limit_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_drop_before(limit_day date) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_prepare(first date, days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_prepare(first date, days integer) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION propose_duplicates(ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION propose_duplicates(ids uuid[]) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION propose_duplicates_of_written() FROM PUBLIC;
