// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/drilldialog.h"

#include "models/items/policywords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/shared/buttons.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include <array>

namespace crossfade {

namespace {

constexpr int DrillWidth = 820;
constexpr int DrillHeight = 520;
constexpr std::array<int, 4> RangeMinutes{15, 60, 6 * 60, 24 * 60};
constexpr int FirstRange = 1;

} // namespace

DrillDialog::DrillDialog(ShiftSession *session, const PolicyRow &row, std::optional<ShiftPolicy> unsaved,
                         QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_id(row.policy.id)
    , m_unsaved(std::move(unsaved))
    , m_range(new Segmented)
    , m_sentence(new TextLabel({}, FontRole::Strong, Ink::Text))
    , m_caveats(new TextLabel({}, FontRole::Secondary, Ink::Secondary))
{
    setObjectName(QStringLiteral("drillDialog"));
    setWindowTitle(tr("Drill"));
    resize(DrillWidth, DrillHeight);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    const QString name = toText(row.policy.name);
    column->addWidget(new ElidingLabel(tr("Drill %1").arg(name), FontRole::DialogTitle, Ink::Text));
    auto *what = new TextLabel(m_unsaved ? tr("What the policy as the form has it would have done with what was recorded. Nothing changes.")
                                         : tr("What the policy would have done with what was recorded. Nothing changes."),
                               FontRole::Secondary, Ink::Secondary);
    what->setWordWrap(true);
    column->addWidget(what);
    const std::array<QString, 4> words{tr("last 15 min"), tr("last hour"), tr("last 6 h"), tr("last 24 h")};
    for (std::size_t i = 0; i < words.size(); ++i)
        m_range->addSegment(words[i], QStringLiteral("drillRange%1").arg(i));
    m_range->setCurrentIndex(FirstRange);
    column->addWidget(m_range, 0, Qt::AlignLeft);
    m_sentence->setObjectName(QStringLiteral("drillSentence"));
    m_caveats->setObjectName(QStringLiteral("drillCaveats"));
    for (TextLabel *label : {m_sentence, m_caveats}) {
        label->setWordWrap(true);
        column->addWidget(label);
    }
    auto *table = new TableView;
    table->setObjectName(QStringLiteral("drillTable"));
    table->setAccessibleName(tr("What it would have done"));
    table->setModel(&m_entries);
    table->setColumns({{HistoryModel::Time, CellKind::Text, 120},
                       {HistoryModel::Change, CellKind::Strong, 110},
                       {HistoryModel::Cause, CellKind::Secondary, 160},
                       {HistoryModel::Reason, CellKind::Secondary, 0}});
    auto *pane = new Pane(tr("What it would have done"), this);
    m_state = new StateView(table, pane);
    m_state->setObjectName(QStringLiteral("drillState"));
    pane->setContent(m_state);
    column->addWidget(pane, 1);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    auto *close = new Button(tr("Close"), this);
    close->setObjectName(QStringLiteral("drillClose"));
    close->setDefault(true);
    buttons->addWidget(close);
    column->addLayout(buttons);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_range, &Segmented::currentChanged, this, &DrillDialog::ask);
    connect(m_state, &StateView::retry, this, &DrillDialog::ask);
    ask();
}

void DrillDialog::ask()
{
    m_sentence->clear();
    m_caveats->clear();
    m_caveats->hide();
    m_state->showLoading();
    const auto minutes = RangeMinutes[static_cast<std::size_t>(m_range->currentIndex())];
    const Instant to = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    m_session->drill(m_id, to - std::chrono::minutes(minutes), to, m_unsaved, this,
                     [this, generation = ++m_generation](const Result<DrillReport> &report) {
                         if (generation == m_generation)
                             answer(report);
                     });
}

void DrillDialog::answer(const Result<DrillReport> &report)
{
    if (!report) {
        m_state->showError(tr("The drill gave no answer"), actFailedText(report.error()));
        return;
    }
    if (report->events == 0) {
        m_state->showEmpty(tr("Nothing was recorded in this time"),
                           tr("A shift is recorded from its start on, and kept for a day. Choose a longer time."));
        return;
    }
    m_sentence->setText(drillSentence(*report));
    m_caveats->setText(drillCaveats(*report));
    m_caveats->setVisible(!m_caveats->text().isEmpty());
    m_entries.setRows(report->entries);
    if (report->entries.empty())
        m_state->showEmpty(tr("It would have done nothing"), tr("It would have stayed as it stood."));
    else
        m_state->showContent();
}

} // namespace crossfade
