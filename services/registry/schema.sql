-- The schema of registry, as its migrations leave it. Made by `make schema`; a test compares it with a migrated
-- database. Left out: the outbox's partitions of single days, which the relay creates and drops.
-- By table: columns, constraints, indexes, row-level security, triggers, grants. Functions are at the end.

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
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE contacts TO shuangfu_runtime;

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
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE covered_divisions TO shuangfu_runtime;

-- import_errors
CREATE TABLE import_errors (
    import_id uuid NOT NULL,
    row_number integer NOT NULL,
    uscc text,
    problem jsonb NOT NULL,
    cells jsonb
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
    CONSTRAINT ck_imports_state CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'completed'::text, 'failed'::text])))
);

ALTER TABLE ONLY imports FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY imports ADD CONSTRAINT pk_imports PRIMARY KEY (id);
CREATE TRIGGER audit_insert AFTER INSERT ON imports REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_imports();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON imports FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON imports USING (((created_by = ( SELECT ((COALESCE(NULLIF(current_setting('shuangfu.context'::text, true), ''::text), '{}'::text))::jsonb ->> 'actor'::text))) OR (''::text ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])))) WITH CHECK (((created_by = ( SELECT ((COALESCE(NULLIF(current_setting('shuangfu.context'::text, true), ''::text), '{}'::text))::jsonb ->> 'actor'::text))) OR (''::text ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE imports TO shuangfu_runtime;

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
    CONSTRAINT ck_organizations_counts CHECK (((full_members_full_time <= full_time_staff) AND (full_members_full_time <= full_members) AND (full_members_full_time >= 0) AND (probationary_members >= 0)))
);

ALTER TABLE ONLY organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY organizations ADD CONSTRAINT pk_organizations PRIMARY KEY (id);
ALTER TABLE ONLY organizations ADD CONSTRAINT uq_organizations_uscc UNIQUE (uscc);
CREATE INDEX ix_organizations_division ON organizations USING btree (division text_pattern_ops, id);
CREATE INDEX ix_organizations_name ON organizations USING gin (name gin_trgm_ops);
CREATE UNIQUE INDEX uq_organizations_id_division ON organizations USING btree (id, division);
CREATE TRIGGER audit_delete AFTER DELETE ON organizations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_organizations();
CREATE TRIGGER audit_insert AFTER INSERT ON organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_organizations_insert();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON organizations FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_organizations();
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON organizations USING ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[]))) WITH CHECK ((division ~~ ANY (( SELECT string_to_array(current_setting('shuangfu.scope'::text, true), ','::text) AS string_to_array)::text[])));
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
    CONSTRAINT ck_party_organizations_kind CHECK ((kind = ANY (ARRAY['BRANCH'::text, 'GENERAL'::text, 'COMMITTEE'::text])))
);

ALTER TABLE ONLY party_organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY party_organizations ADD CONSTRAINT pk_party_organizations PRIMARY KEY (id);
CREATE INDEX ix_party_organizations_division ON party_organizations USING btree (division text_pattern_ops, id);
CREATE TRIGGER audit_delete AFTER DELETE ON party_organizations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_party_organizations();
CREATE TRIGGER audit_insert AFTER INSERT ON party_organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_party_organizations();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON party_organizations FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_update AFTER UPDATE ON party_organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_party_organizations();
CREATE POLICY covering ON party_organizations FOR SELECT USING ((EXISTS ( SELECT
   FROM covered_divisions d
  WHERE (d.party_organization_id = party_organizations.id))));
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

CREATE FUNCTION audit_append_one(of_type text, of_operation text, place text, of_id text, of_diff jsonb, of_policy text) RETURNS void
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
    next_number bigint;
    next_hash bytea;
BEGIN
    LOOP
        -- The head's new state is made of its newest one, also after waiting for another writer.
        UPDATE audit_heads AS h SET number = h.number + 1, hash = sha256(h.hash || convert_to(jsonb_build_array(
        place, h.number + 1, extract(epoch FROM now_at)::text, who, powers, through, of_operation, of_type, of_id,
        of_diff, of_policy, request, here::text)::text, 'UTF8'))
        WHERE h.division = place RETURNING h.number, h.hash INTO next_number, next_hash;
        EXIT WHEN FOUND;
        INSERT INTO audit_heads (division, number, hash) VALUES (place, 0, ''::bytea) ON CONFLICT DO NOTHING;
    END LOOP;
    INSERT INTO audit_log VALUES (place, next_number, now_at, who, powers, through, of_operation, of_type, of_id,
                                  of_diff, of_policy, request, here, next_hash);
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

REVOKE ALL ON FUNCTION audit_append_one(of_type text, of_operation text, place text, of_id text, of_diff jsonb, of_policy text) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_contacts() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_coverages() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_dead_letters() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_digest(previous bytea, division text, number bigint, at timestamp with time zone, actor text, authority text, door text, operation text, object_type text, object_id text, diff jsonb, policy text, request_id text, tx xid8) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_imports() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_operator_actions() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_organizations() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_organizations_insert() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_party_organizations() FROM PUBLIC;

REVOKE ALL ON FUNCTION audit_read(of_type text, of_object text, of_division text) FROM PUBLIC;
GRANT ALL ON FUNCTION audit_read(of_type text, of_object text, of_division text) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION audit_refuse() FROM PUBLIC;

REVOKE ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_drop_before(limit_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_drop_before(limit_day date) TO shuangfu_runtime;

REVOKE ALL ON FUNCTION outbox_prepare(first date, days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION outbox_prepare(first date, days integer) TO shuangfu_runtime;
