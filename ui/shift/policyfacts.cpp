// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/policyfacts.h"

#include "models/items/policywords.h"
#include "models/items/rulewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/shift/policy.h"
#include "ui/shared/labels.h"

#include <QGridLayout>

#include <algorithm>

namespace crossfade {

namespace {

// The first window and how many others there are.
QString windowsText(const std::vector<Recurrence> &windows)
{
    if (windows.empty())
        return PolicyFacts::tr("at any time");
    const QString first = weeklyText(windows.front().weekly);
    const int others = static_cast<int>(windows.size()) - 1;
    return others == 0 ? first : PolicyFacts::tr("%1 and %n more", nullptr, others).arg(first);
}

} // namespace

PolicyFacts::PolicyFacts(QWidget *parent)
    : Pane(tr("As set up"), parent)
{
    setObjectName(QStringLiteral("policyFacts"));
    auto *rows = new QWidget(this);
    m_grid = new QGridLayout(rows);
    m_grid->setContentsMargins(12, 8, 12, 10);
    m_grid->setHorizontalSpacing(8);
    m_grid->setVerticalSpacing(5);
    m_grid->setColumnStretch(1, 1);
    setContent(rows);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    hide();
}

namespace {

QString approvalSetting(const ShiftPolicy &policy)
{
    const bool some = std::ranges::any_of(policy.steps, [](const ShiftStep &step) { return step.approval == true; });
    if (policy.approval == StepApproval::None)
        return some ? PolicyFacts::tr("some steps") : PolicyFacts::tr("none");
    const QString when = policy.approval == StepApproval::EachStep
        ? PolicyFacts::tr("each step")
        : PolicyFacts::tr("above %1").arg(shortPercent(policy.approvalAbove.percent()));
    return policy.secondPerson ? PolicyFacts::tr("%1, second person").arg(when) : when;
}

// Where the written ones end, the step goes on.
QString stepsText(const ShiftPolicy &policy)
{
    const QString by = PolicyFacts::tr("by %1").arg(shortPercent(policy.increment.percent()));
    if (policy.steps.empty()) return by;
    const QString written = PolicyFacts::tr("%n set", nullptr, static_cast<int>(policy.steps.size()));
    return policy.steps.back().percentage < policy.max ? PolicyFacts::tr("%1, then %2").arg(written, by) : written;
}

} // namespace

void PolicyFacts::setPolicy(const ShiftPolicy *policy)
{
    QStringList facts;
    if (policy != nullptr) {
        const QString steps = stepsText(*policy);
        facts << tr("At most") << shortPercent(policy->max.percent()) //
              << tr("Steps") << steps                                 //
              << tr("Steps up") << windowsText(policy->changeWindows)
              << tr("Holds for") << durationText(policy->stabilizationSeconds)
              << tr("Judged every") << windowLengthText(policy->intervalSeconds)
              << tr("On a breach") << onBreachText(policy->onBreach)
              << tr("Answer within") << durationText(policy->proposalDeadlineSeconds)
              << tr("No answer") << (policy->proposalRollsBack ? tr("roll back") : tr("hold"))
              << tr("Approval") << approvalSetting(*policy)
              << tr("Users move") << (policy->moveAt == MoveAt::NextSignIn ? tr("at the next sign-in") : tr("at once"))
              << tr("Without an id") << toText(platformWord(policy->usersWithoutId));
        if (policy->moveAt == MoveAt::NextSignIn)
            facts << tr("Who is signed in") << tr("moves at the next sign-in");
    }
    setVisible(!facts.isEmpty());
    if (facts == m_shown)
        return;
    m_shown = facts;
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (int i = 0; i + 1 < facts.size(); i += 2) {
        m_grid->addWidget(new TextLabel(facts[i], FontRole::Secondary, Ink::Secondary), i / 2, 0);
        auto *value = new ElidingLabel(facts[i + 1], FontRole::Secondary, Ink::Text);
        value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_grid->addWidget(value, i / 2, 1);
    }
}

} // namespace crossfade
