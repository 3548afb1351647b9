// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rules/importdialog.h"

#include "models/items/timetext.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/factlist.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include <utility>

namespace crossfade {

namespace {

using Step = RuleTransferSession::Step;
using Part = ImportReportModel::Part;

constexpr int DialogWidth = 720;
constexpr int TableHeight = 196;

bool hasReport(Step step)
{
    return step == Step::Checked || step == Step::Sending || step == Step::Storing || step == Step::Done;
}

// The router lists none while there are mistakes.
qint64 changesListed(const ImportReport &report)
{
    return report.errors > 0 ? 0 : report.created + report.updated;
}

QString mebibytes(qint64 bytes)
{
    return QString::number(static_cast<double>(bytes) / (1 << 20), 'f', 1);
}

} // namespace

ImportDialog::ImportDialog(RuleTransferSession *session, int edits, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_facts(new FactList)
    , m_parts(new Segmented)
    , m_table(new TableView)
    , m_state(new StateView(m_table))
    , m_reason(new ReasonField(ReasonField::Need::Optional))
    , m_note(new TextLabel({}, FontRole::Secondary, Ink::Secondary))
{
    setObjectName(QStringLiteral("importDialog"));
    setMinimumWidth(DialogWidth);
    QVBoxLayout *column = addQuestion(
        this, tr("Import rules from %1").arg(QFileInfo(session->file()).fileName()),
        tr("Nothing is changed before you press Import. Then all of the file is stored, or nothing of it."));
    if (edits > 0) {
        auto *kept = new TextLabel(tr("Your %n unsaved edit(s) stay as they are. Where the file changes the same rule, "
                                      "saving the edit shows both versions.", nullptr, edits),
                                   FontRole::Secondary, Ink::Secondary);
        kept->setObjectName(QStringLiteral("importEdits"));
        kept->setWordWrap(true);
        column->addWidget(kept);
    }
    m_facts->setObjectName(QStringLiteral("importFacts"));
    m_facts->resize(DialogWidth - 32, m_facts->height()); // it is as high as its lines are at its width
    column->addWidget(m_facts);
    column->addWidget(makeParts());
    m_reason->setPlaceholder(tr("Reason, kept in the audit and with each rule's history"));
    column->addWidget(m_reason);
    m_note->setObjectName(QStringLiteral("importNote"));
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    column->addWidget(makeButtons());
    connect(m_session, &RuleTransferSession::changed, this, &ImportDialog::sync);
    connect(m_session, &RuleTransferSession::imported, this, &QDialog::accept);
    connect(m_reason, &ReasonField::changed, this, &ImportDialog::syncButtons);
    sync();
}

QWidget *ImportDialog::makeParts()
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_parts->setObjectName(QStringLiteral("importParts"));
    m_parts->setAccessibleName(tr("Part of the report"));
    m_parts->addSegment(tr("Mistakes"), QStringLiteral("importErrors"));
    m_parts->addSegment(tr("Warnings"), QStringLiteral("importWarnings"));
    m_parts->addSegment(tr("Changes"), QStringLiteral("importChanges"));
    auto *row = new QHBoxLayout;
    row->addWidget(m_parts);
    row->addStretch(1);
    column->addLayout(row);
    m_table->setObjectName(QStringLiteral("importTable"));
    m_table->setAccessibleName(tr("Report of the import"));
    m_table->setModel(m_session->model());
    m_table->setColumns({{ImportReportModel::Row, CellKind::Number, 72},
                         {ImportReportModel::Subject, CellKind::Strong, 170},
                         {ImportReportModel::Text, CellKind::Text, 0}});
    m_state->setObjectName(QStringLiteral("importState"));
    m_state->setFixedHeight(TableHeight);
    column->addWidget(m_state);
    connect(m_parts, &Segmented::currentChanged, this, [this](int index) {
        m_session->model()->setPart(static_cast<Part>(index));
        syncState();
    });
    connect(m_state, &StateView::retry, this, [this] { m_session->check(m_session->file()); });
    return box;
}

QWidget *ImportDialog::makeButtons()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    m_another = new Button(tr("Another file…"));
    m_another->setObjectName(QStringLiteral("importAnother"));
    m_another->setAutoDefault(false);
    m_cancel = new Button(tr("Cancel"));
    m_cancel->setObjectName(QStringLiteral("importCancel"));
    m_cancel->setAutoDefault(false);
    m_import = new Button(ButtonKind::Accent, tr("Import"));
    m_import->setObjectName(QStringLiteral("importOk"));
    m_import->setAutoDefault(false);
    connect(m_another, &QPushButton::clicked, this, &ImportDialog::anotherFileWanted);
    connect(m_cancel, &QPushButton::clicked, this, &ImportDialog::reject);
    connect(m_import, &QPushButton::clicked, this, [this] { m_session->import(m_reason->text()); });
    row->addWidget(m_another);
    row->addStretch(1);
    row->addWidget(m_cancel);
    row->addWidget(m_import);
    return box;
}

// While it is sent, Cancel only stops that: the report is still there.
void ImportDialog::reject()
{
    if (!m_session->canCancel())
        return;
    const bool stays = m_session->step() == Step::Sending;
    m_session->cancel();
    if (!stays && isVisible())
        QDialog::reject();
}

void ImportDialog::sync()
{
    const Step before = std::exchange(m_shown, m_session->step());
    if (m_shown == Step::Idle && before != Step::Idle) {
        QDialog::reject(); // given up here, or another router is meant now
        return;
    }
    syncReport();
    if (m_shown == Step::Checked && before != Step::Checked && before != Step::Sending)
        choosePart();
    syncParts();
    syncState();
    syncNote();
    syncButtons();
}

void ImportDialog::syncReport()
{
    m_facts->setVisible(m_shown != Step::Refused);
    const bool known = hasReport(m_shown);
    const ImportReport &report = m_session->report();
    std::vector<Fact> facts;
    const auto add = [&facts, known](Glyph glyph, qint64 count, const QString &text, bool red = false) {
        facts.push_back({glyph, known ? countText(count) : QStringLiteral("…"), text, false, false, red});
    };
    if (report.errors > 0)
        add(Glyph::Cross, report.errors, tr("wrong: nothing is imported before that is mended in the file"), true);
    add(Glyph::Plus, report.created, tr("to be made"));
    add(Glyph::NotEqual, report.updated, tr("to be changed"));
    add(Glyph::Check, report.unchanged, tr("as in the file already"));
    if (report.warnings > 0)
        add(Glyph::Warning, report.warnings, tr("in doubt: warnings stop nothing, but look at them first"));
    m_facts->setFacts(std::move(facts));
}

// What matters most comes first.
void ImportDialog::choosePart()
{
    const ImportReport &report = m_session->report();
    const Part part = report.errors > 0 ? Part::Errors : report.warnings > 0 ? Part::Warnings : Part::Changes;
    m_session->model()->setPart(part);
    m_parts->setCurrentIndex(static_cast<int>(part));
}

void ImportDialog::syncParts()
{
    const ImportReport &report = m_session->report();
    m_parts->setEnabled(hasReport(m_shown));
    m_parts->setSegmentText(0, tr("Mistakes %1").arg(countText(report.errors)));
    m_parts->setSegmentText(1, tr("Warnings %1").arg(countText(report.warnings)));
    m_parts->setSegmentText(2, tr("Changes %1").arg(countText(changesListed(report))));
}

void ImportDialog::syncState()
{
    if (m_shown == Step::Refused) {
        m_state->showError(tr("The file can't be imported"), m_session->problem(),
                           tr("Nothing was changed. Mend the file and try again, or choose another."));
    } else if (!hasReport(m_shown)) {
        m_state->showLoading(28);
    } else if (m_session->model()->rowCount() > 0) {
        m_state->showContent();
    } else {
        switch (m_session->model()->part()) {
        case Part::Errors: m_state->showEmpty(tr("No mistakes"), tr("Every row can be imported."), {}, Glyph::Check); break;
        case Part::Warnings: m_state->showEmpty(tr("No warnings"), tr("No rule contradicts another."), {}, Glyph::Check); break;
        case Part::Changes:
            if (m_session->report().errors > 0)
                m_state->showEmpty(tr("No changes"), tr("What would change is listed once there are no mistakes."), {},
                                   Glyph::Question);
            else
                m_state->showEmpty(tr("No changes"), tr("The rules are as in the file already."), {}, Glyph::Check);
            break;
        }
    }
}

QString ImportDialog::progressText() const
{
    const QString sent = tr("%1 of %2 MiB").arg(mebibytes(m_session->sent()), mebibytes(m_session->size()));
    switch (m_shown) {
    case Step::Reading: return tr("The file is being read …");
    case Step::Checking: return tr("The router checks the file: %1 sent …").arg(sent);
    case Step::Sending: return tr("%1 sent …").arg(sent);
    case Step::Storing: return tr("The router has all of it and stores it now …");
    case Step::Idle:
    case Step::Checked:
    case Step::Refused:
    case Step::Done: break;
    }
    return {};
}

void ImportDialog::syncNote()
{
    QString text = progressText();
    const ImportReport &report = m_session->report();
    const auto shown = static_cast<qint64>(report.lines.size());
    const qint64 all = report.errors + report.warnings + changesListed(report);
    if (m_shown == Step::Checked && shown < all)
        text = tr("The tables show the first of many: 1 000 mistakes and warnings, 200 changes.");
    // Why it is as it is, before how far it is.
    const bool said = m_shown != Step::Refused && !m_session->problem().isEmpty();
    if (said)
        text = text.isEmpty() ? m_session->problem() : m_session->problem() + QLatin1Char('\n') + text;
    m_note->setInk(said ? Ink::Red : Ink::Secondary);
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void ImportDialog::syncButtons()
{
    const bool busy = m_shown == Step::Sending || m_shown == Step::Storing;
    QString why = m_session->importObstacle();
    if (why.isEmpty() && busy)
        why = tr("It is on its way.");
    else if (why.isEmpty() && !hasReport(m_shown))
        why = m_shown == Step::Refused ? tr("The file can't be imported") : tr("The file is still being checked.");
    else if (why.isEmpty() && m_session->report().errors > 0)
        why = tr("Mend the mistakes in the file first.");
    else if (why.isEmpty() && !m_session->canImport())
        why = tr("The file changes nothing.");
    if (why.isEmpty() && !m_reason->isValid())
        why = tr("The reason is too long.");
    m_import->setBlocked(why);
    const qint64 count = m_session->report().created + m_session->report().updated;
    m_import->setText(m_session->canImport() ? tr("Import %n rule(s)", nullptr, static_cast<int>(count)) : tr("Import"));
    m_reason->setEnabled(!busy && !m_session->isUnanswered());
    m_another->setBlocked(busy ? tr("It is on its way.") : QString());
    m_cancel->setBlocked(m_session->canCancel() ? QString() : tr("The router has all of it and stores it now."));
}

} // namespace crossfade
