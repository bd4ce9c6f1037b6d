"""The tables of documents, for a migration. Frozen once a released one runs it (see `shared.schema.security`)."""

from shared.schema.security import HIDDEN_FROM_UNITS, UNITS, of_rows, of_units, secure_table

_TABLES = """
CREATE TABLE document_series (
    division text NOT NULL,
    series text NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT pk_document_series PRIMARY KEY (division, series, year),
    CONSTRAINT ck_document_series_last CHECK (last > 0)
);
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
    notes jsonb NOT NULL DEFAULT '{}',
    drafted_by text NOT NULL,
    drafted_at timestamptz NOT NULL,
    checked_by text,
    checked_at timestamptz,
    issued_by text,
    issued_at timestamptz,
    withdrawn_by text,
    withdrawn_at timestamptz,
    year integer,
    number integer,
    issued_on date,
    version bigint NOT NULL,
    CONSTRAINT pk_documents PRIMARY KEY (id),
    CONSTRAINT uq_documents_id_division UNIQUE (id, division),
    CONSTRAINT uq_documents_issuer_division_series_year_number UNIQUE (issuer_division, series, year, number),
    CONSTRAINT ck_documents_state CHECK (state IN ('drafted', 'checked', 'issued', 'withdrawn')),
    CONSTRAINT ck_documents_issued CHECK ((state = 'issued') = (issued_on IS NOT NULL)),
    CONSTRAINT ck_documents_number CHECK ((state = 'issued' AND series IS NOT NULL) = (number IS NOT NULL))
);
CREATE INDEX ix_documents_division ON documents (division text_pattern_ops, id);
CREATE INDEX ix_documents_subject_id ON documents (subject_id, id);
CREATE INDEX ix_documents_waiting ON documents (state) WHERE state IN ('drafted', 'checked');
CREATE TABLE document_scans (
    document_id uuid NOT NULL,
    version integer NOT NULL,
    division text NOT NULL,
    media_type text NOT NULL,
    size_bytes integer NOT NULL,
    sha256 text NOT NULL,
    content bytea NOT NULL,
    filed_by text NOT NULL,
    filed_at timestamptz NOT NULL,
    CONSTRAINT pk_document_scans PRIMARY KEY (document_id, version),
    CONSTRAINT fk_document_scans_document_id_division_documents
        FOREIGN KEY (document_id, division) REFERENCES documents (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_document_scans_division ON document_scans (division text_pattern_ops, document_id);
"""
# The owner included: whoever can write to the table at all.
_STAYING = """
CREATE FUNCTION documents_stay() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
CREATE TRIGGER stay BEFORE UPDATE OR DELETE ON documents FOR EACH ROW EXECUTE FUNCTION documents_stay();
CREATE FUNCTION document_scans_stay() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a filed scan never changes' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER stay BEFORE UPDATE OR DELETE ON document_scans FOR EACH ROW EXECUTE FUNCTION document_scans_stay();
"""


def documents_v1(through: str | None = None, rows: str | None = None) -> tuple[str, ...]:
    """Documents, the scans of their sealed copies, and the last number of each series.

    A unit sees the issued ones that are about it, or about what `through` says that it reaches (see `of_units`); where
    `rows` is given, those about rows that it finds, which the unit sees (see `of_rows`).
    """
    about = of_units("subject_id", through=through) if rows is None else of_rows("subject_id", rows)
    issued = f"({UNITS} IS NULL OR (state = 'issued' AND {about}))"
    visible = of_rows("document_id", "SELECT id FROM documents")
    return (
        _TABLES,
        _STAYING,
        secure_table("documents", units=issued, grants="SELECT, INSERT, UPDATE", policy="policy"),
        secure_table(
            "document_scans",
            units=visible,
            key=("document_id", "version"),
            hidden=("content",),
            grants="SELECT, INSERT",
        ),
        # Not audited: the numbers stand in the documents, and whoever waits for a series must hold no audit chain.
        secure_table("document_series", units=HIDDEN_FROM_UNITS, audited=False, grants="SELECT, INSERT, UPDATE"),
    )
