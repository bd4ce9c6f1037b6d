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
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE areas TO shuangfu_runtime;

-- case_occasions
CREATE TABLE case_occasions (
    case_id uuid NOT NULL,
    division text NOT NULL,
    occasion text NOT NULL,
    concerns uuid NOT NULL,
    CONSTRAINT ck_case_occasions_occasion CHECK ((occasion = ANY (ARRAY['kind'::text, 'moved'::text])))
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
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE coverage_claims TO shuangfu_runtime;

-- formation_case_steps
CREATE TABLE formation_case_steps (
    case_id uuid NOT NULL,
    version bigint NOT NULL,
    division text NOT NULL,
    step text NOT NULL,
    at timestamp with time zone NOT NULL,
    taken_by text NOT NULL,
    note text
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
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE formation_checks TO shuangfu_runtime;

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
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE joint_proposals TO shuangfu_runtime;

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
    registered_on date
);

ALTER TABLE ONLY organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY organizations ADD CONSTRAINT pk_organizations PRIMARY KEY (id);
CREATE INDEX ix_organizations_covered_by ON organizations USING btree (covered_by) WHERE (covered_by IS NOT NULL);
CREATE INDEX ix_organizations_uscc ON organizations USING btree (uscc);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON organizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE organizations TO shuangfu_runtime;

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
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE party_organizations TO shuangfu_runtime;

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
CREATE INDEX ix_audit_log_tx ON audit_log USING btree (tx);
CREATE TRIGGER audit_log_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY chain ON audit_log TO shuangfu_owner USING (true) WITH CHECK (true);
CREATE POLICY scope ON audit_log FOR SELECT USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
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
    last_number bigint;
    last_hash bytea;
BEGIN
    FOREACH change IN ARRAY changes LOOP
        IF place IS DISTINCT FROM change.division THEN
            IF place IS NOT NULL THEN
                UPDATE audit_heads SET number = last_number, hash = last_hash WHERE division = place;
            END IF;
            place := change.division;
            SELECT number, hash INTO last_number, last_hash FROM audit_heads WHERE division = place
            FOR NO KEY UPDATE;
            IF NOT FOUND THEN
                INSERT INTO audit_heads AS h (division, number, hash) VALUES (place, 0, ''::bytea)
                ON CONFLICT (division) DO UPDATE SET number = h.number RETURNING h.number, h.hash
                INTO last_number, last_hash;
            END IF;
        END IF;
        last_number := last_number + 1;
        last_hash := audit_digest(last_hash, place, last_number, now_at, who, powers, through, of_operation, of_type,
                                  change.object_id, change.diff, change.policy, request, here);
        INSERT INTO audit_log VALUES (place, last_number, now_at, who, powers, through, of_operation, of_type,
                                      change.object_id, change.diff, change.policy, request, here, last_hash);
    END LOOP;
    IF place IS NOT NULL THEN
        UPDATE audit_heads SET number = last_number, hash = last_hash WHERE division = place;
    END IF;
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

CREATE FUNCTION audit_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail only grows: no % of %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
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

REVOKE ALL ON FUNCTION audit_areas() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_case_occasions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_dead_letters() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_digest(previous bytea, division text, number bigint, at timestamp with time zone, actor text, authority text, door text, operation text, object_type text, object_id text, diff jsonb, policy text, request_id text, tx xid8) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_formation_case_steps() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_formation_cases() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_formation_checks() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_joint_plans() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_joint_proposals() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_operator_actions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_refuse() FROM PUBLIC;

REVOKE ALL ON FUNCTION coverage_claims_follow() FROM PUBLIC;

REVOKE ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_drop_before(limit_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_drop_before(limit_day date) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_prepare(first date, days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_prepare(first date, days integer) TO shuangfu_runtime;
