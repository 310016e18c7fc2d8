"""Create the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_events_hash")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("error", sa.String(length=80), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'leased', 'failed')", name=op.f("ck_jobs_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_next", ["state", "priority", "available_at"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('practitioner', 'officer', 'researcher', 'safeguarding', 'administrator')",
            name=op.f("ck_staff_role_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "case_assignments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("staff_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("pseudonym", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_case_assignments_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_assignments")),
        sa.UniqueConstraint("staff_id", "pseudonym", name=op.f("uq_case_assignments_staff_id_pseudonym")),
    )
    with op.batch_alter_table("case_assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_assignments_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "measure_imports",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("imported_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["imported_by"], ["staff.id"], name=op.f("fk_measure_imports_imported_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_imports")),
    )
    with op.batch_alter_table("measure_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measure_imports_imported_by"), ["imported_by"], unique=False)

    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("leads_to", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_sign_in_links_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_links")),
    )
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_links_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_sessions")),
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_sessions_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "survey_versions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("definition", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("notice", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("notice_version", sa.String(length=40), nullable=False),
        sa.Column("notice_hash", sa.String(length=64), nullable=False),
        sa.Column("published_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["published_by"], ["staff.id"], name=op.f("fk_survey_versions_published_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_versions")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_survey_versions_name_version")),
    )
    with op.batch_alter_table("survey_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_versions_published_by"), ["published_by"], unique=False)

    op.create_table(
        "measures",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("import_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("indicator", sa.String(length=80), nullable=False),
        sa.Column("indicator_version", sa.String(length=40), nullable=False),
        sa.Column("area_code", sa.String(length=9), nullable=False),
        sa.Column("area_name", sa.String(length=100), nullable=False),
        sa.Column("geographic_level", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("breakdown", sa.String(length=200), nullable=False),
        sa.Column("numerator", sa.Integer(), nullable=True),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.Column("value", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("symbol", sa.String(length=5), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["measure_imports.id"],
            name=op.f("fk_measures_import_id_measure_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
    )
    with op.batch_alter_table("measures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measures_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_measures_place_and_period", ["area_code", "indicator", "period_end"], unique=False)

    op.create_table(
        "waves",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("survey_version_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("area_code", sa.String(length=9), nullable=False),
        sa.Column("area_name", sa.String(length=100), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_waves_state_known")),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_waves_opens_before_it_closes")),
        sa.ForeignKeyConstraint(
            ["survey_version_id"], ["survey_versions.id"], name=op.f("fk_waves_survey_version_id_survey_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
    )
    with op.batch_alter_table("waves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waves_survey_version_id"), ["survey_version_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("wave_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("single_use", sa.Boolean(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("created_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_invitations_created_by_staff")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_invitations_wave_id_waves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitations_code_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_created_by"), ["created_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitations_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "releases",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("wave_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("manifest", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'released', 'refused', 'ended')", name=op.f("ck_releases_state_known")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by != requested_by", name=op.f("ck_releases_a_second_person_decides")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_releases_decided_by_staff")),
        sa.ForeignKeyConstraint(["requested_by"], ["staff.id"], name=op.f("fk_releases_requested_by_staff")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_releases_wave_id_waves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
    )
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_releases_decided_by"), ["decided_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_releases_requested_by"), ["requested_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_releases_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "theme_runs",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("wave_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("config", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("versions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("stages", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_theme_runs_state_known")),
        sa.ForeignKeyConstraint(["requested_by"], ["staff.id"], name=op.f("fk_theme_runs_requested_by_staff")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_theme_runs_wave_id_waves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_runs")),
    )
    with op.batch_alter_table("theme_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_theme_runs_requested_by"), ["requested_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_theme_runs_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "responses",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("wave_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("draft_token_hash", sa.String(length=64), nullable=True),
        sa.Column("draft_answers", sa.LargeBinary(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("receipt_hash", sa.String(length=64), nullable=True),
        sa.Column("case_pseudonym", sa.String(length=40), nullable=True),
        sa.Column("logged_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (draft_token_hash IS NOT NULL)",
            name=op.f("ck_responses_only_drafts_have_a_way_back_in"),
        ),
        sa.CheckConstraint("kind IN ('survey', 'observation')", name=op.f("ck_responses_kind_known")),
        sa.CheckConstraint(
            "state = 'draft' OR draft_answers IS NULL", name=op.f("ck_responses_only_drafts_hold_sealed_answers")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR invitation_id IS NULL", name=op.f("ck_responses_sent_answers_forget_their_invitation")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'withdrawn', 'expired')", name=op.f("ck_responses_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_responses_invitation_id_invitations")
        ),
        sa.ForeignKeyConstraint(["logged_by"], ["staff.id"], name=op.f("fk_responses_logged_by_staff")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_responses_wave_id_waves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responses")),
        sa.UniqueConstraint("draft_token_hash", name=op.f("uq_responses_draft_token_hash")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_responses_receipt_hash")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("responses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_responses_case_pseudonym"), ["case_pseudonym"], unique=False)
        batch_op.create_index(batch_op.f("ix_responses_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "themes",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("run_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("suggested_label", sa.String(length=120), nullable=False),
        sa.Column("keywords", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("merged_into", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("centroid", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_themes_merged_themes_say_where")
        ),
        sa.CheckConstraint(
            "state IN ('suggested', 'approved', 'rejected', 'merged')", name=op.f("ck_themes_state_known")
        ),
        sa.ForeignKeyConstraint(["merged_into"], ["themes.id"], name=op.f("fk_themes_merged_into_themes")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["theme_runs.id"], name=op.f("fk_themes_run_id_theme_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_themes_run_id_number")),
    )
    with op.batch_alter_table("themes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_themes_run_id"), ["run_id"], unique=False)

    op.create_table(
        "agreement_events",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("response_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("notice_version", sa.String(length=40), nullable=False),
        sa.Column("notice_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("told_by", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name=op.f("fk_agreement_events_response_id_responses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_events")),
        sa.UniqueConstraint(
            "response_id", "purpose", "sequence", name=op.f("uq_agreement_events_response_id_purpose_sequence")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("agreement_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_events_response_id"), ["response_id"], unique=False)

    op.create_table(
        "answers",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("response_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("voice", sa.String(length=15), nullable=False),
        sa.Column("redaction", sa.String(length=15), nullable=False),
        sa.Column("redacted_text", sa.Text(), nullable=True),
        sa.CheckConstraint("redaction != 'done' OR redacted_text IS NOT NULL", name=op.f("ck_answers_done_has_text")),
        sa.CheckConstraint(
            "redaction = 'not_text' OR value IS NULL", name=op.f("ck_answers_own_words_are_never_a_plain_value")
        ),
        sa.CheckConstraint(
            "redaction IN ('not_text', 'pending', 'needs_reading', 'done', 'failed')",
            name=op.f("ck_answers_redaction_known"),
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name=op.f("fk_answers_response_id_responses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("response_id", "question", name=op.f("uq_answers_response_id_question")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_response_id"), ["response_id"], unique=False)

    op.create_table(
        "release_members",
        sa.Column("release_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("response_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_release_members_release_id_releases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name=op.f("fk_release_members_response_id_responses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "response_id", name=op.f("pk_release_members")),
    )
    with op.batch_alter_table("release_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_members_response_id"), ["response_id"], unique=False)

    op.create_table(
        "theme_pairings",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("theme_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("indicator", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_theme_pairings_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_pairings")),
        sa.UniqueConstraint("theme_id", "indicator", name=op.f("uq_theme_pairings_theme_id_indicator")),
    )
    with op.batch_alter_table("theme_pairings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_theme_pairings_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "answer_vectors",
        sa.Column("answer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("embedder", sa.String(length=60), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_answer_vectors_answer_id_answers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_answer_vectors")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "theme_assignments",
        sa.Column("run_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("answer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("theme_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_theme_assignments_answer_id_answers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["theme_runs.id"], name=op.f("fk_theme_assignments_run_id_theme_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_theme_assignments_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "answer_id", name=op.f("pk_theme_assignments")),
    )
    with op.batch_alter_table("theme_assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_theme_assignments_answer_id"), ["answer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_theme_assignments_theme_id"), ["theme_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("theme_assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_theme_assignments_theme_id"))
        batch_op.drop_index(batch_op.f("ix_theme_assignments_answer_id"))

    op.drop_table("theme_assignments")
    op.drop_table("answer_vectors")
    with op.batch_alter_table("theme_pairings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_theme_pairings_theme_id"))

    op.drop_table("theme_pairings")
    with op.batch_alter_table("release_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_members_response_id"))

    op.drop_table("release_members")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answers_response_id"))

    op.drop_table("answers")
    with op.batch_alter_table("agreement_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_events_response_id"))

    op.drop_table("agreement_events")
    with op.batch_alter_table("themes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_themes_run_id"))

    op.drop_table("themes")
    with op.batch_alter_table("responses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_responses_wave_id"))
        batch_op.drop_index(batch_op.f("ix_responses_case_pseudonym"))

    op.drop_table("responses")
    with op.batch_alter_table("theme_runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_theme_runs_wave_id"))
        batch_op.drop_index(batch_op.f("ix_theme_runs_requested_by"))

    op.drop_table("theme_runs")
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_releases_wave_id"))
        batch_op.drop_index(batch_op.f("ix_releases_requested_by"))
        batch_op.drop_index(batch_op.f("ix_releases_decided_by"))

    op.drop_table("releases")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_wave_id"))
        batch_op.drop_index(batch_op.f("ix_invitations_created_by"))

    op.drop_table("invitations")
    with op.batch_alter_table("waves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waves_survey_version_id"))

    op.drop_table("waves")
    with op.batch_alter_table("measures", schema=None) as batch_op:
        batch_op.drop_index("ix_measures_place_and_period")
        batch_op.drop_index(batch_op.f("ix_measures_import_id"))

    op.drop_table("measures")
    with op.batch_alter_table("survey_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_versions_published_by"))

    op.drop_table("survey_versions")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_sessions_staff_id"))

    op.drop_table("staff_sessions")
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_links_staff_id"))

    op.drop_table("sign_in_links")
    with op.batch_alter_table("measure_imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measure_imports_imported_by"))

    op.drop_table("measure_imports")
    with op.batch_alter_table("case_assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_assignments_staff_id"))

    op.drop_table("case_assignments")
    op.drop_table("staff")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("ix_jobs_next")

    op.drop_table("jobs")
    op.drop_table("audit_events")
