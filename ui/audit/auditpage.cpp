// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/auditpage.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/auditsession.h"
#include "models/session/sessionwords.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QComboBox>
#include <QDateTime>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>

namespace crossfade {

namespace {

Button *named(Button *button, const char *name)
{
    button->setObjectName(QLatin1String(name));
    return button;
}

// Hours back; 0 = any time.
constexpr int SinceHours[] = {0, 1, 24, 24 * 7, 24 * 30};

} // namespace

AuditPage::AuditPage(AuditSession *session, QWidget *parent)
    : Page(QStringLiteral("audit"), tr("Audit"), parent)
    , m_session(session)
    , m_who(new SearchField(tr("Who")))
    , m_action(new SearchField(tr("Action")))
    , m_object(new SearchField(tr("Object id")))
    , m_since(new QComboBox)
    , m_pane(new Pane(tr("Entries")))
    , m_stale(new StaleChip)
    , m_newer(new Button(ButtonKind::Flat, Symbol::Refresh, {}))
    , m_table(new TableView)
    , m_state(new StateView(m_table))
    , m_problem(new TextLabel({}, FontRole::Secondary, Ink::Red))
    , m_changes(new TableView)
    , m_changeModel(new AuditChangeModel(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(PageMargin, PageMargin, PageMargin, PageMargin);
    column->setSpacing(Gap);
    column->addWidget(makeTitle());

    m_table->setObjectName(QStringLiteral("auditTable"));
    m_table->setAccessibleName(tr("Audit entries"));
    m_table->setModel(session->model());
    m_table->setColumns({{AuditModel::Time, CellKind::Text, 150},
                         {AuditModel::Who, CellKind::Strong, 110},
                         {AuditModel::Action, CellKind::Text, 170},
                         {AuditModel::Object, CellKind::Secondary, 240},
                         {AuditModel::Changed, CellKind::Secondary, 0},
                         {AuditModel::Reason, CellKind::Text, 220}});
    m_newer->setObjectName(QStringLiteral("auditNewer"));
    m_newer->hide();
    m_pane->addMark(m_stale);
    m_pane->addAction(m_newer);
    m_pane->body()->addWidget(makeFilters());
    m_problem->setObjectName(QStringLiteral("auditProblem"));
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(12, 0, 12, 8);
    m_problem->hide();
    m_pane->body()->addWidget(m_problem);
    m_pane->body()->addWidget(new Hairline);
    m_pane->setContent(m_state);
    auto *splitter = new QSplitter(Qt::Vertical);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_pane);
    splitter->addWidget(makeDetail());
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    column->addWidget(splitter, 1);

    showFilter();
    for (SearchField *field : {m_who, m_action, m_object})
        connect(field, &SearchField::searched, this, &AuditPage::applyFilter);
    connect(m_since, &QComboBox::activated, this, &AuditPage::applyFilter);
    connect(m_newer, &QAbstractButton::clicked, this, &AuditPage::refresh);
    connect(m_state, &StateView::retry, session, &AuditSession::refresh);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &AuditPage::showEntry);
    connect(session, &AuditSession::changed, this, &AuditPage::showList);
    connect(session, &AuditSession::verificationChanged, this, &AuditPage::showVerification);
    connect(session, &AuditSession::newEntries, this, [this] {
        ++m_newEntries;
        showList();
    });
    connect(session, &AuditSession::exported, this, [this](const QString &file, qint64 bytes) {
        m_note->setInk(Ink::Secondary);
        m_note->setText(tr("Written: %1 (%2 bytes)").arg(file, countText(bytes)));
    });
    connect(session, &AuditSession::exportFailed, this, [this](const QString &why) {
        m_note->setInk(Ink::Red);
        m_note->setText(why);
    });
    auto *age = new QTimer(this);
    age->setInterval(1'000);
    connect(age, &QTimer::timeout, this, [this] { m_stale->setAge(m_session->ageMs()); });
    age->start();
    showList();
    showVerification();
    showEntry();
}

QWidget *AuditPage::makeTitle()
{
    auto *bar = new QWidget;
    bar->setFixedHeight(32);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Gap);
    m_service = new Segmented;
    m_service->addSegment(tr("Router"), QStringLiteral("auditRouter"));
    m_service->addSegment(tr("Comparator"), QStringLiteral("auditComparator"));
    m_who->setObjectName(QStringLiteral("auditWho"));
    m_action->setObjectName(QStringLiteral("auditAction"));
    m_object->setObjectName(QStringLiteral("auditObject"));
    m_since->setObjectName(QStringLiteral("auditSince"));
    m_since->setAccessibleName(tr("Time range"));
    m_since->addItems({tr("Any time"), tr("Last hour"), tr("Last 24 hours"), tr("Last 7 days"),
                       tr("Last 30 days")});
    m_chain = new Chip;
    m_chain->setObjectName(QStringLiteral("auditChain"));
    m_note = new ElidingLabel;
    m_note->setObjectName(QStringLiteral("auditNote"));
    m_csv = named(new Button(ButtonKind::Plain, Symbol::Export, tr("CSV…")), "auditCsv");
    m_ndjson = named(new Button(ButtonKind::Plain, Symbol::Export, tr("NDJSON…")), "auditNdjson");
    m_verify = named(new Button(ButtonKind::Accent, Symbol::Check, tr("Verify chain")), "auditVerify");
    row->addWidget(new TextLabel(title(), FontRole::PageTitle));
    row->addWidget(m_service);
    row->addWidget(m_chain);
    row->addWidget(m_note, 1);
    row->addWidget(m_csv);
    row->addWidget(m_ndjson);
    row->addWidget(m_verify);
    m_service->setCurrentIndex(m_session->service() == ServiceName::Router ? 0 : 1);
    connect(m_service, &Segmented::currentChanged, this, [this](int index) {
        // What was said of one service is not true of the other.
        m_newEntries = 0;
        m_note->setText({});
        m_session->setService(index == 0 ? ServiceName::Router : ServiceName::Comparator);
    });
    connect(m_verify, &QAbstractButton::clicked, m_session, &AuditSession::verify);
    connect(m_csv, &QAbstractButton::clicked, this, [this] { chooseExport(0); });
    connect(m_ndjson, &QAbstractButton::clicked, this, [this] { chooseExport(1); });
    return bar;
}

QWidget *AuditPage::makeFilters()
{
    auto *filters = new QWidget;
    auto *row = new QHBoxLayout(filters);
    row->setContentsMargins(8, 8, 8, 8);
    row->setSpacing(Gap);
    row->addWidget(m_who, 1);
    row->addWidget(m_action, 1);
    row->addWidget(m_object, 1);
    row->addWidget(m_since);
    return filters;
}

QWidget *AuditPage::makeDetail()
{
    m_detail = new Pane(tr("Entry"));
    m_facts = new TextLabel({}, FontRole::Secondary, Ink::Secondary);
    m_facts->setObjectName(QStringLiteral("auditFacts"));
    m_facts->setWordWrap(true);
    m_facts->setContentsMargins(12, 8, 12, 8);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_changes->setObjectName(QStringLiteral("auditChanges"));
    m_changes->setAccessibleName(tr("Before and after"));
    m_changes->setModel(m_changeModel);
    m_changes->setRowHeight(26);
    m_changes->setColumns({{AuditChangeModel::Field, CellKind::Text, 260, false},
                           {AuditChangeModel::Before, CellKind::Mono, 380, false},
                           {AuditChangeModel::After, CellKind::Mono, 0, false}});
    m_detail->body()->addWidget(m_facts);
    m_detail->body()->addWidget(m_changes, 1);
    return m_detail;
}

// The session outlives the page: what it shows is what the fields say.
void AuditPage::showFilter()
{
    const AuditFilter &filter = m_session->filter();
    m_who->setText(filter.subject);
    m_action->setText(filter.action);
    m_object->setText(filter.objectId);
    m_since->setCurrentIndex(static_cast<int>(std::ranges::find(SinceHours, filter.sinceHours) - std::begin(SinceHours)));
}

void AuditPage::applyFilter()
{
    AuditFilter filter;
    filter.subject = m_who->text().trimmed();
    filter.action = m_action->text().trimmed();
    filter.objectId = m_object->text().trimmed();
    filter.sinceHours = SinceHours[qBound(0, m_since->currentIndex(), 4)];
    m_session->setFilter(filter);
}

void AuditPage::showList()
{
    const bool stale = m_session->isStale();
    m_stale->setStale(stale);
    m_stale->setAge(m_session->ageMs());
    m_table->setStale(stale);
    const int rows = m_session->model()->rowCount();
    switch (m_session->phase()) {
    case LoadPhase::Idle:
    case LoadPhase::Loading: m_state->showLoading(28); break;
    case LoadPhase::Failed:
        if (rows > 0)
            m_state->showContent();
        else
            m_state->showError(tr("The audit could not be read"), errorText(m_session->error()),
                               tr("Nothing is lost: it is kept by the service, not here."));
        break;
    case LoadPhase::Ready:
        if (rows > 0)
            m_state->showContent();
        else
            m_state->showEmpty(tr("No entry fits"),
                               tr("Every change of rules, shifts, repairs and approvals is kept "
                                  "here, chained so that no edit goes unseen."),
                               {}, Glyph::Check);
        break;
    }
    m_problem->setVisible(rows > 0 && m_session->phase() == LoadPhase::Failed);
    if (m_problem->isVisibleTo(m_pane))
        m_problem->setText(tr("These are the entries read before; reading on failed: %1").arg(errorText(m_session->error())));
    m_pane->setSubtitle(m_session->total() < 0 ? QString()
                                               : tr("%1 in all, newest first")
                                                     .arg(countText(m_session->total())));
    m_newer->setVisible(m_newEntries > 0 && !stale);
    m_newer->setText(tr("newer entries · show"));
    const QString why = stale ? tr("The service does not answer.") : QString();
    m_verify->setBlocked(why.isEmpty() && m_session->isVerifying() ? tr("It is being verified.")
                                                                   : why);
    m_csv->setBlocked(why);
    m_ndjson->setBlocked(why);
    if (rows > 0 && !m_table->currentIndex().isValid())
        m_table->setCurrentIndex(m_session->model()->index(0, 0));
    showEntry();
}

void AuditPage::showEntry()
{
    const AuditRow *row = m_session->model()->row(m_table->currentIndex());
    if (!row) {
        m_detail->setSubtitle({});
        m_facts->setText(tr("Choose an entry to see what it changed."));
        m_changeModel->setChanges({});
        return;
    }
    m_detail->setSubtitle(toText(row->action) + QStringLiteral(" · ") + toText(row->subject));
    QStringList facts{utcText(row->at)};
    if (!row->objectId.empty())
        facts.append(tr("%1 %2").arg(toText(row->objectType), toText(row->objectId)));
    if (!row->reason.empty())
        facts.append(tr("reason “%1”").arg(toText(row->reason)));
    if (!row->requestId.empty())
        facts.append(tr("request %1").arg(toText(row->requestId)));
    facts.append(tr("hash %1").arg(toText(row->hash).left(16)));
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    m_changeModel->setChanges(row->changes);
}

void AuditPage::showVerification()
{
    m_verify->setBlocked(m_session->isVerifying() ? tr("It is being verified.") : QString());
    const auto &result = m_session->verification();
    m_chain->setToolTip({});
    // A word for tests and the tour, which must not depend on the language.
    m_chain->setProperty("proven", result && result->intact && !m_session->isVerifying());
    if (m_session->isVerifying()) {
        m_chain->setLook({tr("VERIFYING"), Tone::Neutral, Glyph::Clock});
    } else if (m_session->verifyError()) {
        m_chain->setLook({tr("NOT VERIFIED"), Tone::RedTint, Glyph::Warning});
        m_chain->setToolTip(errorText(*m_session->verifyError()));
    } else if (!result) {
        m_chain->setLook({tr("NOT VERIFIED YET"), Tone::Outline, Glyph::Question});
    } else if (result->intact) {
        m_chain->setLook({tr("CHAIN INTACT · %1").arg(countText(result->entries)), Tone::Green,
                          Glyph::Check});
        m_chain->setToolTip(tr("Every entry fits the one before it; checked %1.")
                                .arg(timeOfDay(result->checkedAt)));
    } else {
        m_chain->setLook({tr("CHAIN BROKEN"), Tone::RedFill, Glyph::Warning});
        m_chain->setToolTip(tr("First at entry %1: %2")
                                .arg(toText(result->brokenId), toText(result->problem)));
        m_note->setInk(Ink::Red);
        m_note->setText(m_chain->toolTip());
    }
}

void AuditPage::chooseExport(int format)
{
    const bool csv = format == 0;
    const QString suffix = csv ? QStringLiteral("csv") : QStringLiteral("ndjson");
    auto *dialog = new QFileDialog(this, tr("Export the audit"), {},
                                   csv ? tr("CSV (*.csv)") : tr("NDJSON (*.ndjson)"));
    dialog->setObjectName(QStringLiteral("auditExportDialog"));
    dialog->resize(760, 480);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(QStringLiteral("crossfade-audit.") + suffix);
    connect(dialog, &QFileDialog::fileSelected, this, [this, csv](const QString &file) {
        m_session->exportTo(file, csv ? AuditSession::Format::Csv : AuditSession::Format::Ndjson);
    });
    openDialog(dialog);
}

void AuditPage::refresh()
{
    m_newEntries = 0;
    m_session->refresh();
}

void AuditPage::focusFilter()
{
    m_object->setFocus();
    m_object->selectAll();
}

void AuditPage::showObject(const QString &object)
{
    m_object->setText(object.section(QLatin1Char(':'), 1));
    applyFilter();
}

} // namespace crossfade
