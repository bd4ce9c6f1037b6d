-- The schema of evaluation, as its migrations leave it. Made by `make schema`; a test compares it with a migrated
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

-- bodies
CREATE TABLE bodies (
    id uuid NOT NULL,
    code text NOT NULL,
    names jsonb NOT NULL,
    level text NOT NULL,
    kind text NOT NULL,
    department text,
    division text NOT NULL,
    street text,
    parent text,
    since date NOT NULL,
    until date,
    sequence bigint NOT NULL
);

ALTER TABLE ONLY bodies FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY bodies ADD CONSTRAINT pk_bodies PRIMARY KEY (id);
CREATE INDEX ix_bodies_code ON bodies USING btree (code);
CREATE INDEX ix_bodies_division ON bodies USING btree (division text_pattern_ops, id);
ALTER TABLE bodies ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON bodies FOR SELECT USING ((EXISTS ( SELECT
   FROM unnest(( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)) s(pattern)
  WHERE (rtrim(s.pattern, '%'::text) ~~ (regexp_replace(bodies.division, '(00)+$'::text, ''::text) || '%'::text)))));
CREATE POLICY scope ON bodies USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON bodies AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE bodies TO shuangfu_runtime;

-- catalogue_entries
CREATE TABLE catalogue_entries (
    evaluation_id uuid NOT NULL,
    kind text NOT NULL,
    division text NOT NULL,
    catalogue text NOT NULL,
    version text NOT NULL,
    items jsonb NOT NULL,
    put_at timestamp with time zone NOT NULL,
    put_by text,
    hands text[] NOT NULL,
    CONSTRAINT ck_catalogue_entries_kind CHECK ((kind = ANY (ARRAY['bonuses'::text, 'vetoes'::text])))
);

ALTER TABLE ONLY catalogue_entries FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY catalogue_entries ADD CONSTRAINT pk_catalogue_entries PRIMARY KEY (evaluation_id, kind);
CREATE TRIGGER audit_delete AFTER DELETE ON catalogue_entries REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_catalogue_entries();
CREATE TRIGGER audit_insert AFTER INSERT ON catalogue_entries REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_catalogue_entries();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON catalogue_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON catalogue_entries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_catalogue_entries();
ALTER TABLE ONLY catalogue_entries ADD CONSTRAINT fk_catalogue_entries_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division) REFERENCES evaluations(id, division) ON UPDATE CASCADE;
ALTER TABLE catalogue_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON catalogue_entries FOR SELECT USING ((evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations
  WHERE (evaluations.moved_to ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))))));
CREATE POLICY scope ON catalogue_entries USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON catalogue_entries AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations)))));
GRANT SELECT,INSERT,UPDATE ON TABLE catalogue_entries TO shuangfu_runtime;

-- consequences
CREATE TABLE consequences (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    cycle_id uuid NOT NULL,
    year integer NOT NULL,
    party_organization_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    star smallint NOT NULL,
    total numeric(7,2) NOT NULL,
    rated_sequence bigint NOT NULL,
    policy text NOT NULL,
    due_on date,
    effect jsonb NOT NULL,
    reasons jsonb NOT NULL,
    plan jsonb,
    tracking jsonb NOT NULL,
    acceptance jsonb,
    talk jsonb,
    receipts jsonb NOT NULL,
    steps jsonb NOT NULL,
    sequence bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_on date,
    CONSTRAINT ck_consequences_kind CHECK ((kind = ANY (ARRAY['improvement'::text, 'rectification'::text, 'laggard'::text, 'talk'::text, 'nomination'::text, 'score_letter'::text, 'ceiling'::text, 'procurement'::text]))),
    CONSTRAINT ck_consequences_star CHECK (((star >= 0) AND (star <= 5))),
    CONSTRAINT ck_consequences_state CHECK ((state = ANY (ARRAY['open'::text, 'underway'::text, 'tracked'::text, 'sent'::text, 'received'::text, 'in_effect'::text, 'closed'::text, 'superseded'::text, 'lapsed'::text])))
);

ALTER TABLE ONLY consequences FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY consequences ADD CONSTRAINT pk_consequences PRIMARY KEY (id);
CREATE INDEX ix_consequences_division ON consequences USING btree (division text_pattern_ops, id);
CREATE INDEX ix_consequences_kind ON consequences USING btree (kind, state, id);
CREATE INDEX ix_consequences_party_organization_id ON consequences USING btree (party_organization_id, id);
CREATE UNIQUE INDEX uq_consequences_evaluation_id_kind ON consequences USING btree (evaluation_id, kind) WHERE (state <> 'superseded'::text);
CREATE TRIGGER audit_delete AFTER DELETE ON consequences REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_consequences();
CREATE TRIGGER audit_insert AFTER INSERT ON consequences REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_consequences();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON consequences FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON consequences REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_consequences();
ALTER TABLE ONLY consequences ADD CONSTRAINT fk_consequences_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division) REFERENCES evaluations(id, division) ON UPDATE CASCADE;
ALTER TABLE consequences ENABLE ROW LEVEL SECURITY;
CREATE POLICY led ON consequences USING ((evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations
  WHERE (evaluations.moved_to ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])))))) WITH CHECK ((evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations
  WHERE (evaluations.moved_to ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))))));
CREATE POLICY scope ON consequences USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON consequences AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,UPDATE ON TABLE consequences TO shuangfu_runtime;

-- covered_organizations
CREATE TABLE covered_organizations (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    organization_id uuid NOT NULL,
    kind text,
    evaluation_type text,
    sequence bigint NOT NULL,
    covered boolean NOT NULL,
    since date
);

ALTER TABLE ONLY covered_organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY covered_organizations ADD CONSTRAINT pk_covered_organizations PRIMARY KEY (id);
CREATE INDEX ix_covered_organizations_party_organization_id ON covered_organizations USING btree (party_organization_id, sequence);
ALTER TABLE covered_organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON covered_organizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON covered_organizations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE covered_organizations TO shuangfu_runtime;

-- cycle_indicator_systems
CREATE TABLE cycle_indicator_systems (
    cycle_id uuid NOT NULL,
    type text NOT NULL,
    version text NOT NULL,
    division text NOT NULL,
    content jsonb NOT NULL
);

ALTER TABLE ONLY cycle_indicator_systems FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY cycle_indicator_systems ADD CONSTRAINT pk_cycle_indicator_systems PRIMARY KEY (cycle_id, type);
CREATE TRIGGER audit_delete AFTER DELETE ON cycle_indicator_systems REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_cycle_indicator_systems();
CREATE TRIGGER audit_insert AFTER INSERT ON cycle_indicator_systems REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_cycle_indicator_systems();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON cycle_indicator_systems FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON cycle_indicator_systems REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_cycle_indicator_systems();
ALTER TABLE ONLY cycle_indicator_systems ADD CONSTRAINT fk_cycle_indicator_systems_cycle_id_cycles FOREIGN KEY (cycle_id) REFERENCES cycles(id);
ALTER TABLE ONLY cycle_indicator_systems ADD CONSTRAINT fk_cycle_indicator_systems_cycle_id_division_cycles FOREIGN KEY (cycle_id, division) REFERENCES cycles(id, division) ON UPDATE CASCADE;
ALTER TABLE cycle_indicator_systems ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON cycle_indicator_systems FOR SELECT USING ((EXISTS ( SELECT
   FROM unnest(( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)) s(pattern)
  WHERE (rtrim(s.pattern, '%'::text) ~~ (cycle_indicator_systems.division || '%'::text)))));
CREATE POLICY scope ON cycle_indicator_systems USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON cycle_indicator_systems AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (cycle_id = ANY (ARRAY( SELECT evaluations.cycle_id
   FROM evaluations))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (cycle_id = ANY (ARRAY( SELECT evaluations.cycle_id
   FROM evaluations)))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cycle_indicator_systems TO shuangfu_runtime;

-- cycles
CREATE TABLE cycles (
    id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    state text DEFAULT 'draft'::text NOT NULL,
    note text,
    policy jsonb,
    enrolled integer,
    not_rated integer,
    version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone,
    opened_by text,
    closed_at timestamp with time zone,
    closed_by text,
    closing_note text,
    brought_up_to_date_at timestamp with time zone,
    CONSTRAINT ck_cycles_policy CHECK (((state = 'draft'::text) OR (policy IS NOT NULL))),
    CONSTRAINT ck_cycles_state CHECK ((state = ANY (ARRAY['draft'::text, 'open'::text, 'closed'::text])))
);

ALTER TABLE ONLY cycles FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY cycles ADD CONSTRAINT pk_cycles PRIMARY KEY (id);
ALTER TABLE ONLY cycles ADD CONSTRAINT uq_cycles_year_division UNIQUE (year, division);
CREATE UNIQUE INDEX uq_cycles_id_division ON cycles USING btree (id, division);
CREATE TRIGGER audit_delete AFTER DELETE ON cycles REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_cycles();
CREATE TRIGGER audit_insert AFTER INSERT ON cycles REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_cycles();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON cycles FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON cycles REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_cycles();
ALTER TABLE cycles ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON cycles FOR SELECT USING ((EXISTS ( SELECT
   FROM unnest(( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)) s(pattern)
  WHERE (rtrim(s.pattern, '%'::text) ~~ (cycles.division || '%'::text)))));
CREATE POLICY scope ON cycles USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON cycles AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (ARRAY( SELECT evaluations.cycle_id
   FROM evaluations))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (ARRAY( SELECT evaluations.cycle_id
   FROM evaluations)))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cycles TO shuangfu_runtime;

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
CREATE POLICY units ON documents AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR ((state = 'issued'::text) AND ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (subject_id = ANY (ARRAY( SELECT consequences.id
   FROM consequences
UNION ALL
 SELECT cycles.id
   FROM cycles
UNION ALL
 SELECT evaluations.id
   FROM evaluations
UNION ALL
 SELECT publications.id
   FROM publications))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR ((state = 'issued'::text) AND ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (subject_id = ANY (ARRAY( SELECT consequences.id
   FROM consequences
UNION ALL
 SELECT cycles.id
   FROM cycles
UNION ALL
 SELECT evaluations.id
   FROM evaluations
UNION ALL
 SELECT publications.id
   FROM publications)))))));
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
    sequence bigint NOT NULL
);

ALTER TABLE ONLY double_reports FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY double_reports ADD CONSTRAINT pk_double_reports PRIMARY KEY (id);
CREATE INDEX ix_double_reports_division ON double_reports USING btree (division text_pattern_ops, id);
CREATE INDEX ix_double_reports_party_organization_id ON double_reports USING btree (party_organization_id, year);
ALTER TABLE double_reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON double_reports USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON double_reports AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE double_reports TO shuangfu_runtime;

-- duty_items
CREATE TABLE duty_items (
    id uuid NOT NULL,
    body_id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    level text NOT NULL,
    street text,
    state text NOT NULL,
    policy text NOT NULL,
    report_due date NOT NULL,
    appraisal_due date NOT NULL,
    reported_on date NOT NULL,
    reference text NOT NULL,
    note text,
    grade text,
    ground text,
    appraised_on date,
    appraised_by text,
    appraisal_reference text,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT ck_duty_items_appraised CHECK ((((state = 'appraised'::text) = (grade IS NOT NULL)) AND ((grade IS NULL) = (ground IS NULL)) AND ((grade IS NULL) = (appraised_on IS NULL)) AND ((grade IS NULL) = (appraised_by IS NULL)) AND (appraised_on >= reported_on))),
    CONSTRAINT ck_duty_items_state CHECK ((state = ANY (ARRAY['reported'::text, 'appraised'::text])))
);

ALTER TABLE ONLY duty_items FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY duty_items ADD CONSTRAINT pk_duty_items PRIMARY KEY (id);
ALTER TABLE ONLY duty_items ADD CONSTRAINT uq_duty_items_body_id_year UNIQUE (body_id, year);
ALTER TABLE ONLY duty_items ADD CONSTRAINT uq_duty_items_year_division_level_street UNIQUE NULLS NOT DISTINCT (year, division, level, street);
CREATE INDEX ix_duty_items_division ON duty_items USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON duty_items REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_duty_items();
CREATE TRIGGER audit_insert AFTER INSERT ON duty_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_duty_items();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON duty_items FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON duty_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_duty_items();
ALTER TABLE duty_items ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON duty_items USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON duty_items AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE duty_items TO shuangfu_runtime;

-- evaluation_scores
CREATE TABLE evaluation_scores (
    evaluation_id uuid NOT NULL,
    stage text NOT NULL,
    division text NOT NULL,
    scores jsonb NOT NULL,
    bonus jsonb NOT NULL,
    vetoes jsonb NOT NULL,
    put_at timestamp with time zone NOT NULL,
    put_by text,
    hands text[] DEFAULT '{}'::text[] NOT NULL,
    facts jsonb,
    word text,
    CONSTRAINT ck_evaluation_scores_stage CHECK ((stage = ANY (ARRAY['self'::text, 'group'::text, 'first_check'::text, 'committee'::text])))
);

ALTER TABLE ONLY evaluation_scores FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY evaluation_scores ADD CONSTRAINT pk_evaluation_scores PRIMARY KEY (evaluation_id, stage);
CREATE TRIGGER audit_delete AFTER DELETE ON evaluation_scores REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_evaluation_scores();
CREATE TRIGGER audit_insert AFTER INSERT ON evaluation_scores REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_evaluation_scores();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON evaluation_scores FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON evaluation_scores REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_evaluation_scores();
ALTER TABLE ONLY evaluation_scores ADD CONSTRAINT fk_evaluation_scores_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division) REFERENCES evaluations(id, division) ON UPDATE CASCADE;
ALTER TABLE ONLY evaluation_scores ADD CONSTRAINT fk_evaluation_scores_evaluation_id_evaluations FOREIGN KEY (evaluation_id) REFERENCES evaluations(id);
ALTER TABLE evaluation_scores ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON evaluation_scores FOR SELECT USING ((evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations
  WHERE (evaluations.moved_to ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))))));
CREATE POLICY scope ON evaluation_scores USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON evaluation_scores AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations)))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE evaluation_scores TO shuangfu_runtime;

-- evaluations
CREATE TABLE evaluations (
    id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    year integer NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    type text NOT NULL,
    state text DEFAULT 'enrolled'::text NOT NULL,
    total numeric(7,2),
    star smallint,
    reasons jsonb NOT NULL,
    basis jsonb,
    note text,
    sequence bigint DEFAULT 0 NOT NULL,
    version bigint NOT NULL,
    enrolled_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    completed_by text,
    steps jsonb DEFAULT '[]'::jsonb NOT NULL,
    phase text,
    decision jsonb,
    published_on date,
    notice_until date,
    satisfaction jsonb,
    returned jsonb,
    earlier jsonb DEFAULT '[]'::jsonb NOT NULL,
    deadlines jsonb,
    extended jsonb,
    moved_to text,
    CONSTRAINT ck_evaluations_completed CHECK (((state = 'completed'::text) = ((total IS NOT NULL) AND (star IS NOT NULL) AND (basis IS NOT NULL)))),
    CONSTRAINT ck_evaluations_star CHECK (((star >= 0) AND (star <= 5))),
    CONSTRAINT ck_evaluations_state CHECK ((state = ANY (ARRAY['enrolled'::text, 'scoring'::text, 'completed'::text, 'withdrawn'::text])))
);

ALTER TABLE ONLY evaluations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY evaluations ADD CONSTRAINT pk_evaluations PRIMARY KEY (id);
ALTER TABLE ONLY evaluations ADD CONSTRAINT uq_evaluations_party_organization_id_year UNIQUE (party_organization_id, year);
CREATE INDEX ix_evaluations_cycle_id ON evaluations USING btree (cycle_id, id);
CREATE INDEX ix_evaluations_division ON evaluations USING btree (division, id);
CREATE INDEX ix_evaluations_moved_to ON evaluations USING btree (moved_to, id) WHERE (moved_to IS NOT NULL);
CREATE INDEX ix_evaluations_total ON evaluations USING btree (cycle_id, COALESCE(total, ('-1'::integer)::numeric) DESC, id);
CREATE UNIQUE INDEX uq_evaluations_id_division ON evaluations USING btree (id, division);
CREATE TRIGGER audit_delete AFTER DELETE ON evaluations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_evaluations();
CREATE TRIGGER audit_insert AFTER INSERT ON evaluations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_evaluations();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON evaluations FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON evaluations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_evaluations();
ALTER TABLE ONLY evaluations ADD CONSTRAINT fk_evaluations_cycle_id_cycle_indicator_systems FOREIGN KEY (cycle_id, type) REFERENCES cycle_indicator_systems(cycle_id, type);
ALTER TABLE ONLY evaluations ADD CONSTRAINT fk_evaluations_party_organization_id_party_organizations FOREIGN KEY (party_organization_id) REFERENCES party_organizations(id);
ALTER TABLE evaluations ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON evaluations FOR SELECT USING ((moved_to ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY scope ON evaluations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON evaluations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE evaluations TO shuangfu_runtime;

-- evidence_files
CREATE TABLE evidence_files (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    stage text NOT NULL,
    code text NOT NULL,
    title text NOT NULL,
    sha256 text NOT NULL,
    media_type text NOT NULL,
    bytes bigint NOT NULL,
    filed_at timestamp with time zone NOT NULL,
    filed_by text NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by text,
    reason text,
    CONSTRAINT ck_evidence_files_sha256 CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT ck_evidence_files_stage CHECK ((stage = ANY (ARRAY['self'::text, 'group'::text, 'first_check'::text, 'committee'::text]))),
    CONSTRAINT ck_evidence_files_withdrawn CHECK (((withdrawn_at IS NULL) = (withdrawn_by IS NULL)))
);

ALTER TABLE ONLY evidence_files FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY evidence_files ADD CONSTRAINT pk_evidence_files PRIMARY KEY (id);
CREATE INDEX ix_evidence_files_division ON evidence_files USING btree (division text_pattern_ops, id);
CREATE INDEX ix_evidence_files_evaluation_id ON evidence_files USING btree (evaluation_id);
CREATE UNIQUE INDEX uq_evidence_files_place ON evidence_files USING btree (evaluation_id, stage, code, sha256) WHERE (withdrawn_at IS NULL);
CREATE TRIGGER audit_delete AFTER DELETE ON evidence_files REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_evidence_files();
CREATE TRIGGER audit_insert AFTER INSERT ON evidence_files REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_evidence_files();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON evidence_files FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON evidence_files REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_evidence_files();
ALTER TABLE ONLY evidence_files ADD CONSTRAINT fk_evidence_files_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division) REFERENCES evaluations(id, division) ON UPDATE CASCADE;
ALTER TABLE evidence_files ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON evidence_files FOR SELECT USING ((evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations
  WHERE (evaluations.moved_to ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))))));
CREATE POLICY scope ON evidence_files USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON evidence_files AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations)))));
GRANT SELECT,INSERT,UPDATE ON TABLE evidence_files TO shuangfu_runtime;

-- extensions
CREATE TABLE extensions (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    stage text NOT NULL,
    due_on date NOT NULL,
    working_days integer NOT NULL,
    extended_to date NOT NULL,
    ground text NOT NULL,
    state text NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    applied_by text NOT NULL,
    applied_as text NOT NULL,
    reason text,
    decided_at timestamp with time zone,
    decided_by text,
    CONSTRAINT ck_extensions_applied_as CHECK ((applied_as = ANY (ARRAY['unit'::text, 'division'::text]))),
    CONSTRAINT ck_extensions_decided CHECK (((state = 'open'::text) = (decided_at IS NULL))),
    CONSTRAINT ck_extensions_extended_to CHECK ((extended_to > due_on)),
    CONSTRAINT ck_extensions_state CHECK ((state = ANY (ARRAY['open'::text, 'granted'::text, 'refused'::text])))
);

ALTER TABLE ONLY extensions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY extensions ADD CONSTRAINT pk_extensions PRIMARY KEY (id);
CREATE INDEX ix_extensions_division ON extensions USING btree (division text_pattern_ops, id);
CREATE INDEX ix_extensions_evaluation_id ON extensions USING btree (evaluation_id);
CREATE UNIQUE INDEX uq_extensions_evaluation_id_stage ON extensions USING btree (evaluation_id, stage) WHERE (state = 'open'::text);
CREATE TRIGGER audit_delete AFTER DELETE ON extensions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_extensions();
CREATE TRIGGER audit_insert AFTER INSERT ON extensions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_extensions();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON extensions FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON extensions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_extensions();
ALTER TABLE ONLY extensions ADD CONSTRAINT fk_extensions_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division) REFERENCES evaluations(id, division) ON UPDATE CASCADE;
ALTER TABLE extensions ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON extensions FOR SELECT USING ((evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations
  WHERE (evaluations.moved_to ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))))));
CREATE POLICY scope ON extensions USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON extensions AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations)))));
GRANT SELECT,INSERT,UPDATE ON TABLE extensions TO shuangfu_runtime;

-- interests
CREATE TABLE interests (
    id uuid NOT NULL,
    subject text NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    reason text NOT NULL,
    declared_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY interests FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY interests ADD CONSTRAINT pk_interests PRIMARY KEY (id);
ALTER TABLE ONLY interests ADD CONSTRAINT uq_interests_subject_party_organization_id UNIQUE (subject, party_organization_id);
CREATE TRIGGER audit_delete AFTER DELETE ON interests REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_interests();
CREATE TRIGGER audit_insert AFTER INSERT ON interests REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_interests();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON interests FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON interests REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_interests();
ALTER TABLE interests ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON interests USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON interests AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,UPDATE ON TABLE interests TO shuangfu_runtime;

-- objections
CREATE TABLE objections (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    raised_by text NOT NULL,
    objected_on date NOT NULL,
    ground text NOT NULL,
    state text NOT NULL,
    due_on date,
    reason text,
    raised_at timestamp with time zone NOT NULL,
    raised_as text NOT NULL,
    answered_at timestamp with time zone,
    answered_by text,
    CONSTRAINT ck_objections_answered CHECK (((state = 'open'::text) = (answered_at IS NULL))),
    CONSTRAINT ck_objections_raised_as CHECK ((raised_as = ANY (ARRAY['unit'::text, 'district'::text]))),
    CONSTRAINT ck_objections_state CHECK ((state = ANY (ARRAY['open'::text, 'rejected'::text, 'upheld'::text, 'settled'::text])))
);

ALTER TABLE ONLY objections FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY objections ADD CONSTRAINT pk_objections PRIMARY KEY (id);
CREATE INDEX ix_objections_division ON objections USING btree (division text_pattern_ops, id);
CREATE INDEX ix_objections_evaluation_id ON objections USING btree (evaluation_id);
CREATE TRIGGER audit_delete AFTER DELETE ON objections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_objections();
CREATE TRIGGER audit_insert AFTER INSERT ON objections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_objections();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON objections FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON objections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_objections();
ALTER TABLE ONLY objections ADD CONSTRAINT fk_objections_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division) REFERENCES evaluations(id, division) ON UPDATE CASCADE;
ALTER TABLE objections ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON objections FOR SELECT USING ((evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations
  WHERE (evaluations.moved_to ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))))));
CREATE POLICY scope ON objections USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON objections AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations)))));
GRANT SELECT,INSERT,UPDATE ON TABLE objections TO shuangfu_runtime;

-- on_site_checks
CREATE TABLE on_site_checks (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    sample_id uuid,
    team text[] NOT NULL,
    visited_on date,
    findings jsonb NOT NULL,
    note text,
    put_at timestamp with time zone,
    put_by text,
    CONSTRAINT ck_on_site_checks_put CHECK (((put_at IS NULL) = (visited_on IS NULL)))
);

ALTER TABLE ONLY on_site_checks FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY on_site_checks ADD CONSTRAINT pk_on_site_checks PRIMARY KEY (id);
ALTER TABLE ONLY on_site_checks ADD CONSTRAINT uq_on_site_checks_evaluation_id UNIQUE (evaluation_id);
CREATE INDEX ix_on_site_checks_division ON on_site_checks USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON on_site_checks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_on_site_checks();
CREATE TRIGGER audit_insert AFTER INSERT ON on_site_checks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_on_site_checks();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON on_site_checks FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON on_site_checks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_on_site_checks();
ALTER TABLE ONLY on_site_checks ADD CONSTRAINT fk_on_site_checks_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division) REFERENCES evaluations(id, division) ON UPDATE CASCADE;
ALTER TABLE ONLY on_site_checks ADD CONSTRAINT fk_on_site_checks_sample_id_samples FOREIGN KEY (sample_id) REFERENCES samples(id);
ALTER TABLE on_site_checks ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON on_site_checks FOR SELECT USING ((evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations
  WHERE (evaluations.moved_to ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))))));
CREATE POLICY scope ON on_site_checks USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON on_site_checks AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations)))));
GRANT SELECT,INSERT,UPDATE ON TABLE on_site_checks TO shuangfu_runtime;

-- party_organizations
CREATE TABLE party_organizations (
    id uuid NOT NULL,
    name text,
    kind text,
    form text,
    division text NOT NULL,
    established_on date,
    dissolved_on date,
    covers jsonb,
    sequence bigint NOT NULL,
    stated_year integer,
    since_year integer,
    past_states jsonb DEFAULT '[]'::jsonb NOT NULL,
    stated_sequence bigint,
    affiliated_to text,
    affiliated_as text,
    affiliated_name text
);

ALTER TABLE ONLY party_organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY party_organizations ADD CONSTRAINT pk_party_organizations PRIMARY KEY (id);
CREATE INDEX ix_party_organizations_affiliated_to ON party_organizations USING btree (affiliated_to);
CREATE INDEX ix_party_organizations_division ON party_organizations USING btree (division) WHERE (dissolved_on IS NULL);
CREATE TRIGGER covered_organizations_follow AFTER INSERT OR UPDATE OF covers ON party_organizations FOR EACH ROW EXECUTE FUNCTION covered_organizations_follow();
ALTER TABLE party_organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON party_organizations FOR SELECT USING ((id = ANY (ARRAY( SELECT evaluations.party_organization_id
   FROM evaluations
  WHERE (evaluations.moved_to IS NOT NULL)))));
CREATE POLICY scope ON party_organizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON party_organizations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE party_organizations TO shuangfu_runtime;

-- publications
CREATE TABLE publications (
    id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    division text NOT NULL,
    published_on date NOT NULL,
    notice_until date NOT NULL,
    published integer NOT NULL,
    note text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT ck_publications_notice_until CHECK ((notice_until > published_on))
);

ALTER TABLE ONLY publications FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY publications ADD CONSTRAINT pk_publications PRIMARY KEY (id);
CREATE INDEX ix_publications_division ON publications USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON publications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_publications();
CREATE TRIGGER audit_insert AFTER INSERT ON publications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_publications();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON publications FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON publications REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_publications();
ALTER TABLE ONLY publications ADD CONSTRAINT fk_publications_cycle_id_cycles FOREIGN KEY (cycle_id) REFERENCES cycles(id);
ALTER TABLE publications ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON publications FOR SELECT USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NOT NULL) AND (EXISTS ( SELECT
   FROM evaluations e
  WHERE ((e.cycle_id = publications.cycle_id) AND (e.division ~~ (publications.division || '%'::text)))))));
CREATE POLICY scope ON publications USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON publications AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (EXISTS ( SELECT
   FROM evaluations e
  WHERE ((e.cycle_id = publications.cycle_id) AND (e.division ~~ (publications.division || '%'::text))))))) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT ON TABLE publications TO shuangfu_runtime;

-- samples
CREATE TABLE samples (
    id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    division text NOT NULL,
    seed text NOT NULL,
    sample_bp integer NOT NULL,
    among integer NOT NULL,
    among_digest text NOT NULL,
    drawn jsonb NOT NULL,
    note text,
    drawn_at timestamp with time zone NOT NULL,
    drawn_by text NOT NULL
);

ALTER TABLE ONLY samples FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY samples ADD CONSTRAINT pk_samples PRIMARY KEY (id);
ALTER TABLE ONLY samples ADD CONSTRAINT uq_samples_cycle_id_division UNIQUE (cycle_id, division);
CREATE INDEX ix_samples_division ON samples USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON samples REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_samples();
CREATE TRIGGER audit_insert AFTER INSERT ON samples REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_samples();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON samples FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON samples REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_samples();
ALTER TABLE ONLY samples ADD CONSTRAINT fk_samples_cycle_id_cycles FOREIGN KEY (cycle_id) REFERENCES cycles(id);
ALTER TABLE samples ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON samples USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON samples AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT ON TABLE samples TO shuangfu_runtime;

-- selections
CREATE TABLE selections (
    id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    party_organization_id uuid NOT NULL,
    tier text NOT NULL,
    state text NOT NULL,
    recommended_on date NOT NULL,
    ground text NOT NULL,
    evaluation_id uuid,
    visit jsonb,
    assessment jsonb,
    management jsonb,
    publicity jsonb NOT NULL,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    policy text NOT NULL,
    version bigint NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT ck_selections_skipped CHECK ((((visit IS NOT NULL) OR (state = ANY (ARRAY['recommended'::text, 'withdrawn'::text]))) AND ((assessment IS NOT NULL) OR (state = ANY (ARRAY['recommended'::text, 'visited'::text, 'withdrawn'::text]))) AND ((management IS NOT NULL) = (state = 'commended'::text)))),
    CONSTRAINT ck_selections_state CHECK ((state = ANY (ARRAY['recommended'::text, 'visited'::text, 'assessed'::text, 'commended'::text, 'passed_over'::text, 'withdrawn'::text]))),
    CONSTRAINT ck_selections_tier CHECK ((tier = ANY (ARRAY['A'::text, 'B'::text, 'C'::text])))
);

ALTER TABLE ONLY selections FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY selections ADD CONSTRAINT pk_selections PRIMARY KEY (id);
ALTER TABLE ONLY selections ADD CONSTRAINT uq_selections_party_organization_id_year UNIQUE (party_organization_id, year);
CREATE INDEX ix_selections_division ON selections USING btree (division text_pattern_ops, id);
CREATE INDEX ix_selections_year ON selections USING btree (year, tier, division text_pattern_ops);
CREATE TRIGGER audit_delete AFTER DELETE ON selections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_selections();
CREATE TRIGGER audit_insert AFTER INSERT ON selections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_selections();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON selections FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON selections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_selections();
CREATE POLICY scope ON selections USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE selections ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON selections AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,UPDATE ON TABLE selections TO shuangfu_runtime;

-- sessions
CREATE TABLE sessions (
    id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    division text NOT NULL,
    held_on date NOT NULL,
    members_due integer NOT NULL,
    members_present integer NOT NULL,
    decided integer NOT NULL,
    fell integer NOT NULL,
    laggards integer NOT NULL,
    stars jsonb NOT NULL,
    policy text NOT NULL,
    note text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT ck_sessions_members CHECK (((members_present >= 1) AND (members_present <= members_due)))
);

ALTER TABLE ONLY sessions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY sessions ADD CONSTRAINT pk_sessions PRIMARY KEY (id);
CREATE INDEX ix_sessions_division ON sessions USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON sessions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_sessions();
CREATE TRIGGER audit_insert AFTER INSERT ON sessions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_sessions();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON sessions FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON sessions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_sessions();
ALTER TABLE ONLY sessions ADD CONSTRAINT fk_sessions_cycle_id_cycles FOREIGN KEY (cycle_id) REFERENCES cycles(id);
CREATE POLICY scope ON sessions USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON sessions AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT ON TABLE sessions TO shuangfu_runtime;

-- simulation_changes
CREATE TABLE simulation_changes (
    simulation_id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    party_organization_id uuid NOT NULL,
    evaluated_in text NOT NULL,
    type text NOT NULL,
    total_before numeric(7,2) NOT NULL,
    total_after numeric(7,2) NOT NULL,
    star_before smallint NOT NULL,
    star_after smallint NOT NULL,
    laggard_before boolean NOT NULL,
    laggard_after boolean NOT NULL,
    reproduced boolean NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    reasons jsonb NOT NULL
);

ALTER TABLE ONLY simulation_changes FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY simulation_changes ADD CONSTRAINT pk_simulation_changes PRIMARY KEY (simulation_id, evaluation_id);
ALTER TABLE ONLY simulation_changes ADD CONSTRAINT fk_simulation_changes_simulation_id_division_simulations FOREIGN KEY (simulation_id, division) REFERENCES simulations(id, division) ON DELETE CASCADE;
CREATE POLICY scope ON simulation_changes USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE simulation_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON simulation_changes AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE simulation_changes TO shuangfu_runtime;

-- simulations
CREATE TABLE simulations (
    id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    asked jsonb NOT NULL,
    state text NOT NULL,
    evaluations integer NOT NULL,
    settled integer NOT NULL,
    attempts integer NOT NULL,
    taken_until timestamp with time zone,
    failure text,
    result jsonb,
    note text,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT ck_simulations_state CHECK ((state = ANY (ARRAY['computing'::text, 'ready'::text, 'failed'::text])))
);

ALTER TABLE ONLY simulations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY simulations ADD CONSTRAINT pk_simulations PRIMARY KEY (id);
ALTER TABLE ONLY simulations ADD CONSTRAINT uq_simulations_id_division UNIQUE (id, division);
CREATE INDEX ix_simulations_computing ON simulations USING btree (created_at) WHERE (state = 'computing'::text);
CREATE INDEX ix_simulations_division ON simulations USING btree (division text_pattern_ops, id);
CREATE POLICY scope ON simulations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE simulations ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON simulations AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE simulations TO shuangfu_runtime;

-- standings
CREATE TABLE standings (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    evaluation_id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    star smallint,
    total numeric(7,2),
    published_on date NOT NULL,
    final_on date,
    sequence bigint NOT NULL
);

ALTER TABLE ONLY standings FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY standings ADD CONSTRAINT pk_standings PRIMARY KEY (id);
ALTER TABLE ONLY standings ADD CONSTRAINT uq_standings_organization_id_year UNIQUE (organization_id, year);
CREATE INDEX ix_standings_division ON standings USING btree (division text_pattern_ops, id);
CREATE INDEX ix_standings_evaluation_id ON standings USING btree (evaluation_id);
ALTER TABLE ONLY standings ADD CONSTRAINT fk_standings_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division) REFERENCES evaluations(id, division) ON UPDATE CASCADE;
CREATE POLICY reading ON standings FOR SELECT USING ((evaluation_id = ANY (ARRAY( SELECT evaluations.id
   FROM evaluations
  WHERE (evaluations.moved_to ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))))));
CREATE POLICY scope ON standings USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
ALTER TABLE standings ENABLE ROW LEVEL SECURITY;
CREATE POLICY units ON standings AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,UPDATE ON TABLE standings TO shuangfu_runtime;

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

CREATE FUNCTION audit_catalogue_entries() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.evaluation_id::text || '/' || r.kind::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), r.catalogue)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.evaluation_id, r.kind) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.evaluation_id::text || '/' || r.kind::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), r.catalogue)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.evaluation_id, r.kind) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.evaluation_id = r.evaluation_id AND o.kind = r.kind)) THEN
            RAISE EXCEPTION 'the key of a row of catalogue_entries never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.evaluation_id::text || '/' || r.kind::text, jsonb_build_object('before', d.before, 'after', d.after), r.catalogue)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.evaluation_id, r.kind) INTO changes
        FROM new_rows r JOIN old_rows o ON o.evaluation_id = r.evaluation_id AND o.kind = r.kind
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('catalogue_entries', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_chains(place text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT ARRAY[place, place || '~1', place || '~2', place || '~3', place || '~4', place || '~5', place || '~6',
                 place || '~7']
$$;

CREATE FUNCTION audit_consequences() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r) || jsonb_build_object('talk', encode(sha256(COALESCE(r.talk::text, '')::bytea), 'hex')))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r) || jsonb_build_object('talk', encode(sha256(COALESCE(r.talk::text, '')::bytea), 'hex')))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of consequences never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r) || jsonb_build_object('talk', encode(sha256(COALESCE(r.talk::text, '')::bytea), 'hex'))) n JOIN jsonb_each(to_jsonb(o) || jsonb_build_object('talk', encode(sha256(COALESCE(o.talk::text, '')::bytea), 'hex'))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('consequences', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_cycle_indicator_systems() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.cycle_id::text || '/' || r.type::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.cycle_id, r.type) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.cycle_id::text || '/' || r.type::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.cycle_id, r.type) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.cycle_id = r.cycle_id AND o.type = r.type)) THEN
            RAISE EXCEPTION 'the key of a row of cycle_indicator_systems never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.cycle_id::text || '/' || r.type::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.cycle_id, r.type) INTO changes
        FROM new_rows r JOIN old_rows o ON o.cycle_id = r.cycle_id AND o.type = r.type
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('cycle_indicator_systems', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_cycles() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), r.policy->>'id')::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), r.policy->>'id')::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of cycles never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy->>'id')::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('cycles', lower(TG_OP), changes);
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

CREATE FUNCTION audit_duty_items() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of duty_items never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('duty_items', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_evaluation_scores() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.evaluation_id::text || '/' || r.stage::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.evaluation_id, r.stage) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.evaluation_id::text || '/' || r.stage::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.evaluation_id, r.stage) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.evaluation_id = r.evaluation_id AND o.stage = r.stage)) THEN
            RAISE EXCEPTION 'the key of a row of evaluation_scores never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.evaluation_id::text || '/' || r.stage::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.evaluation_id, r.stage) INTO changes
        FROM new_rows r JOIN old_rows o ON o.evaluation_id = r.evaluation_id AND o.stage = r.stage
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('evaluation_scores', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_evaluations() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), r.basis->>'policy')::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), r.basis->>'policy')::audit_change ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)) THEN
            RAISE EXCEPTION 'the key of a row of evaluations never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text, jsonb_build_object('before', d.before, 'after', d.after), r.basis->>'policy')::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.id = r.id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('evaluations', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_evidence_files() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of evidence_files never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('evidence_files', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_extensions() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of extensions never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('extensions', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_interests() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of interests never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('interests', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_objections() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of objections never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('objections', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_on_site_checks() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of on_site_checks never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('on_site_checks', lower(TG_OP), changes);
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

CREATE FUNCTION audit_publications() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of publications never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('publications', lower(TG_OP), changes);
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

CREATE FUNCTION audit_samples() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of samples never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('samples', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_selections() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of selections never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('selections', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_sessions() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of sessions never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('sessions', lower(TG_OP), changes);
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

CREATE FUNCTION covered_organizations_follow() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    -- Whoever knows this table sets `stated_sequence`, and writes the rows itself.
    IF NEW.covers IS NULL OR (TG_OP = 'INSERT' AND NEW.stated_sequence IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND (
        NEW.stated_sequence IS DISTINCT FROM OLD.stated_sequence OR NEW.covers IS NOT DISTINCT FROM OLD.covers
    ) THEN
        RETURN NULL;
    END IF;
    DELETE FROM covered_organizations WHERE party_organization_id = NEW.id AND sequence <= NEW.sequence;
    INSERT INTO covered_organizations AS t
        (id, party_organization_id, division, organization_id, kind, evaluation_type, sequence, covered)
    SELECT md5(NEW.id::text || (c.one->>'organization_id'))::uuid, NEW.id, NEW.division,
        (c.one->>'organization_id')::uuid, c.one->>'kind', c.one->>'evaluation_type', NEW.sequence, true
    FROM jsonb_array_elements(NEW.covers) AS c(one)
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, evaluation_type = excluded.evaluation_type,
        sequence = excluded.sequence, covered = true WHERE t.sequence < excluded.sequence;
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

REVOKE ALL ON FUNCTION audit_append(of_type text, of_operation text, changes audit_change[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_catalogue_entries() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_chains(place text) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_consequences() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_cycle_indicator_systems() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_cycles() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_dead_letters() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_digest(previous bytea, division text, number bigint, at timestamp with time zone, actor text, authority text, door text, operation text, object_type text, object_id text, diff jsonb, policy text, request_id text, tx xid8) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_document_scans() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_documents() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_duty_items() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_evaluation_scores() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_evaluations() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_evidence_files() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_extensions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_interests() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_objections() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_on_site_checks() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_operator_actions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_publications() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_read(of_type text, of_object text, of_division text) FROM PUBLIC;
GRANT ALL ON FUNCTION audit_read(of_type text, of_object text, of_division text) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION audit_refuse() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_samples() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_selections() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_sessions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_take_chain(place text) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_task_assignments() FROM PUBLIC;

REVOKE ALL ON FUNCTION covered_organizations_follow() FROM PUBLIC;

REVOKE ALL ON FUNCTION document_scans_stay() FROM PUBLIC;

REVOKE ALL ON FUNCTION documents_stay() FROM PUBLIC;

REVOKE ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_drop_before(limit_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_drop_before(limit_day date) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_prepare(first date, days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_prepare(first date, days integer) TO shuangfu_runtime;
