// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of a policy but for its guards and windows: how they are laid out, filled and read.
#include "ui/shift/policyeditor.h"

#include "models/items/policywords.h"
#include "models/items/text.h"
#include "ui/shared/percentspin.h"
#include "ui/shift/changewindowfields.h"
#include "ui/shift/guardeditor.h"

#include <QComboBox>
#include <QGridLayout>
#include <QSpinBox>

namespace crossfade {

namespace {

constexpr int MostSeconds = 7 * 86'400;
constexpr int SecondsWidth = 104; // as of a percentage

QSpinBox *seconds(int least, QWidget *parent)
{
    auto *spin = new QSpinBox(parent);
    spin->setRange(least, MostSeconds);
    spin->setSuffix(PolicyEditor::tr(" s"));
    spin->setAlignment(Qt::AlignRight);
    spin->setFixedWidth(SecondsWidth);
    return spin;
}

QString percentList(const std::vector<ShiftStep> &steps)
{
    QStringList parts;
    for (const ShiftStep &step : steps)
        parts << shortNumber(step.percentage.percent());
    return parts.join(QStringLiteral(", "));
}

} // namespace

QWidget *PolicyEditor::addField(const char *pointer, const QString &label, QWidget *editor, const QString &help)
{
    auto *field = new FormField(label, editor, help, this);
    editor->setObjectName(QLatin1String("policy_") + QLatin1String(pointer + 1));
    m_fields[pointer] = field;
    return field;
}

void PolicyEditor::buildForm(QVBoxLayout *column)
{
    m_name = new QLineEdit(this);
    m_system = new QLineEdit(this);
    m_max = new PercentSpin(this);
    m_increment = new PercentSpin(this);
    m_steps = new QLineEdit(this);
    m_stabilization = seconds(0, this);
    m_approval = new QComboBox(this);
    m_approval->addItems({tr("none"), tr("each step"), tr("steps above")});
    m_approvalAbove = new PercentSpin(this);
    m_secondPerson = new QComboBox(this);
    m_secondPerson->addItems({tr("anybody who may approve"), tr("not whoever set the target")});
    m_onBreach = new QComboBox(this);
    for (const OnBreach act : {OnBreach::Hold, OnBreach::ProposeRollback, OnBreach::Rollback})
        m_onBreach->addItem(onBreachText(act));
    m_deadline = seconds(1, this);
    m_default = new QComboBox(this);
    m_default->addItems({tr("roll back"), tr("hold")});
    m_interval = seconds(1, this);
    m_newHealth = new QLineEdit(this);
    m_legacyHealth = new QLineEdit(this);
    m_moveAt = new QComboBox(this);
    m_moveAt->addItems({tr("at once"), tr("at the next sign-in")});
    m_withoutId = new QComboBox(this);
    m_withoutId->addItems({QStringLiteral("LEGACY"), QStringLiteral("NEW")});
    m_checks = new QLineEdit(this);
    layOut(column);
    for (QLineEdit *edit : {m_name, m_system, m_steps, m_checks, m_newHealth, m_legacyHealth})
        connect(edit, &QLineEdit::textChanged, this, &PolicyEditor::check);
    for (PercentSpin *spin : {m_max, m_increment, m_approvalAbove})
        connect(spin, &QDoubleSpinBox::valueChanged, this, &PolicyEditor::check);
    for (QSpinBox *spin : {m_stabilization, m_interval, m_deadline})
        connect(spin, &QSpinBox::valueChanged, this, &PolicyEditor::check);
    for (QComboBox *combo : {m_onBreach, m_default, m_approval, m_secondPerson, m_moveAt, m_withoutId})
        connect(combo, &QComboBox::currentIndexChanged, this, &PolicyEditor::check);
}

// What belongs together stands in one row.
void PolicyEditor::layOut(QVBoxLayout *column)
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(12);
    int at = 0;
    const auto add = [&](const char *pointer, const QString &label, QWidget *editor, const QString &help) {
        grid->addWidget(addField(pointer, label, editor, help), at / 3, at % 3, Qt::AlignTop);
        grid->setColumnStretch(at % 3, 1);
        ++at;
    };
    add("/policy_name", tr("Name"), m_name, tr("What operators call it."));
    add("/target_system", tr("System"), m_system, tr("The system id it covers, or * for all others."));
    add("/max_shift_percentage", tr("At most"), m_max, tr("A hard cap: the share never goes above it."));
    add("/shift_increment", tr("Step"), m_increment, tr("How much one step adds."));
    add("/steps", tr("Explicit steps"), m_steps, tr("Percentages, ascending: 1, 5, 25. From the last one on, or empty: by the step."));
    add("/stabilization_seconds", tr("Stabilization"), m_stabilization, tr("How long guards must hold after a step."));
    add("/approval", tr("Approval"), m_approval, tr("Whether a person approves each step."));
    add("/approval_above", tr("Approval above"), m_approvalAbove, tr("Steps that end above it are asked for; smaller ones are not."));
    add("/second_person", tr("Who approves"), m_secondPerson, tr("Whether the person who set the target may approve a step."));
    add("/on_breach", tr("When a guard trips"), m_onBreach, tr("A guard may say otherwise for itself."));
    add("/proposal_deadline_seconds", tr("Answer within"), m_deadline, tr("How long a proposed rollback waits for a person."));
    add("/proposal_default", tr("If nobody answers"), m_default, tr("What happens at the deadline."));
    add("/interval_seconds", tr("Judged every"), m_interval, tr("How often guards are judged."));
    add("/new_health_url", tr("Health of NEW"), m_newHealth, tr("URL asked before the first step. Empty: not asked."));
    add("/legacy_health_url", tr("Health of LEGACY"), m_legacyHealth, tr("URL asked for the way back. Empty: not asked."));
    add("/move_at", tr("Users move"), m_moveAt, tr("When a step up reaches somebody who is signed in. Going back is at once."));
    add("/users_without_id", tr("Without an id"), m_withoutId, tr("Who serves requests that name no user."));
    add("/consistency_gate", tr("Consistency checks"), m_checks,
        tr("Names, with commas: each ≥ 99.5 % and fresh before a step. Empty: not asked."));
    column->addLayout(grid);
}

void PolicyEditor::fill(const ShiftPolicy &policy)
{
    m_name->setText(toText(policy.name));
    m_system->setText(toText(policy.targetSystem));
    m_max->setValue(policy.max.percent());
    m_increment->setValue(policy.increment.percent());
    m_steps->setText(percentList(policy.steps));
    m_stabilization->setValue(static_cast<int>(policy.stabilizationSeconds));
    m_interval->setValue(static_cast<int>(policy.intervalSeconds));
    m_onBreach->setCurrentIndex(static_cast<int>(policy.onBreach));
    m_deadline->setValue(static_cast<int>(policy.proposalDeadlineSeconds));
    m_default->setCurrentIndex(policy.proposalRollsBack ? 0 : 1);
    m_approval->setCurrentIndex(static_cast<int>(policy.approval));
    m_approvalAbove->setValue(policy.approvalAbove.percent());
    m_secondPerson->setCurrentIndex(policy.secondPerson ? 1 : 0);
    m_moveAt->setCurrentIndex(static_cast<int>(policy.moveAt));
    m_withoutId->setCurrentIndex(policy.usersWithoutId == Platform::New ? 1 : 0);
    QStringList checks;
    if (policy.consistencyGate) {
        for (const std::string &name : policy.consistencyGate->checkNames)
            checks << toText(name);
    }
    m_checks->setText(checks.join(QStringLiteral(", ")));
    m_newHealth->setText(toText(policy.newHealthUrl));
    m_legacyHealth->setText(toText(policy.legacyHealthUrl));
    for (const Guard &guard : policy.guards)
        addGuard(guard);
    m_windows->fill(policy.changeWindows);
}

std::vector<ShiftStep> PolicyEditor::steps() const
{
    std::vector<ShiftStep> steps;
    const QStringList parts = m_steps->text().split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (const QString &part : parts) {
        bool number = false;
        const double value = part.trimmed().toDouble(&number);
        const auto percentage = Percentage::fromPercent(number ? value : -1);
        if (!percentage)
            return {}; // check() says so at the field
        ShiftStep step{*percentage, {}, {}};
        for (const ShiftStep &known : m_base.steps) {
            if (known.percentage == *percentage)
                step = known; // with its own times and samples
        }
        steps.push_back(step);
    }
    return steps;
}

ShiftPolicy PolicyEditor::policy() const
{
    ShiftPolicy policy = m_base;
    policy.name = toUtf8(m_name->text().trimmed());
    policy.targetSystem = toUtf8(m_system->text().trimmed());
    policy.max = Percentage::fromPercent(m_max->value()).value_or(policy.max);
    policy.increment = Percentage::fromPercent(m_increment->value()).value_or(policy.increment);
    policy.steps = steps();
    policy.stabilizationSeconds = m_stabilization->value();
    policy.intervalSeconds = m_interval->value();
    policy.onBreach = static_cast<OnBreach>(m_onBreach->currentIndex());
    policy.proposalDeadlineSeconds = m_deadline->value();
    policy.proposalRollsBack = m_default->currentIndex() == 0;
    policy.approval = static_cast<StepApproval>(m_approval->currentIndex());
    policy.approvalAbove = policy.approval == StepApproval::Above
                               ? Percentage::fromPercent(m_approvalAbove->value()).value_or(Percentage())
                               : Percentage();
    policy.secondPerson = m_secondPerson->currentIndex() == 1;
    policy.moveAt = static_cast<MoveAt>(m_moveAt->currentIndex());
    policy.usersWithoutId = m_withoutId->currentIndex() == 1 ? Platform::New : Platform::Legacy;
    policy.newHealthUrl = toUtf8(m_newHealth->text().trimmed());
    policy.legacyHealthUrl = toUtf8(m_legacyHealth->text().trimmed());
    ConsistencyGate gate = m_base.consistencyGate.value_or(ConsistencyGate());
    gate.checkNames.clear();
    for (const QString &name : m_checks->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
        gate.checkNames.push_back(toUtf8(name.trimmed()));
    policy.consistencyGate = gate.checkNames.empty() ? std::nullopt : std::optional(gate);
    policy.guards.clear();
    for (const GuardEditor *editor : m_guards)
        policy.guards.push_back(editor->guard());
    policy.changeWindows = m_windows->windows();
    return policy;
}

} // namespace crossfade
