-- The schema of funding, as its migrations leave it. Made by `make schema`; a test compares it with a migrated
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

-- account_balances
CREATE TABLE account_balances (
    account text NOT NULL,
    division text NOT NULL,
    balance_fen bigint NOT NULL
);

ALTER TABLE ONLY account_balances FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY account_balances ADD CONSTRAINT pk_account_balances PRIMARY KEY (account, division);
ALTER TABLE ONLY account_balances ADD CONSTRAINT fk_account_balances_account_ledger_accounts FOREIGN KEY (account) REFERENCES ledger_accounts(code);
ALTER TABLE account_balances ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON account_balances USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON account_balances AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE account_balances TO shuangfu_runtime;

-- appropriation_changes
CREATE TABLE appropriation_changes (
    appropriation_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    kind text NOT NULL,
    before_fen bigint NOT NULL,
    after_fen bigint NOT NULL,
    decided_on date NOT NULL,
    because text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    confirmed_by text NOT NULL,
    confirmed_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_appropriation_changes_hands CHECK ((proposed_by <> confirmed_by)),
    CONSTRAINT ck_appropriation_changes_kind CHECK ((kind = ANY (ARRAY['entered'::text, 'raised'::text, 'lowered'::text])))
);

ALTER TABLE ONLY appropriation_changes FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY appropriation_changes ADD CONSTRAINT pk_appropriation_changes PRIMARY KEY (appropriation_id, number);
CREATE INDEX ix_appropriation_changes_division ON appropriation_changes USING btree (division text_pattern_ops, appropriation_id);
CREATE TRIGGER audit_delete AFTER DELETE ON appropriation_changes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_appropriation_changes();
CREATE TRIGGER audit_insert AFTER INSERT ON appropriation_changes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_appropriation_changes();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON appropriation_changes FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON appropriation_changes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_appropriation_changes();
ALTER TABLE ONLY appropriation_changes ADD CONSTRAINT fk_appropriation_changes_appropriations FOREIGN KEY (appropriation_id, division) REFERENCES appropriations(id, division) ON UPDATE CASCADE;
ALTER TABLE appropriation_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON appropriation_changes USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON appropriation_changes AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT ON TABLE appropriation_changes TO shuangfu_runtime;

-- appropriations
CREATE TABLE appropriations (
    id uuid NOT NULL,
    code text NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    level text NOT NULL,
    source text NOT NULL,
    purpose text NOT NULL,
    state text NOT NULL,
    amount_fen bigint NOT NULL,
    carried_fen bigint NOT NULL,
    committed_fen bigint NOT NULL,
    paid_fen bigint NOT NULL,
    carried_out_fen bigint NOT NULL,
    lapsed_fen bigint NOT NULL,
    warn_from_bp integer NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    version bigint NOT NULL,
    proposed_fen bigint,
    proposed_on date,
    proposed_because text,
    proposed_by text,
    proposed_at timestamp with time zone,
    changed_at timestamp with time zone NOT NULL,
    closed_by text,
    closed_at timestamp with time zone,
    successor_id uuid,
    CONSTRAINT ck_appropriations_amounts CHECK (((amount_fen >= 0) AND (carried_fen >= 0) AND (carried_out_fen >= 0) AND (lapsed_fen >= 0) AND (proposed_fen >= 0))),
    CONSTRAINT ck_appropriations_closed CHECK (((state = 'closed'::text) = (closed_by IS NOT NULL))),
    CONSTRAINT ck_appropriations_level CHECK ((level = ANY (ARRAY['province'::text, 'city'::text, 'district'::text]))),
    CONSTRAINT ck_appropriations_proposed CHECK (((proposed_fen IS NULL) = (proposed_by IS NULL))),
    CONSTRAINT ck_appropriations_state CHECK ((state = ANY (ARRAY['entered'::text, 'open'::text, 'closed'::text]))),
    CONSTRAINT ck_appropriations_within CHECK (((0 <= paid_fen) AND (paid_fen <= committed_fen) AND (((committed_fen + carried_out_fen) + lapsed_fen) <= (amount_fen + carried_fen))))
);

ALTER TABLE ONLY appropriations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY appropriations ADD CONSTRAINT pk_appropriations PRIMARY KEY (id);
ALTER TABLE ONLY appropriations ADD CONSTRAINT uq_appropriations_code UNIQUE (code);
ALTER TABLE ONLY appropriations ADD CONSTRAINT uq_appropriations_id_division UNIQUE (id, division);
ALTER TABLE ONLY appropriations ADD CONSTRAINT uq_appropriations_line UNIQUE (year, division, level, source, purpose);
CREATE INDEX ix_appropriations_division ON appropriations USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON appropriations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_appropriations();
CREATE TRIGGER audit_insert AFTER INSERT ON appropriations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_appropriations();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON appropriations FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON appropriations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_appropriations();
ALTER TABLE ONLY appropriations ADD CONSTRAINT fk_appropriations_successor_id_appropriations FOREIGN KEY (successor_id) REFERENCES appropriations(id);
ALTER TABLE appropriations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON appropriations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON appropriations AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE appropriations TO shuangfu_runtime;

-- award_pools
CREATE TABLE award_pools (
    id uuid NOT NULL,
    dues_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    base_fen bigint NOT NULL,
    share_bp integer NOT NULL,
    amount_fen bigint NOT NULL,
    distributed_fen bigint NOT NULL,
    rounds integer NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_by text,
    closed_at timestamp with time zone,
    reversed_fen bigint DEFAULT 0 NOT NULL,
    CONSTRAINT ck_award_pools_amount CHECK ((amount_fen > 0)),
    CONSTRAINT ck_award_pools_state CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text])))
);

ALTER TABLE ONLY award_pools FORCE ROW LEVEL SECURITY;
ALTER TABLE award_pools ADD CONSTRAINT ck_award_pools_distributed CHECK (((distributed_fen >= 0) AND (reversed_fen >= 0) AND ((distributed_fen - reversed_fen) <= amount_fen))) NOT VALID;
ALTER TABLE ONLY award_pools ADD CONSTRAINT pk_award_pools PRIMARY KEY (id);
ALTER TABLE ONLY award_pools ADD CONSTRAINT uq_award_pools_dues_id UNIQUE (dues_id);
ALTER TABLE ONLY award_pools ADD CONSTRAINT uq_award_pools_id_division UNIQUE (id, division);
CREATE INDEX ix_award_pools_division ON award_pools USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON award_pools REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_award_pools();
CREATE TRIGGER audit_insert AFTER INSERT ON award_pools REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_award_pools();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON award_pools FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON award_pools REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_award_pools();
CREATE CONSTRAINT TRIGGER sums AFTER INSERT OR UPDATE ON award_pools DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION award_pools_check_sum('id');
ALTER TABLE ONLY award_pools ADD CONSTRAINT fk_award_pools_dues_id_division_dues_years FOREIGN KEY (dues_id, division) REFERENCES dues_years(id, division) ON UPDATE CASCADE;
ALTER TABLE award_pools ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON award_pools USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON award_pools AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE award_pools TO shuangfu_runtime;

-- awards
CREATE TABLE awards (
    pool_id uuid NOT NULL,
    round integer NOT NULL,
    recipient_id uuid NOT NULL,
    division text NOT NULL,
    weight integer NOT NULL,
    amount_fen bigint NOT NULL,
    note text,
    awarded_by text NOT NULL,
    awarded_at timestamp with time zone NOT NULL,
    grant_id uuid,
    CONSTRAINT ck_awards_amount CHECK ((amount_fen >= 0)),
    CONSTRAINT ck_awards_weight CHECK ((weight > 0))
);

ALTER TABLE ONLY awards FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY awards ADD CONSTRAINT pk_awards PRIMARY KEY (pool_id, round, recipient_id);
CREATE INDEX ix_awards_division ON awards USING btree (division text_pattern_ops, pool_id);
CREATE TRIGGER audit_delete AFTER DELETE ON awards REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_awards();
CREATE TRIGGER audit_insert AFTER INSERT ON awards REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_awards();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON awards FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON awards REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_awards();
CREATE CONSTRAINT TRIGGER sums AFTER INSERT ON awards DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION award_pools_check_sum('pool_id');
ALTER TABLE ONLY awards ADD CONSTRAINT fk_awards_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants(id);
ALTER TABLE ONLY awards ADD CONSTRAINT fk_awards_pool_id_division_award_pools FOREIGN KEY (pool_id, division) REFERENCES award_pools(id, division) ON UPDATE CASCADE;
ALTER TABLE awards ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON awards USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON awards AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (recipient_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (recipient_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT ON TABLE awards TO shuangfu_runtime;

-- closed_rectifications
CREATE TABLE closed_rectifications (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    outcome text NOT NULL,
    closed_on date NOT NULL,
    sequence bigint NOT NULL
);

ALTER TABLE ONLY closed_rectifications FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY closed_rectifications ADD CONSTRAINT pk_closed_rectifications PRIMARY KEY (id);
CREATE INDEX ix_closed_rectifications_division ON closed_rectifications USING btree (division text_pattern_ops, id);
CREATE INDEX ix_closed_rectifications_evaluation_id ON closed_rectifications USING btree (evaluation_id);
ALTER TABLE closed_rectifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON closed_rectifications USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON closed_rectifications AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (party_organization_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE closed_rectifications TO shuangfu_runtime;

-- commitments
CREATE TABLE commitments (
    grant_id uuid NOT NULL,
    appropriation_id uuid NOT NULL,
    division text NOT NULL,
    amount_fen bigint NOT NULL,
    state text NOT NULL,
    committed_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT ck_commitments_amount CHECK ((amount_fen > 0)),
    CONSTRAINT ck_commitments_settled CHECK (((state = 'committed'::text) = (settled_at IS NULL))),
    CONSTRAINT ck_commitments_state CHECK ((state = ANY (ARRAY['committed'::text, 'paid'::text, 'released'::text])))
);

ALTER TABLE ONLY commitments FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY commitments ADD CONSTRAINT pk_commitments PRIMARY KEY (grant_id);
CREATE INDEX ix_commitments_appropriation_id ON commitments USING btree (appropriation_id, state);
CREATE INDEX ix_commitments_division ON commitments USING btree (division text_pattern_ops, grant_id);
CREATE TRIGGER audit_delete AFTER DELETE ON commitments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_commitments();
CREATE TRIGGER audit_insert AFTER INSERT ON commitments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_commitments();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON commitments FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON commitments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_commitments();
ALTER TABLE ONLY commitments ADD CONSTRAINT fk_commitments_appropriation_id_division_appropriations FOREIGN KEY (appropriation_id, division) REFERENCES appropriations(id, division) ON UPDATE CASCADE;
ALTER TABLE ONLY commitments ADD CONSTRAINT fk_commitments_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants(id);
ALTER TABLE commitments ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON commitments USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON commitments AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE commitments TO shuangfu_runtime;

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
CREATE POLICY units ON documents AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR ((state = 'issued'::text) AND ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (subject_id = ANY (ARRAY( SELECT grants.id
   FROM grants
UNION ALL
 SELECT dues_refunds.id
   FROM dues_refunds))))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR ((state = 'issued'::text) AND ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (subject_id = ANY (ARRAY( SELECT grants.id
   FROM grants
UNION ALL
 SELECT dues_refunds.id
   FROM dues_refunds)))))));
GRANT SELECT,INSERT,UPDATE ON TABLE documents TO shuangfu_runtime;

-- dues_quarters
CREATE TABLE dues_quarters (
    dues_id uuid NOT NULL,
    quarter integer NOT NULL,
    revision integer NOT NULL,
    division text NOT NULL,
    collected_fen bigint NOT NULL,
    remitted_fen bigint NOT NULL,
    retained_fen bigint NOT NULL,
    interest_fen bigint NOT NULL,
    papers jsonb NOT NULL,
    reason text,
    entered_by text NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_dues_quarters_amounts CHECK (((collected_fen >= 0) AND (remitted_fen >= 0) AND (interest_fen >= 0) AND (collected_fen = (remitted_fen + retained_fen)))),
    CONSTRAINT ck_dues_quarters_quarter CHECK (((quarter >= 1) AND (quarter <= 4))),
    CONSTRAINT ck_dues_quarters_reason CHECK (((revision = 1) OR (reason IS NOT NULL)))
);

ALTER TABLE ONLY dues_quarters FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY dues_quarters ADD CONSTRAINT pk_dues_quarters PRIMARY KEY (dues_id, quarter, revision);
CREATE INDEX ix_dues_quarters_division ON dues_quarters USING btree (division text_pattern_ops, dues_id);
CREATE TRIGGER audit_delete AFTER DELETE ON dues_quarters REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dues_quarters();
CREATE TRIGGER audit_insert AFTER INSERT ON dues_quarters REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dues_quarters();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON dues_quarters FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON dues_quarters REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dues_quarters();
ALTER TABLE ONLY dues_quarters ADD CONSTRAINT fk_dues_quarters_dues_id_division_dues_years FOREIGN KEY (dues_id, division) REFERENCES dues_years(id, division) ON UPDATE CASCADE;
ALTER TABLE dues_quarters ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON dues_quarters USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON dues_quarters AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (dues_id = ANY (ARRAY( SELECT dues_years.id
   FROM dues_years))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (dues_id = ANY (ARRAY( SELECT dues_years.id
   FROM dues_years)))));
GRANT SELECT,INSERT ON TABLE dues_quarters TO shuangfu_runtime;

-- dues_refunds
CREATE TABLE dues_refunds (
    id uuid NOT NULL,
    dues_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    amount_fen bigint NOT NULL,
    receiver_id uuid NOT NULL,
    host_id uuid,
    list_reference text NOT NULL,
    slip_reference text NOT NULL,
    grant_id uuid NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    claimed_on date NOT NULL,
    claimed_by text NOT NULL,
    claimed_at timestamp with time zone NOT NULL,
    number integer DEFAULT 1 NOT NULL,
    CONSTRAINT ck_dues_refunds_amount CHECK ((amount_fen > 0))
);

ALTER TABLE ONLY dues_refunds FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY dues_refunds ADD CONSTRAINT pk_dues_refunds PRIMARY KEY (id);
ALTER TABLE ONLY dues_refunds ADD CONSTRAINT uq_dues_refunds_grant_id UNIQUE (grant_id);
CREATE INDEX ix_dues_refunds_division ON dues_refunds USING btree (division text_pattern_ops, id);
CREATE UNIQUE INDEX uq_dues_refunds_dues_id_number ON dues_refunds USING btree (dues_id, number);
CREATE TRIGGER audit_delete AFTER DELETE ON dues_refunds REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dues_refunds();
CREATE TRIGGER audit_insert AFTER INSERT ON dues_refunds REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dues_refunds();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON dues_refunds FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON dues_refunds REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dues_refunds();
ALTER TABLE ONLY dues_refunds ADD CONSTRAINT fk_dues_refunds_dues_id_division_dues_years FOREIGN KEY (dues_id, division) REFERENCES dues_years(id, division) ON UPDATE CASCADE;
ALTER TABLE ONLY dues_refunds ADD CONSTRAINT fk_dues_refunds_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants(id);
ALTER TABLE dues_refunds ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON dues_refunds USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON dues_refunds AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (holder_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (receiver_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (holder_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (receiver_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT ON TABLE dues_refunds TO shuangfu_runtime;

-- dues_years
CREATE TABLE dues_years (
    id uuid NOT NULL,
    holder_id uuid NOT NULL,
    holder_kind text NOT NULL,
    holder_name text NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    base_fen bigint,
    policy text,
    reasons jsonb NOT NULL,
    certified_by text,
    certified_at timestamp with time zone,
    certified_note text,
    CONSTRAINT ck_dues_years_base CHECK ((base_fen >= 0)),
    CONSTRAINT ck_dues_years_certified CHECK (((state = 'certified'::text) = (base_fen IS NOT NULL))),
    CONSTRAINT ck_dues_years_holder_kind CHECK ((holder_kind = ANY (ARRAY['organization'::text, 'party_organization'::text, 'body'::text]))),
    CONSTRAINT ck_dues_years_state CHECK ((state = ANY (ARRAY['open'::text, 'certified'::text])))
);

ALTER TABLE ONLY dues_years FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY dues_years ADD CONSTRAINT pk_dues_years PRIMARY KEY (id);
ALTER TABLE ONLY dues_years ADD CONSTRAINT uq_dues_years_holder_id_year UNIQUE (holder_id, year);
ALTER TABLE ONLY dues_years ADD CONSTRAINT uq_dues_years_id_division UNIQUE (id, division);
CREATE INDEX ix_dues_years_division ON dues_years USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON dues_years REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dues_years();
CREATE TRIGGER audit_insert AFTER INSERT ON dues_years REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dues_years();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON dues_years FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON dues_years REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_dues_years();
ALTER TABLE dues_years ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON dues_years USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON dues_years AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (holder_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (holder_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,UPDATE ON TABLE dues_years TO shuangfu_runtime;

-- forecast_funds
CREATE TABLE forecast_funds (
    forecast_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    place text NOT NULL,
    level text NOT NULL,
    source text NOT NULL,
    purpose text NOT NULL,
    appropriation text,
    need_fen bigint NOT NULL,
    charged_fen bigint NOT NULL,
    left_fen bigint NOT NULL,
    unfunded_fen bigint NOT NULL,
    reasons jsonb NOT NULL,
    CONSTRAINT ck_forecast_funds_amounts CHECK (((unfunded_fen >= 0) AND (unfunded_fen <= need_fen)))
);

ALTER TABLE ONLY forecast_funds FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY forecast_funds ADD CONSTRAINT pk_forecast_funds PRIMARY KEY (forecast_id, number);
ALTER TABLE ONLY forecast_funds ADD CONSTRAINT fk_forecast_funds_forecast_id_division_forecasts FOREIGN KEY (forecast_id, division) REFERENCES forecasts(id, division) ON UPDATE CASCADE;
ALTER TABLE forecast_funds ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON forecast_funds USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON forecast_funds AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT ON TABLE forecast_funds TO shuangfu_runtime;

-- forecast_lines
CREATE TABLE forecast_lines (
    forecast_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    place text NOT NULL,
    kind text,
    scheme text NOT NULL,
    policy text NOT NULL,
    level text NOT NULL,
    source text NOT NULL,
    purpose text NOT NULL,
    count bigint NOT NULL,
    need_fen bigint NOT NULL,
    held_fen bigint NOT NULL,
    reasons jsonb NOT NULL,
    CONSTRAINT ck_forecast_lines_amounts CHECK (((held_fen >= 0) AND (held_fen <= need_fen)))
);

ALTER TABLE ONLY forecast_lines FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY forecast_lines ADD CONSTRAINT pk_forecast_lines PRIMARY KEY (forecast_id, number);
ALTER TABLE ONLY forecast_lines ADD CONSTRAINT fk_forecast_lines_forecast_id_division_forecasts FOREIGN KEY (forecast_id, division) REFERENCES forecasts(id, division) ON UPDATE CASCADE;
ALTER TABLE forecast_lines ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON forecast_lines USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON forecast_lines AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT ON TABLE forecast_lines TO shuangfu_runtime;

-- forecasts
CREATE TABLE forecasts (
    id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    budget_year integer NOT NULL,
    counted_on date NOT NULL,
    need_fen bigint NOT NULL,
    held_fen bigint NOT NULL,
    unfunded_fen bigint NOT NULL,
    lines integer NOT NULL,
    totals jsonb NOT NULL,
    inputs jsonb NOT NULL,
    asked jsonb NOT NULL,
    policies jsonb NOT NULL,
    input_hash text NOT NULL,
    reasons jsonb NOT NULL,
    note text,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_forecasts_amounts CHECK (((held_fen >= 0) AND (held_fen <= need_fen) AND (unfunded_fen >= 0) AND (unfunded_fen <= need_fen)))
);

ALTER TABLE ONLY forecasts FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY forecasts ADD CONSTRAINT pk_forecasts PRIMARY KEY (id);
ALTER TABLE ONLY forecasts ADD CONSTRAINT uq_forecasts_id_division UNIQUE (id, division);
CREATE INDEX ix_forecasts_division ON forecasts USING btree (division text_pattern_ops, id);
ALTER TABLE forecasts ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON forecasts USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON forecasts AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT ON TABLE forecasts TO shuangfu_runtime;

-- grant_amendments
CREATE TABLE grant_amendments (
    grant_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    state_before text NOT NULL,
    from_fen bigint NOT NULL,
    to_fen bigint NOT NULL,
    reason text NOT NULL,
    reference text NOT NULL,
    difference_id uuid,
    amended_by text NOT NULL,
    amended_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_grant_amendments_amounts CHECK (((number > 0) AND (from_fen >= 0) AND (to_fen > 0) AND (to_fen <> from_fen)))
);

ALTER TABLE ONLY grant_amendments FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY grant_amendments ADD CONSTRAINT pk_grant_amendments PRIMARY KEY (grant_id, number);
CREATE INDEX ix_grant_amendments_division ON grant_amendments USING btree (division text_pattern_ops, grant_id);
CREATE TRIGGER audit_delete AFTER DELETE ON grant_amendments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_amendments();
CREATE TRIGGER audit_insert AFTER INSERT ON grant_amendments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_amendments();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grant_amendments FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grant_amendments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_amendments();
ALTER TABLE ONLY grant_amendments ADD CONSTRAINT fk_grant_amendments_difference_id_grants FOREIGN KEY (difference_id) REFERENCES grants(id);
ALTER TABLE ONLY grant_amendments ADD CONSTRAINT fk_grant_amendments_grant_id_division_grants FOREIGN KEY (grant_id, division) REFERENCES grants(id, division) ON UPDATE CASCADE;
ALTER TABLE grant_amendments ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grant_amendments USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grant_amendments AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants)))));
GRANT SELECT,INSERT ON TABLE grant_amendments TO shuangfu_runtime;

-- grant_decisions
CREATE TABLE grant_decisions (
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    evaluation_id uuid,
    recipient_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    policy text,
    scheme text,
    outcome text NOT NULL,
    amount_fen bigint,
    grant_id uuid,
    facts jsonb NOT NULL,
    reasons jsonb NOT NULL,
    as_of timestamp with time zone NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    trigger text DEFAULT 'evaluation'::text NOT NULL,
    period text,
    CONSTRAINT ck_grant_decisions_outcome CHECK ((outcome = ANY (ARRAY['raised'::text, 'held'::text, 'none'::text, 'unchanged'::text])))
);

ALTER TABLE ONLY grant_decisions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY grant_decisions ADD CONSTRAINT pk_grant_decisions PRIMARY KEY (id);
ALTER TABLE ONLY grant_decisions ADD CONSTRAINT uq_grant_decisions_event_id UNIQUE (event_id);
CREATE INDEX ix_grant_decisions_recipient ON grant_decisions USING btree (recipient_id, year, id);
CREATE TRIGGER audit_delete AFTER DELETE ON grant_decisions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_decisions();
CREATE TRIGGER audit_insert AFTER INSERT ON grant_decisions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_decisions();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grant_decisions FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grant_decisions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_decisions();
ALTER TABLE ONLY grant_decisions ADD CONSTRAINT fk_grant_decisions_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants(id);
ALTER TABLE grant_decisions ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grant_decisions USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grant_decisions AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (recipient_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (recipient_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT ON TABLE grant_decisions TO shuangfu_runtime;

-- grant_notices
CREATE TABLE grant_notices (
    grant_id uuid NOT NULL,
    version bigint NOT NULL,
    division text NOT NULL,
    started_on date NOT NULL,
    ends_on date NOT NULL,
    working_days integer NOT NULL,
    place text NOT NULL,
    policy text NOT NULL,
    published_by text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_grant_notices_days CHECK (((working_days > 0) AND (ends_on > started_on)))
);

ALTER TABLE ONLY grant_notices FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY grant_notices ADD CONSTRAINT pk_grant_notices PRIMARY KEY (grant_id, version);
CREATE INDEX ix_grant_notices_division ON grant_notices USING btree (division text_pattern_ops, grant_id);
CREATE TRIGGER audit_delete AFTER DELETE ON grant_notices REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_notices();
CREATE TRIGGER audit_insert AFTER INSERT ON grant_notices REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_notices();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grant_notices FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grant_notices REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_notices();
ALTER TABLE ONLY grant_notices ADD CONSTRAINT fk_grant_notices_grant_id_division_grants FOREIGN KEY (grant_id, division) REFERENCES grants(id, division) ON UPDATE CASCADE;
ALTER TABLE grant_notices ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grant_notices USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grant_notices AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants)))));
GRANT SELECT,INSERT ON TABLE grant_notices TO shuangfu_runtime;

-- grant_objections
CREATE TABLE grant_objections (
    grant_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    notice_version bigint NOT NULL,
    received_on date NOT NULL,
    statement text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    upheld boolean,
    answer text,
    answered_by text,
    answered_at timestamp with time zone,
    CONSTRAINT ck_grant_objections_answered CHECK ((num_nonnulls(upheld, answer, answered_by, answered_at) = ANY (ARRAY[0, 4])))
);

ALTER TABLE ONLY grant_objections FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY grant_objections ADD CONSTRAINT pk_grant_objections PRIMARY KEY (grant_id, number);
CREATE INDEX ix_grant_objections_division ON grant_objections USING btree (division text_pattern_ops, grant_id);
CREATE INDEX ix_grant_objections_open ON grant_objections USING btree (grant_id) WHERE (answered_at IS NULL);
CREATE TRIGGER audit_delete AFTER DELETE ON grant_objections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_objections();
CREATE TRIGGER audit_insert AFTER INSERT ON grant_objections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_objections();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grant_objections FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grant_objections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_objections();
ALTER TABLE ONLY grant_objections ADD CONSTRAINT fk_grant_objections_grant_id_division_grants FOREIGN KEY (grant_id, division) REFERENCES grants(id, division) ON UPDATE CASCADE;
ALTER TABLE grant_objections ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grant_objections USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grant_objections AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants)))));
GRANT SELECT,INSERT,UPDATE ON TABLE grant_objections TO shuangfu_runtime;

-- grant_organizations
CREATE TABLE grant_organizations (
    grant_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    purpose text NOT NULL,
    year integer NOT NULL,
    division text NOT NULL
);

ALTER TABLE ONLY grant_organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY grant_organizations ADD CONSTRAINT pk_grant_organizations PRIMARY KEY (grant_id, organization_id);
ALTER TABLE ONLY grant_organizations ADD CONSTRAINT uq_grant_organizations_organization_id_purpose_year UNIQUE (organization_id, purpose, year);
CREATE INDEX ix_grant_organizations_division ON grant_organizations USING btree (division text_pattern_ops, grant_id);
CREATE TRIGGER audit_delete AFTER DELETE ON grant_organizations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_organizations();
CREATE TRIGGER audit_insert AFTER INSERT ON grant_organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_organizations();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grant_organizations FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grant_organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_organizations();
ALTER TABLE ONLY grant_organizations ADD CONSTRAINT fk_grant_organizations_grant_id_division_grants FOREIGN KEY (grant_id, division) REFERENCES grants(id, division) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE grant_organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grant_organizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grant_organizations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants)))));
GRANT SELECT,INSERT,DELETE ON TABLE grant_organizations TO shuangfu_runtime;

-- grant_returns
CREATE TABLE grant_returns (
    grant_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    amount_fen bigint NOT NULL,
    reference text NOT NULL,
    returned_on date NOT NULL,
    transaction_id uuid NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_grant_returns_amount CHECK (((number > 0) AND (amount_fen > 0)))
);

ALTER TABLE ONLY grant_returns FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY grant_returns ADD CONSTRAINT pk_grant_returns PRIMARY KEY (grant_id, number);
ALTER TABLE ONLY grant_returns ADD CONSTRAINT uq_grant_returns_grant_id_reference UNIQUE (grant_id, reference);
CREATE INDEX ix_grant_returns_division ON grant_returns USING btree (division text_pattern_ops, grant_id);
CREATE TRIGGER audit_delete AFTER DELETE ON grant_returns REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_returns();
CREATE TRIGGER audit_insert AFTER INSERT ON grant_returns REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_returns();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grant_returns FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grant_returns REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_returns();
ALTER TABLE ONLY grant_returns ADD CONSTRAINT fk_grant_returns_grant_id_division_grants FOREIGN KEY (grant_id, division) REFERENCES grants(id, division) ON UPDATE CASCADE;
ALTER TABLE ONLY grant_returns ADD CONSTRAINT fk_grant_returns_transaction_id_division_ledger_transactions FOREIGN KEY (transaction_id, division) REFERENCES ledger_transactions(id, division);
ALTER TABLE grant_returns ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grant_returns USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grant_returns AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants)))));
GRANT SELECT,INSERT ON TABLE grant_returns TO shuangfu_runtime;

-- grant_settlements
CREATE TABLE grant_settlements (
    grant_id uuid NOT NULL,
    division text NOT NULL,
    report_number integer,
    used_fen bigint NOT NULL,
    unspent_fen bigint NOT NULL,
    grade text NOT NULL,
    note text,
    policy text NOT NULL,
    due_on date,
    settled_by text NOT NULL,
    settled_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_grant_settlements_amounts CHECK (((used_fen >= 0) AND (unspent_fen >= 0)))
);

ALTER TABLE ONLY grant_settlements FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY grant_settlements ADD CONSTRAINT pk_grant_settlements PRIMARY KEY (grant_id);
CREATE INDEX ix_grant_settlements_division ON grant_settlements USING btree (division text_pattern_ops, grant_id);
CREATE TRIGGER audit_delete AFTER DELETE ON grant_settlements REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_settlements();
CREATE TRIGGER audit_insert AFTER INSERT ON grant_settlements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_settlements();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grant_settlements FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grant_settlements REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_settlements();
ALTER TABLE ONLY grant_settlements ADD CONSTRAINT fk_grant_settlements_grant_id_division_grants FOREIGN KEY (grant_id, division) REFERENCES grants(id, division) ON UPDATE CASCADE;
ALTER TABLE grant_settlements ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grant_settlements USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grant_settlements AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants)))));
GRANT SELECT,INSERT ON TABLE grant_settlements TO shuangfu_runtime;

-- grant_steps
CREATE TABLE grant_steps (
    grant_id uuid NOT NULL,
    version bigint NOT NULL,
    division text NOT NULL,
    step text NOT NULL,
    at timestamp with time zone NOT NULL,
    note text,
    taken_by text
);

ALTER TABLE ONLY grant_steps FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY grant_steps ADD CONSTRAINT pk_grant_steps PRIMARY KEY (grant_id, version);
CREATE TRIGGER audit_delete AFTER DELETE ON grant_steps REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_steps();
CREATE TRIGGER audit_insert AFTER INSERT ON grant_steps REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_steps();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grant_steps FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grant_steps REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_steps();
ALTER TABLE ONLY grant_steps ADD CONSTRAINT fk_grant_steps_grant_id_division_grants FOREIGN KEY (grant_id, division) REFERENCES grants(id, division) ON UPDATE CASCADE;
ALTER TABLE ONLY grant_steps ADD CONSTRAINT fk_grant_steps_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants(id);
ALTER TABLE grant_steps ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grant_steps USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grant_steps AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants)))));
GRANT SELECT,INSERT ON TABLE grant_steps TO shuangfu_runtime;

-- grant_use_reports
CREATE TABLE grant_use_reports (
    grant_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    vouchers jsonb NOT NULL,
    total_fen bigint NOT NULL,
    note text,
    due_on date,
    reported_by text NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_grant_use_reports_total CHECK (((number > 0) AND (total_fen > 0)))
);

ALTER TABLE ONLY grant_use_reports FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY grant_use_reports ADD CONSTRAINT pk_grant_use_reports PRIMARY KEY (grant_id, number);
CREATE INDEX ix_grant_use_reports_division ON grant_use_reports USING btree (division text_pattern_ops, grant_id);
CREATE TRIGGER audit_delete AFTER DELETE ON grant_use_reports REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_use_reports();
CREATE TRIGGER audit_insert AFTER INSERT ON grant_use_reports REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_use_reports();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grant_use_reports FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grant_use_reports REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grant_use_reports();
ALTER TABLE ONLY grant_use_reports ADD CONSTRAINT fk_grant_use_reports_grant_id_division_grants FOREIGN KEY (grant_id, division) REFERENCES grants(id, division) ON UPDATE CASCADE;
ALTER TABLE grant_use_reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grant_use_reports USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grant_use_reports AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants))))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (grant_id = ANY (ARRAY( SELECT grants.id
   FROM grants)))));
GRANT SELECT,INSERT ON TABLE grant_use_reports TO shuangfu_runtime;

-- grants
CREATE TABLE grants (
    id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    recipient_name text NOT NULL,
    division text NOT NULL,
    scheme text NOT NULL,
    policy text NOT NULL,
    year integer,
    amount_fen bigint NOT NULL,
    expense_account text NOT NULL,
    payable_account text NOT NULL,
    appropriation_account text NOT NULL,
    state text NOT NULL,
    reasons jsonb NOT NULL,
    evaluation_id uuid,
    version bigint NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    drafted_by text,
    reviewed_by text,
    approved_by text,
    paid_by text,
    raised_by text,
    purpose text DEFAULT 'annual'::text NOT NULL,
    trigger text DEFAULT 'evaluation'::text NOT NULL,
    period text,
    of_year integer,
    level text DEFAULT 'city'::text NOT NULL,
    channel text DEFAULT 'fiscal'::text NOT NULL,
    input_hash text,
    snapshot jsonb,
    order_id uuid,
    order_state text,
    settlement_state text,
    use_report_due_on date,
    settlement_due_on date,
    return_due_fen bigint DEFAULT 0 NOT NULL,
    return_due_on date,
    returned_fen bigint DEFAULT 0 NOT NULL,
    amended_by text,
    amendments integer DEFAULT 0 NOT NULL,
    amends uuid,
    CONSTRAINT ck_grants_amount CHECK ((amount_fen > 0)),
    CONSTRAINT ck_grants_channel CHECK ((channel = ANY (ARRAY['fiscal'::text, 'dues'::text]))),
    CONSTRAINT ck_grants_evaluation CHECK (((evaluation_id IS NOT NULL) OR (trigger <> 'evaluation'::text))),
    CONSTRAINT ck_grants_level CHECK ((level = ANY (ARRAY['province'::text, 'city'::text, 'district'::text]))),
    CONSTRAINT ck_grants_state CHECK ((state = ANY (ARRAY['raised'::text, 'held'::text, 'reviewed'::text, 'approved'::text, 'paid'::text, 'reversed'::text]))),
    CONSTRAINT ck_grants_trigger CHECK ((trigger = ANY (ARRAY['evaluation'::text, 'establishment'::text, 'run'::text, 'claim'::text, 'pool_distribution'::text, 'closed_rectification'::text]))),
    CONSTRAINT ck_grants_whole CHECK (((year IS NOT NULL) OR ((period IS NOT NULL) AND (of_year IS NOT NULL))))
);

ALTER TABLE ONLY grants FORCE ROW LEVEL SECURITY;
ALTER TABLE grants ADD CONSTRAINT ck_grants_order CHECK (((order_state IS NULL) OR ((order_state = ANY (ARRAY['ordered'::text, 'paid'::text, 'failed'::text])) AND (order_id IS NOT NULL)))) NOT VALID;
ALTER TABLE grants ADD CONSTRAINT ck_grants_returned CHECK (((0 <= returned_fen) AND (returned_fen <= return_due_fen) AND (return_due_fen <= amount_fen))) NOT VALID;
ALTER TABLE grants ADD CONSTRAINT ck_grants_settlement_state CHECK ((settlement_state = ANY (ARRAY['open'::text, 'use_reported'::text, 'evaluated'::text, 'closed'::text]))) NOT VALID;
ALTER TABLE ONLY grants ADD CONSTRAINT pk_grants PRIMARY KEY (id);
ALTER TABLE ONLY grants ADD CONSTRAINT uq_grants_recipient_id_scheme_year UNIQUE (recipient_id, scheme, year);
CREATE INDEX ix_grants_division ON grants USING btree (division text_pattern_ops, id);
CREATE INDEX ix_grants_open ON grants USING btree (state, id) WHERE (state <> 'paid'::text);
CREATE INDEX ix_grants_returning ON grants USING btree (id) WHERE (return_due_fen > returned_fen);
CREATE INDEX ix_grants_settling ON grants USING btree (settlement_state, id) WHERE (settlement_state = ANY (ARRAY['open'::text, 'use_reported'::text]));
CREATE UNIQUE INDEX uq_grants_id_division ON grants USING btree (id, division);
CREATE UNIQUE INDEX uq_grants_recipient_id_purpose_level_period ON grants USING btree (recipient_id, purpose, level, period) WHERE ((input_hash IS NOT NULL) AND ((state <> 'reversed'::text) OR (returned_fen < return_due_fen)));
CREATE UNIQUE INDEX uq_grants_trigger_recipient_id_scheme_period_purpose ON grants USING btree (trigger, recipient_id, scheme, period, purpose) WHERE ((period IS NOT NULL) AND ((state <> 'reversed'::text) OR (returned_fen < return_due_fen)));
CREATE TRIGGER audit_delete AFTER DELETE ON grants REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grants();
CREATE TRIGGER audit_insert AFTER INSERT ON grants REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grants();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON grants FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON grants REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_grants();
ALTER TABLE ONLY grants ADD CONSTRAINT fk_grants_appropriation_account_ledger_accounts FOREIGN KEY (appropriation_account) REFERENCES ledger_accounts(code);
ALTER TABLE ONLY grants ADD CONSTRAINT fk_grants_expense_account_ledger_accounts FOREIGN KEY (expense_account) REFERENCES ledger_accounts(code);
ALTER TABLE ONLY grants ADD CONSTRAINT fk_grants_payable_account_ledger_accounts FOREIGN KEY (payable_account) REFERENCES ledger_accounts(code);
ALTER TABLE grants ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON grants USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON grants AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (recipient_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (recipient_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE grants TO shuangfu_runtime;

-- ledger_accounts
CREATE TABLE ledger_accounts (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    kind text NOT NULL,
    CONSTRAINT ck_ledger_accounts_kind CHECK ((kind = ANY (ARRAY['asset'::text, 'liability'::text, 'revenue'::text, 'expense'::text])))
);
ALTER TABLE ONLY ledger_accounts ADD CONSTRAINT pk_ledger_accounts PRIMARY KEY (code);
GRANT SELECT,INSERT ON TABLE ledger_accounts TO shuangfu_runtime;

-- ledger_entries
CREATE TABLE ledger_entries (
    id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    division text NOT NULL,
    account text NOT NULL,
    debit_fen bigint NOT NULL,
    credit_fen bigint NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    booked_on date,
    source text,
    recipient_id uuid,
    purpose text,
    CONSTRAINT ck_ledger_entries_one_side CHECK (((debit_fen >= 0) AND (credit_fen >= 0) AND ((debit_fen > 0) <> (credit_fen > 0))))
);

ALTER TABLE ONLY ledger_entries FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY ledger_entries ADD CONSTRAINT pk_ledger_entries PRIMARY KEY (id);
CREATE INDEX ix_ledger_entries_account ON ledger_entries USING btree (account, id);
CREATE INDEX ix_ledger_entries_recipient_id ON ledger_entries USING btree (recipient_id, account) WHERE (recipient_id IS NOT NULL);
CREATE INDEX ix_ledger_entries_transaction_id ON ledger_entries USING btree (transaction_id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER audit_delete AFTER DELETE ON ledger_entries REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_ledger_entries();
CREATE TRIGGER audit_insert AFTER INSERT ON ledger_entries REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_ledger_entries();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON ledger_entries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_ledger_entries();
CREATE CONSTRAINT TRIGGER in_balance AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance('transaction_id');
ALTER TABLE ONLY ledger_entries ADD CONSTRAINT fk_ledger_entries_account_ledger_accounts FOREIGN KEY (account) REFERENCES ledger_accounts(code);
ALTER TABLE ONLY ledger_entries ADD CONSTRAINT fk_ledger_entries_transaction_id_division_ledger_transactions FOREIGN KEY (transaction_id, division) REFERENCES ledger_transactions(id, division);
ALTER TABLE ONLY ledger_entries ADD CONSTRAINT fk_ledger_entries_transaction_id_ledger_transactions FOREIGN KEY (transaction_id) REFERENCES ledger_transactions(id);
ALTER TABLE ledger_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON ledger_entries USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON ledger_entries AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT ON TABLE ledger_entries TO shuangfu_runtime;

-- ledger_periods
CREATE TABLE ledger_periods (
    division text NOT NULL,
    month text NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    closed_by text,
    closed_at timestamp with time zone,
    locked_by text,
    locked_at timestamp with time zone,
    reason text,
    balances jsonb,
    CONSTRAINT ck_ledger_periods_locked CHECK (((state = 'locked'::text) = (balances IS NOT NULL))),
    CONSTRAINT ck_ledger_periods_month CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
    CONSTRAINT ck_ledger_periods_state CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text, 'locked'::text])))
);

ALTER TABLE ONLY ledger_periods FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY ledger_periods ADD CONSTRAINT pk_ledger_periods PRIMARY KEY (division, month);
CREATE INDEX ix_ledger_periods_division ON ledger_periods USING btree (division text_pattern_ops, month);
CREATE INDEX ix_ledger_periods_shut ON ledger_periods USING btree (month) WHERE (state <> 'open'::text);
CREATE TRIGGER audit_delete AFTER DELETE ON ledger_periods REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_ledger_periods();
CREATE TRIGGER audit_insert AFTER INSERT ON ledger_periods REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_ledger_periods();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON ledger_periods FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON ledger_periods REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_ledger_periods();
ALTER TABLE ledger_periods ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON ledger_periods FOR SELECT USING (((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])) OR (EXISTS ( SELECT
   FROM unnest(( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)) s(pattern)
  WHERE (rtrim(s.pattern, '%'::text) ~~ (ledger_periods.division || '%'::text))))));
CREATE POLICY scope ON ledger_periods USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON ledger_periods AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE ledger_periods TO shuangfu_runtime;

-- ledger_transactions
CREATE TABLE ledger_transactions (
    id uuid NOT NULL,
    division text NOT NULL,
    grant_id uuid,
    kind text NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    note text,
    booked_on date,
    corrects uuid,
    posted_by text,
    entries integer,
    trigger text,
    recipient_id uuid,
    scheme text,
    period text,
    purpose text,
    input_hash text,
    concerns uuid
);

ALTER TABLE ONLY ledger_transactions FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_transactions ADD CONSTRAINT ck_ledger_transactions_corrects CHECK (((kind = 'reversal'::text) = (corrects IS NOT NULL))) NOT VALID;
ALTER TABLE ledger_transactions ADD CONSTRAINT ck_ledger_transactions_kind CHECK ((kind ~ '^[a-z][a-z_]{1,39}$'::text)) NOT VALID;
ALTER TABLE ONLY ledger_transactions ADD CONSTRAINT pk_ledger_transactions PRIMARY KEY (id);
CREATE UNIQUE INDEX uq_ledger_transactions_corrects ON ledger_transactions USING btree (corrects) WHERE (corrects IS NOT NULL);
CREATE UNIQUE INDEX uq_ledger_transactions_grant_id_kind ON ledger_transactions USING btree (grant_id, kind, COALESCE(period, ''::text)) WHERE (kind <> 'reversal'::text);
CREATE UNIQUE INDEX uq_ledger_transactions_id_division ON ledger_transactions USING btree (id, division);
CREATE UNIQUE INDEX uq_ledger_transactions_key ON ledger_transactions USING btree (trigger, recipient_id, scheme, period, purpose) NULLS NOT DISTINCT WHERE (input_hash IS NOT NULL);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger_transactions FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER audit_delete AFTER DELETE ON ledger_transactions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_ledger_transactions();
CREATE TRIGGER audit_insert AFTER INSERT ON ledger_transactions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_ledger_transactions();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON ledger_transactions FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON ledger_transactions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_ledger_transactions();
CREATE CONSTRAINT TRIGGER in_balance AFTER INSERT ON ledger_transactions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance('id');
CREATE TRIGGER in_open_period AFTER INSERT ON ledger_transactions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_periods();
CREATE CONSTRAINT TRIGGER reverses AFTER INSERT ON ledger_transactions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.kind = 'reversal'::text)) EXECUTE FUNCTION ledger_check_reversal();
ALTER TABLE ONLY ledger_transactions ADD CONSTRAINT fk_ledger_transactions_grant_id_division_grants FOREIGN KEY (grant_id, division) REFERENCES grants(id, division);
ALTER TABLE ONLY ledger_transactions ADD CONSTRAINT fk_ledger_transactions_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants(id);
ALTER TABLE ledger_transactions ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON ledger_transactions USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON ledger_transactions AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT ON TABLE ledger_transactions TO shuangfu_runtime;

-- organizations
CREATE TABLE organizations (
    id uuid NOT NULL,
    division text NOT NULL,
    counts jsonb NOT NULL,
    ended boolean NOT NULL,
    sequence bigint NOT NULL
);

ALTER TABLE ONLY organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY organizations ADD CONSTRAINT pk_organizations PRIMARY KEY (id);
CREATE INDEX ix_organizations_division ON organizations USING btree (division text_pattern_ops, id);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON organizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON organizations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE organizations TO shuangfu_runtime;

-- party_organizations
CREATE TABLE party_organizations (
    id uuid NOT NULL,
    division text NOT NULL,
    form text,
    dissolved_on date,
    dissolved_at timestamp with time zone,
    covers jsonb NOT NULL,
    sequence bigint NOT NULL,
    name text,
    kind text,
    established_on date,
    taken_over boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY party_organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY party_organizations ADD CONSTRAINT pk_party_organizations PRIMARY KEY (id);
CREATE INDEX ix_party_organizations_division ON party_organizations USING btree (division text_pattern_ops, id);
ALTER TABLE party_organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON party_organizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON party_organizations AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE party_organizations TO shuangfu_runtime;

-- payees
CREATE TABLE payees (
    recipient_id uuid NOT NULL,
    division text NOT NULL,
    held_by text NOT NULL,
    bank_code text NOT NULL,
    grounds text,
    key_id text NOT NULL,
    sealed bytea NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    entered_by text NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    verified_by text,
    verified_at timestamp with time zone,
    CONSTRAINT ck_payees_held_by CHECK ((held_by = ANY (ARRAY['own'::text, 'organization'::text, 'superior'::text]))),
    CONSTRAINT ck_payees_in_trust CHECK (((held_by = 'own'::text) OR (grounds IS NOT NULL))),
    CONSTRAINT ck_payees_state CHECK ((state = ANY (ARRAY['entered'::text, 'verified'::text]))),
    CONSTRAINT ck_payees_verified CHECK (((state = 'verified'::text) = (verified_by IS NOT NULL)))
);

ALTER TABLE ONLY payees FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY payees ADD CONSTRAINT pk_payees PRIMARY KEY (recipient_id);
CREATE INDEX ix_payees_division ON payees USING btree (division text_pattern_ops, recipient_id);
CREATE TRIGGER audit_delete AFTER DELETE ON payees REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payees();
CREATE TRIGGER audit_insert AFTER INSERT ON payees REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payees();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON payees FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON payees REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payees();
CREATE POLICY owed ON payees USING ((recipient_id = ANY (ARRAY( SELECT g.recipient_id
   FROM grants g
  WHERE (g.state = 'approved'::text))))) WITH CHECK ((recipient_id = ANY (ARRAY( SELECT g.recipient_id
   FROM grants g
  WHERE (g.state = 'approved'::text)))));
ALTER TABLE payees ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON payees USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON payees AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE payees TO shuangfu_runtime;

-- payment_order_lines
CREATE TABLE payment_order_lines (
    order_id uuid NOT NULL,
    line integer NOT NULL,
    division text NOT NULL,
    reference text NOT NULL,
    grant_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    recipient_name text NOT NULL,
    amount_fen bigint NOT NULL,
    scheme text NOT NULL,
    held_by text NOT NULL,
    bank_code text NOT NULL,
    payee_version bigint NOT NULL,
    key_id text NOT NULL,
    sealed bytea NOT NULL,
    state text NOT NULL,
    because text,
    paid_on date,
    settled_at timestamp with time zone,
    CONSTRAINT ck_payment_order_lines_amount CHECK ((amount_fen > 0)),
    CONSTRAINT ck_payment_order_lines_settled CHECK (((state = 'ordered'::text) = (settled_at IS NULL)))
);

ALTER TABLE ONLY payment_order_lines FORCE ROW LEVEL SECURITY;
ALTER TABLE payment_order_lines ADD CONSTRAINT ck_payment_order_lines_state CHECK ((state = ANY (ARRAY['ordered'::text, 'paid'::text, 'failed'::text, 'withdrawn'::text]))) NOT VALID;
ALTER TABLE ONLY payment_order_lines ADD CONSTRAINT pk_payment_order_lines PRIMARY KEY (order_id, line);
ALTER TABLE ONLY payment_order_lines ADD CONSTRAINT uq_payment_order_lines_reference UNIQUE (reference);
CREATE INDEX ix_payment_order_lines_division ON payment_order_lines USING btree (division text_pattern_ops, order_id);
CREATE INDEX ix_payment_order_lines_grant_id ON payment_order_lines USING btree (grant_id);
CREATE UNIQUE INDEX uq_payment_order_lines_grant_id ON payment_order_lines USING btree (grant_id) WHERE (state <> ALL (ARRAY['failed'::text, 'withdrawn'::text]));
CREATE TRIGGER audit_delete AFTER DELETE ON payment_order_lines REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payment_order_lines();
CREATE TRIGGER audit_insert AFTER INSERT ON payment_order_lines REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payment_order_lines();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON payment_order_lines FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON payment_order_lines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payment_order_lines();
ALTER TABLE ONLY payment_order_lines ADD CONSTRAINT fk_payment_order_lines_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants(id);
ALTER TABLE ONLY payment_order_lines ADD CONSTRAINT fk_payment_order_lines_order_id_division_payment_orders FOREIGN KEY (order_id, division) REFERENCES payment_orders(id, division) ON UPDATE CASCADE;
ALTER TABLE payment_order_lines ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON payment_order_lines USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON payment_order_lines AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE payment_order_lines TO shuangfu_runtime;

-- payment_orders
CREATE TABLE payment_orders (
    id uuid NOT NULL,
    number text NOT NULL,
    division text NOT NULL,
    channel text NOT NULL,
    layout text NOT NULL,
    policy text NOT NULL,
    state text NOT NULL,
    count integer NOT NULL,
    total_fen bigint NOT NULL,
    note text,
    reasons jsonb NOT NULL,
    version bigint NOT NULL,
    ordered_by text NOT NULL,
    ordered_at timestamp with time zone NOT NULL,
    contradicted integer DEFAULT 0 NOT NULL,
    CONSTRAINT ck_payment_orders_channel CHECK ((channel = ANY (ARRAY['fiscal'::text, 'dues'::text]))),
    CONSTRAINT ck_payment_orders_total CHECK (((count > 0) AND (total_fen > 0)))
);

ALTER TABLE ONLY payment_orders FORCE ROW LEVEL SECURITY;
ALTER TABLE payment_orders ADD CONSTRAINT ck_payment_orders_state CHECK ((state = ANY (ARRAY['ordered'::text, 'settled'::text, 'withdrawn'::text]))) NOT VALID;
ALTER TABLE ONLY payment_orders ADD CONSTRAINT pk_payment_orders PRIMARY KEY (id);
ALTER TABLE ONLY payment_orders ADD CONSTRAINT uq_payment_orders_id_division UNIQUE (id, division);
ALTER TABLE ONLY payment_orders ADD CONSTRAINT uq_payment_orders_number UNIQUE (number);
CREATE INDEX ix_payment_orders_division ON payment_orders USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON payment_orders REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payment_orders();
CREATE TRIGGER audit_insert AFTER INSERT ON payment_orders REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payment_orders();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON payment_orders FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON payment_orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payment_orders();
ALTER TABLE payment_orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON payment_orders USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON payment_orders AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT,UPDATE ON TABLE payment_orders TO shuangfu_runtime;

-- payment_returns
CREATE TABLE payment_returns (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    division text NOT NULL,
    sha256 text NOT NULL,
    findings jsonb NOT NULL,
    received_by text NOT NULL,
    received_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY payment_returns FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY payment_returns ADD CONSTRAINT pk_payment_returns PRIMARY KEY (id);
ALTER TABLE ONLY payment_returns ADD CONSTRAINT uq_payment_returns_order_id_sha256 UNIQUE (order_id, sha256);
CREATE INDEX ix_payment_returns_division ON payment_returns USING btree (division text_pattern_ops, order_id);
CREATE TRIGGER audit_delete AFTER DELETE ON payment_returns REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payment_returns();
CREATE TRIGGER audit_insert AFTER INSERT ON payment_returns REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payment_returns();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON payment_returns FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON payment_returns REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_payment_returns();
ALTER TABLE ONLY payment_returns ADD CONSTRAINT fk_payment_returns_order_id_division_payment_orders FOREIGN KEY (order_id, division) REFERENCES payment_orders(id, division) ON UPDATE CASCADE;
ALTER TABLE payment_returns ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON payment_returns USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON payment_returns AS RESTRICTIVE USING ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL)) WITH CHECK ((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL));
GRANT SELECT,INSERT ON TABLE payment_returns TO shuangfu_runtime;

-- scheme_entries
CREATE TABLE scheme_entries (
    id uuid NOT NULL,
    scheme text NOT NULL,
    recipient_id uuid NOT NULL,
    recipient_name text NOT NULL,
    division text NOT NULL,
    amount_fen bigint,
    category text,
    not_civil_servant boolean NOT NULL,
    grounds text,
    effective_from date NOT NULL,
    effective_to date,
    state text NOT NULL,
    version bigint NOT NULL,
    entered_by text NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    confirmed_by text,
    confirmed_at timestamp with time zone,
    confirmed_note text,
    ended_by text,
    ended_at timestamp with time zone,
    ended_because text,
    CONSTRAINT ck_scheme_entries_amount CHECK ((amount_fen > 0)),
    CONSTRAINT ck_scheme_entries_confirmed CHECK (((state = 'confirmed'::text) = (confirmed_by IS NOT NULL))),
    CONSTRAINT ck_scheme_entries_period CHECK ((effective_to >= effective_from)),
    CONSTRAINT ck_scheme_entries_state CHECK ((state = ANY (ARRAY['entered'::text, 'confirmed'::text, 'withdrawn'::text])))
);

ALTER TABLE ONLY scheme_entries FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY scheme_entries ADD CONSTRAINT pk_scheme_entries PRIMARY KEY (id);
CREATE INDEX ix_scheme_entries_division ON scheme_entries USING btree (division text_pattern_ops, id);
CREATE INDEX ix_scheme_entries_recipient ON scheme_entries USING btree (recipient_id, scheme) WHERE (state = 'confirmed'::text);
CREATE INDEX ix_scheme_entries_scheme ON scheme_entries USING btree (scheme, effective_from) WHERE (state = 'confirmed'::text);
CREATE TRIGGER audit_delete AFTER DELETE ON scheme_entries REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_scheme_entries();
CREATE TRIGGER audit_insert AFTER INSERT ON scheme_entries REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_scheme_entries();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON scheme_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON scheme_entries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_scheme_entries();
ALTER TABLE scheme_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON scheme_entries USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
CREATE POLICY units ON scheme_entries AS RESTRICTIVE USING (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (recipient_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif") IS NULL) OR (recipient_id = ANY (( SELECT (NULLIF(current_setting('shuangfu.units'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
GRANT SELECT,INSERT,UPDATE ON TABLE scheme_entries TO shuangfu_runtime;

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

CREATE FUNCTION audit_appropriation_changes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.appropriation_id::text || '/' || r.number::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.appropriation_id, r.number) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.appropriation_id::text || '/' || r.number::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.appropriation_id, r.number) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.appropriation_id = r.appropriation_id AND o.number = r.number)) THEN
            RAISE EXCEPTION 'the key of a row of appropriation_changes never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.appropriation_id::text || '/' || r.number::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.appropriation_id, r.number) INTO changes
        FROM new_rows r JOIN old_rows o ON o.appropriation_id = r.appropriation_id AND o.number = r.number
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('appropriation_changes', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_appropriations() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of appropriations never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('appropriations', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_award_pools() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of award_pools never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('award_pools', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_awards() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.pool_id::text || '/' || r.round::text || '/' || r.recipient_id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.pool_id, r.round, r.recipient_id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.pool_id::text || '/' || r.round::text || '/' || r.recipient_id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.pool_id, r.round, r.recipient_id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.pool_id = r.pool_id AND o.round = r.round AND o.recipient_id = r.recipient_id)) THEN
            RAISE EXCEPTION 'the key of a row of awards never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.pool_id::text || '/' || r.round::text || '/' || r.recipient_id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.pool_id, r.round, r.recipient_id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.pool_id = r.pool_id AND o.round = r.round AND o.recipient_id = r.recipient_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('awards', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_chains(place text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT ARRAY[place, place || '~1', place || '~2', place || '~3', place || '~4', place || '~5', place || '~6',
                 place || '~7']
$$;

CREATE FUNCTION audit_commitments() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.grant_id = r.grant_id)) THEN
            RAISE EXCEPTION 'the key of a row of commitments never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.grant_id = r.grant_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('commitments', lower(TG_OP), changes);
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

CREATE FUNCTION audit_dues_quarters() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.dues_id::text || '/' || r.quarter::text || '/' || r.revision::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.dues_id, r.quarter, r.revision) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.dues_id::text || '/' || r.quarter::text || '/' || r.revision::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.dues_id, r.quarter, r.revision) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.dues_id = r.dues_id AND o.quarter = r.quarter AND o.revision = r.revision)) THEN
            RAISE EXCEPTION 'the key of a row of dues_quarters never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.dues_id::text || '/' || r.quarter::text || '/' || r.revision::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.dues_id, r.quarter, r.revision) INTO changes
        FROM new_rows r JOIN old_rows o ON o.dues_id = r.dues_id AND o.quarter = r.quarter AND o.revision = r.revision
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('dues_quarters', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_dues_refunds() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of dues_refunds never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('dues_refunds', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_dues_years() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of dues_years never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('dues_years', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grant_amendments() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.grant_id = r.grant_id AND o.number = r.number)) THEN
            RAISE EXCEPTION 'the key of a row of grant_amendments never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes
        FROM new_rows r JOIN old_rows o ON o.grant_id = r.grant_id AND o.number = r.number
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('grant_amendments', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grant_decisions() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of grant_decisions never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('grant_decisions', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grant_notices() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.version::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.version) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.version::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.version) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.grant_id = r.grant_id AND o.version = r.version)) THEN
            RAISE EXCEPTION 'the key of a row of grant_notices never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.version::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.version) INTO changes
        FROM new_rows r JOIN old_rows o ON o.grant_id = r.grant_id AND o.version = r.version
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('grant_notices', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grant_objections() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.grant_id = r.grant_id AND o.number = r.number)) THEN
            RAISE EXCEPTION 'the key of a row of grant_objections never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes
        FROM new_rows r JOIN old_rows o ON o.grant_id = r.grant_id AND o.number = r.number
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('grant_objections', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grant_organizations() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.organization_id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.organization_id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.organization_id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.organization_id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.grant_id = r.grant_id AND o.organization_id = r.organization_id)) THEN
            RAISE EXCEPTION 'the key of a row of grant_organizations never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.organization_id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.organization_id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.grant_id = r.grant_id AND o.organization_id = r.organization_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('grant_organizations', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grant_returns() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.grant_id = r.grant_id AND o.number = r.number)) THEN
            RAISE EXCEPTION 'the key of a row of grant_returns never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes
        FROM new_rows r JOIN old_rows o ON o.grant_id = r.grant_id AND o.number = r.number
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('grant_returns', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grant_settlements() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.grant_id = r.grant_id)) THEN
            RAISE EXCEPTION 'the key of a row of grant_settlements never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text, jsonb_build_object('before', d.before, 'after', d.after), r.policy)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.grant_id = r.grant_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('grant_settlements', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grant_steps() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.version::text, jsonb_build_object('after', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.grant_id, r.version) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.version::text, jsonb_build_object('before', jsonb_strip_nulls((to_jsonb(r)))), NULL)::audit_change ORDER BY COALESCE(r.division, '-'), r.grant_id, r.version) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.grant_id = r.grant_id AND o.version = r.version)) THEN
            RAISE EXCEPTION 'the key of a row of grant_steps never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.version::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.version) INTO changes
        FROM new_rows r JOIN old_rows o ON o.grant_id = r.grant_id AND o.version = r.version
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each((to_jsonb(r))) n JOIN jsonb_each((to_jsonb(o))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('grant_steps', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grant_use_reports() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.grant_id = r.grant_id AND o.number = r.number)) THEN
            RAISE EXCEPTION 'the key of a row of grant_use_reports never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.grant_id::text || '/' || r.number::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.grant_id, r.number) INTO changes
        FROM new_rows r JOIN old_rows o ON o.grant_id = r.grant_id AND o.number = r.number
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('grant_use_reports', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_grants() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of grants never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('grants', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_ledger_entries() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of ledger_entries never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('ledger_entries', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_ledger_periods() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.division::text || '/' || r.month::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.division, r.month) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.division::text || '/' || r.month::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.division, r.month) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.division = r.division AND o.month = r.month)) THEN
            RAISE EXCEPTION 'the key of a row of ledger_periods never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.division::text || '/' || r.month::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.division, r.month) INTO changes
        FROM new_rows r JOIN old_rows o ON o.division = r.division AND o.month = r.month
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r)) n JOIN jsonb_each(to_jsonb(o)) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('ledger_periods', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_ledger_transactions() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of ledger_transactions never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('ledger_transactions', lower(TG_OP), changes);
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

CREATE FUNCTION audit_payees() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.recipient_id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r) || jsonb_build_object('sealed', encode(sha256(COALESCE(r.sealed::text, '')::bytea), 'hex')))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.recipient_id) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.recipient_id::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r) || jsonb_build_object('sealed', encode(sha256(COALESCE(r.sealed::text, '')::bytea), 'hex')))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.recipient_id) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.recipient_id = r.recipient_id)) THEN
            RAISE EXCEPTION 'the key of a row of payees never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.recipient_id::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.recipient_id) INTO changes
        FROM new_rows r JOIN old_rows o ON o.recipient_id = r.recipient_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r) || jsonb_build_object('sealed', encode(sha256(COALESCE(r.sealed::text, '')::bytea), 'hex'))) n JOIN jsonb_each(to_jsonb(o) || jsonb_build_object('sealed', encode(sha256(COALESCE(o.sealed::text, '')::bytea), 'hex'))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('payees', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_payment_order_lines() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.order_id::text || '/' || r.line::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r) || jsonb_build_object('sealed', encode(sha256(COALESCE(r.sealed::text, '')::bytea), 'hex')))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.order_id, r.line) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.order_id::text || '/' || r.line::text, jsonb_build_object('before', jsonb_strip_nulls(to_jsonb(r) || jsonb_build_object('sealed', encode(sha256(COALESCE(r.sealed::text, '')::bytea), 'hex')))), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.order_id, r.line) INTO changes FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.order_id = r.order_id AND o.line = r.line)) THEN
            RAISE EXCEPTION 'the key of a row of payment_order_lines never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT array_agg(ROW(COALESCE(r.division, '-'), r.order_id::text || '/' || r.line::text, jsonb_build_object('before', d.before, 'after', d.after), NULL)::audit_change
                         ORDER BY COALESCE(r.division, '-'), r.order_id, r.line) INTO changes
        FROM new_rows r JOIN old_rows o ON o.order_id = r.order_id AND o.line = r.line
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each(to_jsonb(r) || jsonb_build_object('sealed', encode(sha256(COALESCE(r.sealed::text, '')::bytea), 'hex'))) n JOIN jsonb_each(to_jsonb(o) || jsonb_build_object('sealed', encode(sha256(COALESCE(o.sealed::text, '')::bytea), 'hex'))) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('payment_order_lines', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_payment_orders() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of payment_orders never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('payment_orders', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_payment_returns() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of payment_returns never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('payment_returns', lower(TG_OP), changes);
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

CREATE FUNCTION audit_scheme_entries() RETURNS trigger
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
            RAISE EXCEPTION 'the key of a row of scheme_entries never changes' USING ERRCODE = 'insufficient_privilege';
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
        PERFORM audit_append('scheme_entries', lower(TG_OP), changes);
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

CREATE FUNCTION award_pools_check_sum() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    pool uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    difference numeric;
BEGIN
    SELECT p.distributed_fen - COALESCE((SELECT sum(a.amount_fen) FROM awards a WHERE a.pool_id = p.id), 0)
        INTO difference FROM award_pools p WHERE p.id = pool;
    IF difference <> 0 THEN
        RAISE EXCEPTION 'award pool % differs from its awards by % fen', pool, difference
            USING ERRCODE = 'check_violation';
    END IF;
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

CREATE FUNCTION ledger_check_balance() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    checked uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    difference numeric;
    found bigint;
    elsewhere bigint;
    posted record;
BEGIN
    SELECT t.entries, t.booked_on INTO posted FROM ledger_transactions t WHERE t.id = checked;
    SELECT sum(e.debit_fen) - sum(e.credit_fen), count(*),
           count(*) FILTER (WHERE e.booked_on IS DISTINCT FROM posted.booked_on)
        INTO difference, found, elsewhere FROM ledger_entries e WHERE e.transaction_id = checked;
    IF difference IS DISTINCT FROM 0 THEN
        RAISE EXCEPTION 'ledger transaction % is out of balance by % fen', checked, difference
            USING ERRCODE = 'check_violation';
    END IF;
    IF found <> COALESCE(posted.entries, found) THEN
        RAISE EXCEPTION 'ledger transaction % was posted with % entries, not %', checked, posted.entries, found
            USING ERRCODE = 'check_violation';
    END IF;
    IF elsewhere > 0 THEN
        RAISE EXCEPTION 'ledger transaction % has entries of another day', checked USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_check_periods() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE shut record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger_periods'));
    SELECT p.division, p.month, p.state INTO shut FROM (
        SELECT DISTINCT t.division,
            to_char(COALESCE(t.booked_on, (t.posted_at AT TIME ZONE 'Asia/Shanghai')::date), 'YYYY-MM') AS month
        FROM new_rows t) n
    JOIN ledger_periods p ON starts_with(n.division, p.division)
        AND (p.month = n.month AND p.state <> 'open' OR p.month > n.month AND p.state = 'locked')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger period % of % is %', shut.month, shut.division, shut.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_check_reversal() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_transactions t WHERE t.id = NEW.corrects AND t.kind <> 'reversal') THEN
        RAISE EXCEPTION 'ledger transaction % reverses no posting', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM ledger_entries e WHERE e.transaction_id IN (NEW.id, NEW.corrects)
        GROUP BY e.account, e.division, e.source, e.recipient_id, e.purpose
        HAVING sum(e.debit_fen) - sum(e.credit_fen) <> 0
    ) THEN
        RAISE EXCEPTION 'ledger transaction % is not the reverse of %', NEW.id, NEW.corrects
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
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

REVOKE ALL ON FUNCTION audit_appropriation_changes() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_appropriations() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_award_pools() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_awards() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_chains(place text) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_commitments() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_dead_letters() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_digest(previous bytea, division text, number bigint, at timestamp with time zone, actor text, authority text, door text, operation text, object_type text, object_id text, diff jsonb, policy text, request_id text, tx xid8) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_document_scans() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_documents() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_dues_quarters() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_dues_refunds() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_dues_years() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grant_amendments() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grant_decisions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grant_notices() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grant_objections() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grant_organizations() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grant_returns() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grant_settlements() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grant_steps() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grant_use_reports() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_grants() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_ledger_entries() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_ledger_periods() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_ledger_transactions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_operator_actions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_payees() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_payment_order_lines() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_payment_orders() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_payment_returns() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_read(of_type text, of_object text, of_division text) FROM PUBLIC;
GRANT ALL ON FUNCTION audit_read(of_type text, of_object text, of_division text) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION audit_refuse() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_scheme_entries() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_take_chain(place text) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_task_assignments() FROM PUBLIC;

REVOKE ALL ON FUNCTION award_pools_check_sum() FROM PUBLIC;

REVOKE ALL ON FUNCTION document_scans_stay() FROM PUBLIC;

REVOKE ALL ON FUNCTION documents_stay() FROM PUBLIC;

REVOKE ALL ON FUNCTION ledger_check_balance() FROM PUBLIC;

REVOKE ALL ON FUNCTION ledger_check_periods() FROM PUBLIC;

REVOKE ALL ON FUNCTION ledger_check_reversal() FROM PUBLIC;

REVOKE ALL ON FUNCTION ledger_refuse_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_drop_before(limit_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_drop_before(limit_day date) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_prepare(first date, days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_prepare(first date, days integer) TO shuangfu_runtime;
