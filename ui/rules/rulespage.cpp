// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rules/rulespage.h"

#include "models/items/rulewords.h"
#include "models/items/text.h"
#include "ui/rules/ruletable.h"
#include "ui/rules/ruletransferbar.h"
#include "ui/rules/switchespanel.h"
#include "ui/rules/testerpane.h"
#include "ui/shared/buttons.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int SwitchesSegment = 3;
constexpr int MaxPaletteRules = 2'000;
constexpr const char *ImportAction = "action:import";
constexpr const char *ExportAction = "action:export";

} // namespace

RulesPage::RulesPage(RulesSession *rules, SwitchesSession *switches, TesterSession *tester,
                     ApprovalsSession *approvals, QWidget *parent)
    : Page(QStringLiteral("rules"), tr("Routing rules"), parent)
    , m_rules(rules)
    , m_switches(switches)
    , m_tester(tester)
{
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(PageMargin, 8, PageMargin, PageMargin);
    all->setSpacing(Gap);
    all->addWidget(makeTitle());
    m_table = new RuleTable(m_rules);
    m_panel = new SwitchesPanel(m_switches, approvals);
    connect(m_panel, &SwitchesPanel::approvalRequested, this, &RulesPage::approvalRequested);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_panel);
    m_testerPane = new TesterPane(m_tester);
    m_testerPane->setMinimumWidth(384);
    auto *splitter = new QSplitter(Qt::Horizontal);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_stack);
    splitter->addWidget(m_testerPane);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 0);
    splitter->setSizes({816, 384});
    all->addWidget(splitter, 1);
    connect(m_segments, &Segmented::currentChanged, this, &RulesPage::showSegment);
    connect(m_table, &RuleTable::kindWanted, this,
            [this](RuleType kind) { m_segments->setCurrentIndex(static_cast<int>(kind)); });
    connect(m_table, &RuleTable::ruleSelected, this, [this](const RuleInput &input) {
        if (input.kind == RuleType::User)
            m_testerPane->showUser(toText(input.target));
    });
    connect(m_rules, &RulesSession::changed, this, &RulesPage::sync);
    connect(m_switches, &SwitchesSession::changed, this, &RulesPage::sync);
    sync();
}

QWidget *RulesPage::makeTitle()
{
    auto *title = new QWidget;
    title->setFixedHeight(32);
    auto *row = new QHBoxLayout(title);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(new TextLabel(this->title(), FontRole::PageTitle));
    m_segments = new Segmented;
    m_segments->setObjectName(QStringLiteral("ruleKinds"));
    m_segments->setAccessibleName(tr("Kind of rule"));
    m_segments->addSegment(tr("Users"), QStringLiteral("segmentUsers"));
    m_segments->addSegment(tr("Systems"), QStringLiteral("segmentSystems"));
    m_segments->addSegment(tr("Times"), QStringLiteral("segmentTimes"));
    m_segments->addSegment(tr("Switches"), QStringLiteral("segmentSwitches"));
    m_segments->setCurrentIndex(0);
    row->addWidget(m_segments);
    m_stale = new StaleChip;
    row->addWidget(m_stale);
    m_transfer = new RuleTransferBar(m_rules);
    m_transfer->setShown([this]() -> std::optional<RuleSelection> {
        if (m_stack->currentWidget() != m_table)
            return std::nullopt;
        return m_table->shown();
    });
    row->addWidget(m_transfer, 1);
    m_testerToggle = new Button(tr("Tester"));
    m_testerToggle->setObjectName(QStringLiteral("toggleTester"));
    m_testerToggle->setCheckable(true);
    m_testerToggle->setChecked(true);
    m_testerToggle->hide();
    connect(m_testerToggle, &QPushButton::toggled, this,
            [this](bool on) { m_testerPane->setVisible(on); });
    row->addWidget(m_testerToggle);
    return title;
}

void RulesPage::showSegment(int index)
{
    m_stack->setCurrentWidget(index == SwitchesSegment ? static_cast<QWidget *>(m_panel) : m_table);
    if (index != SwitchesSegment)
        m_table->setKind(static_cast<RuleType>(index));
}

void RulesPage::sync()
{
    const auto with = [this](const QString &name, RuleType kind) {
        return m_rules->phase() == LoadPhase::Ready
                   ? QStringLiteral("%1 %2").arg(name).arg(m_rules->model()->count(kind))
                   : name;
    };
    m_segments->setSegmentText(0, with(tr("Users"), RuleType::User));
    m_segments->setSegmentText(1, with(tr("Systems"), RuleType::System));
    m_segments->setSegmentText(2, with(tr("Times"), RuleType::Time));
    m_stale->setAge(m_rules->ageMs());
    m_stale->setStale(m_rules->phase() == LoadPhase::Ready && m_rules->isStale());
    const int edits = m_rules->edits().count() + (m_switches->isEdited() ? 1 : 0);
    setBadge(edits > 0 ? QString::number(edits) : QString());
}

void RulesPage::showObject(const QString &object)
{
    const QString id = object.section(QLatin1Char(':'), 1);
    if (object.startsWith(QLatin1String("rule:"))) {
        m_table->showRule(id);
    } else if (object.startsWith(QLatin1String("user:"))) {
        m_testerToggle->setChecked(true);
        m_testerPane->showUser(id);
        m_testerPane->focusUser();
    } else if (object == QLatin1String(ImportAction)) {
        m_transfer->startImport();
    } else if (object == QLatin1String(ExportAction)) {
        m_transfer->startExport();
    }
}

void RulesPage::refresh()
{
    m_rules->refresh();
    m_switches->refresh();
    m_tester->ask();
}

void RulesPage::focusFilter()
{
    if (m_stack->currentWidget() == m_panel)
        m_segments->setCurrentIndex(0);
    m_table->focusFilter();
}

bool RulesPage::undo()
{
    const bool switchLast =
        m_switches->canUndo() &&
        (!m_rules->canUndo() || m_switches->lastSavedMs() > m_rules->lastSavedMs());
    if (switchLast)
        m_switches->undo();
    else if (m_rules->canUndo())
        m_rules->undo();
    else
        return false;
    return true;
}

// In a small window the tester gives way: its button then brings it back.
void RulesPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    const bool tight = width() < 1150;
    if (tight == m_testerToggle->isVisibleTo(this))
        return;
    m_testerToggle->setVisible(tight);
    m_testerToggle->setChecked(!tight);
}

QList<PaletteEntry> RulesPage::paletteEntries() const
{
    QList<PaletteEntry> entries{
        {tr("Import rules…"), tr("CSV or JSON; what it would do is shown first"), QLatin1String(ImportAction)},
        {tr("Export all rules…"), tr("CSV or JSON"), QLatin1String(ExportAction)}};
    const qsizetype actions = entries.size();
    for (const RuleRow &row : m_rules->model()->rows()) {
        if (entries.size() == MaxPaletteRules + actions)
            break;
        entries << PaletteEntry{toText(row.input.name),
                                QStringLiteral("%1 · %2 · %3")
                                    .arg(ruleKindText(row.input.kind), toText(row.input.target),
                                         toText(platformWord(row.input.platform))),
                                QStringLiteral("rule:") + toText(row.id)};
    }
    return entries;
}

} // namespace crossfade
