// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/differenceview.h"

#include "models/consistency/repairaction.h"
#include "models/items/differencemodel.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/consistency/ignoredialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/diffcells.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QDateTime>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

namespace crossfade {

DifferenceView::DifferenceView(DifferencesSession *session, QWidget *parent)
    : Pane(tr("Difference"), parent)
    , m_session(session)
    , m_fields(DifferenceFieldModel::Purpose::Difference)
{
    setObjectName(QStringLiteral("differenceView"));
    m_differs = new Chip;
    m_differs->setObjectName(QStringLiteral("fieldsDiffer"));
    addMark(m_differs);
    m_ignore = new Button(ButtonKind::Flat, tr("Ignore field…"));
    m_ignore->setObjectName(QStringLiteral("ignoreDifference"));
    connect(m_ignore, &QPushButton::clicked, this, [this] {
        if (const auto &shown = m_session->shown())
            askToIgnore(m_session->ignoreRules(), shown->difference, this);
    });
    addAction(m_ignore);
    m_state = new StateView(makeContent());
    m_state->setObjectName(QStringLiteral("differenceState"));
    setContent(m_state);
    makeActions();
    connect(m_session, &DifferencesSession::shownChanged, this, &DifferenceView::sync);
    connect(m_session, &DifferencesSession::changed, this, &DifferenceView::sync);
    connect(m_session->ignoreRules(), &IgnoreRulesSession::changed, this, &DifferenceView::sync);
    connect(m_session, &DifferencesSession::failed, this,
            [this](const QString &what, const Error &error) {
                m_note->setText(QStringLiteral("%1. %2").arg(what, errorText(error)));
            });
    connect(m_session, &DifferencesSession::rechecked, this, [this](const DifferenceRow &row) {
        m_note->setText(row.resolved ? tr("Equal by now: resolved.")
                                     : tr("Still different, read anew just now."));
    });
    connect(m_session, &DifferencesSession::repairCreated, this,
            [this](const QString &id, int count) {
                m_reason->clear();
                m_note->setText(tr("%n repair task(s) made.", nullptr, count));
                Q_EMIT repairOpened(id);
            });
    sync();
}

QWidget *DifferenceView::makeHeads()
{
    auto *heads = new QWidget;
    heads->setFixedHeight(44);
    auto *row = new QHBoxLayout(heads);
    row->setContentsMargins(12, 4, 0, 4);
    row->setSpacing(0);
    auto *field = new TextLabel(tr("Field"), FontRole::Chip, Ink::Secondary);
    field->setFixedWidth(108);
    row->addWidget(field);
    const auto side = [&](const QString &platform, ElidingLabel *&time) {
        auto *column = new QVBoxLayout;
        column->setSpacing(0);
        column->setContentsMargins(8, 0, 8, 0);
        auto *mark = new PlatformLabel(platform);
        mark->setText(platform);
        mark->setFontRole(static_cast<int>(FontRole::PaneTitle));
        time = new ElidingLabel;
        column->addWidget(mark);
        column->addWidget(time);
        row->addLayout(column, 1);
    };
    side(QStringLiteral("LEGACY"), m_legacyTime);
    side(QStringLiteral("NEW"), m_newTime);
    return heads;
}

QWidget *DifferenceView::makeContent()
{
    auto *content = new QWidget;
    auto *all = new QVBoxLayout(content);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(makeHeads());
    all->addWidget(new Hairline);
    m_table = new TableView;
    m_table->setObjectName(QStringLiteral("entityFields"));
    m_table->setAccessibleName(tr("Fields of the entity on both platforms"));
    m_table->horizontalHeader()->hide();
    m_table->setModel(&m_fields);
    m_table->setCellDelegate(
        new DifferenceFieldDelegate(DiffSide::Legacy, DiffSide::New, m_table));
    m_table->setRowHeight(28);
    m_table->setColumns({{DifferenceFieldModel::Field, CellKind::Text, 120},
                         {DifferenceFieldModel::Left, CellKind::Mono, 0},
                         {DifferenceFieldModel::Right, CellKind::Mono, 0}});
    all->addWidget(m_table, 1);
    all->addWidget(new Hairline);
    all->addWidget(makeFacts());
    return content;
}

QWidget *DifferenceView::makeFacts()
{
    auto *facts = new QWidget;
    auto *all = new QVBoxLayout(facts);
    all->setContentsMargins(12, 6, 12, 8);
    all->setSpacing(4);
    all->addWidget(new DiffLegend);
    m_cause = new ElidingLabel;
    m_cause->setObjectName(QStringLiteral("differenceCause"));
    all->addWidget(m_cause);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    const auto fact = [&](int row, const QString &name, ElidingLabel *&value) {
        grid->addWidget(new TextLabel(name, FontRole::Secondary, Ink::Secondary), row, 0);
        value = new ElidingLabel({}, FontRole::Secondary, Ink::Text);
        grid->addWidget(value, row, 1);
    };
    fact(0, tr("Seen"), m_seen);
    fact(1, tr("Repair"), m_repairFact);
    m_ignoredName = new TextLabel(tr("Hidden by"), FontRole::Secondary, Ink::Secondary);
    grid->addWidget(m_ignoredName, 2, 0);
    m_ignored = new ElidingLabel({}, FontRole::Secondary, Ink::Text);
    m_ignored->setObjectName(QStringLiteral("differenceIgnored"));
    grid->addWidget(m_ignored, 2, 1);
    all->addLayout(grid);
    m_note = new ElidingLabel({}, FontRole::Secondary, Ink::Text);
    m_note->setObjectName(QStringLiteral("differenceNote"));
    all->addWidget(m_note);
    return facts;
}

void DifferenceView::makeActions()
{
    QHBoxLayout *row = addFootBar();
    m_bar = row->parentWidget();
    m_reason = new ReasonField(ReasonField::Need::Required);
    m_reason->setLabel({});
    m_reason->setPlaceholder(tr("Reason or note"));
    m_repair = new Button(ButtonKind::Accent, Symbol::Repairs, tr("Repair…"));
    m_repair->setObjectName(QStringLiteral("repairDifference"));
    m_recheck = new Button(ButtonKind::Plain, Symbol::Refresh, tr("Recheck"));
    m_recheck->setObjectName(QStringLiteral("recheckDifference"));
    m_resolve = new Button(tr("Resolve"));
    m_resolve->setObjectName(QStringLiteral("resolveDifference"));
    connect(m_repair, &QPushButton::clicked, this, [this] {
        if (const auto &shown = m_session->shown())
            m_session->repair(shown->differenceIds(), m_reason->text());
    });
    connect(m_recheck, &QPushButton::clicked, this, [this] {
        if (const auto &shown = m_session->shown())
            m_session->recheck(toText(shown->difference.id));
    });
    connect(m_resolve, &QPushButton::clicked, this, [this] {
        if (const auto &shown = m_session->shown())
            m_session->resolve(toText(shown->difference.id), m_reason->text());
    });
    connect(m_reason, &ReasonField::changed, this, &DifferenceView::sync);
    row->addWidget(m_reason, 1);
    row->addWidget(m_resolve);
    row->addWidget(m_recheck);
    row->addWidget(m_repair);
}

void DifferenceView::sync()
{
    const std::optional<EntityView> &shown = m_session->shown();
    m_bar->setVisible(shown.has_value());
    m_differs->setVisible(shown.has_value());
    m_ignore->setVisible(shown.has_value());
    if (!shown) {
        setTitle(tr("Difference"));
        if (m_session->isOpening())
            m_state->showLoading(28);
        else
            m_state->showEmpty(tr("Nothing opened"),
                               tr("Select a difference to see both sides, read anew."),
                               {}, Glyph::NotEqual);
        return;
    }
    m_state->showContent();
    const DifferenceRow &row = shown->difference;
    setTitle(QStringLiteral("%1 %2").arg(toText(row.entityType).toLower(), toText(row.entityId)));
    const int count = static_cast<int>(shown->fields.size());
    if (shown->legacyPresent && shown->newPresent)
        m_differs->setLook({tr("%1 of %2 fields differ", nullptr, shown->differing()).arg(shown->differing()).arg(count),
                            Tone::Neutral, Glyph::NotEqual});
    else
        m_differs->setState(toText(row.type));
    m_table->setStale(m_session->isStale());
    m_fields.setFields(shown->fields, shown->legacyPresent, shown->newPresent);
    syncFacts(*shown);
    syncActions(*shown);
}

void DifferenceView::syncFacts(const EntityView &view)
{
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    const auto changed = [&](const std::optional<Instant> &at, bool present) {
        if (!present)
            return tr("no row");
        return at ? tr("changed %1").arg(shortTime(*at, now)) : tr("change time not known");
    };
    m_legacyTime->setText(changed(view.legacyChangedAt, view.legacyPresent));
    m_newTime->setText(changed(view.newChangedAt, view.newPresent));
    const DifferenceRow &row = view.difference;
    QString cause = row.field ? tr("%1: %2.").arg(toText(*row.field), differenceCauseText(row.cause))
                              : tr("The whole row.");
    if (!view.authoritative.empty())
        cause += tr(" %1 is authoritative for %2.")
                     .arg(toText(view.authoritative), toText(row.entityType));
    m_cause->setText(cause);
    QStringList seen;
    if (row.foundAt)
        seen << tr("found %1 by %2").arg(shortTime(*row.foundAt, now), toText(row.checkName));
    if (row.lastSeenAt && row.lastSeenAt != row.foundAt)
        seen << tr("again %1").arg(shortTime(*row.lastSeenAt, now));
    if (row.state != "CONFIRMED")
        seen << toText(row.state);
    m_seen->setText(seen.join(QStringLiteral(" · ")));
    if (row.resolved)
        m_repairFact->setText(row.resolutionNotes.empty()
                                  ? tr("resolved")
                                  : tr("resolved: %1").arg(repairText(row.resolutionNotes)));
    else
        m_repairFact->setText(row.repairStatus.empty() ? tr("none yet") : toText(row.repairStatus));
    syncIgnored(row);
}

void DifferenceView::syncIgnored(const DifferenceRow &row)
{
    m_ignoredName->setVisible(!row.ignoreRuleId.empty());
    m_ignored->setVisible(!row.ignoreRuleId.empty());
    const IgnoreRuleRow *rule = m_session->ignoreRules()->model()->rowOf(row.ignoreRuleId);
    m_ignored->setText(rule ? tr("%1: “%2” (%3, hides %4)")
                                  .arg(ignoreScopeText(*rule), toText(rule->reason), toText(rule->createdBy), countText(rule->hidden))
                            : tr("an ignore rule"));
}

void DifferenceView::syncActions(const EntityView &view)
{
    const DifferenceRow &row = view.difference;
    const int fields = static_cast<int>(view.differenceIds().size());
    const bool wholeRow = !row.field.has_value();
    m_repair->setText(wholeRow ? tr("Repair row") : tr("Repair %n field(s)", nullptr, fields));
    const QString obstacle = m_session->obstacle();
    QString why = obstacle;
    if (why.isEmpty() && row.resolved)
        why = tr("It is resolved.");
    const bool moving = row.state == "IN_FLIGHT";
    const QString whyMoving = tr("Its row is in motion: the run that found it looks at it again.");
    if (why.isEmpty() && moving)
        why = whyMoving;
    QString whyRepair = obstacle.isEmpty() ? m_session->repairObstacle() : obstacle;
    if (whyRepair.isEmpty())
        whyRepair = why;
    const auto status = repairStatusFromWord(row.repairStatus);
    if (whyRepair.isEmpty() && status && !isFinal(*status))
        whyRepair = tr("A repair task is already open: %1.").arg(toText(row.repairStatus));
    m_repair->setBlocked(whyRepair);
    m_ignore->setText(wholeRow ? tr("Ignore…") : tr("Ignore field…"));
    QString whyIgnore = m_session->ignoreRules()->obstacle();
    if (whyIgnore.isEmpty() && row.resolved)
        whyIgnore = tr("It is resolved.");
    if (whyIgnore.isEmpty() && !row.ignoreRuleId.empty())
        whyIgnore = tr("An ignore rule hides it already.");
    m_ignore->setBlocked(whyIgnore);
    m_recheck->setBlocked(obstacle.isEmpty() && moving ? whyMoving : obstacle);
    if (why.isEmpty() && !m_reason->isValid())
        why = tr("Resolving needs a note on why.");
    m_resolve->setBlocked(why);
}

} // namespace crossfade
