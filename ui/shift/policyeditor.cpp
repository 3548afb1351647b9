// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/policyeditor.h"

#include "models/items/policywords.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/session/sessionwords.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/percentspin.h"
#include "ui/shift/changewindowfields.h"
#include "ui/shift/drilldialog.h"
#include "ui/shift/guardeditor.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr int Width = 960;
constexpr int Height = 680;
constexpr int MostSeconds = 7 * 86'400;

QSpinBox *seconds(int least, QWidget *parent)
{
    auto *spin = new QSpinBox(parent);
    spin->setRange(least, MostSeconds);
    spin->setSuffix(PolicyEditor::tr(" s"));
    spin->setAlignment(Qt::AlignRight);
    return spin;
}

QString percentList(const std::vector<ShiftStep> &steps)
{
    QStringList parts;
    for (const ShiftStep &step : steps)
        parts << shortNumber(step.percentage.percent());
    return parts.join(QStringLiteral(", "));
}

// "guards/0/threshold" -> 0; -1 for others.
int guardIndexOf(const std::string &pointer)
{
    const QStringList parts = toText(pointer).split(QLatin1Char('/'), Qt::SkipEmptyParts);
    bool number = false;
    const int index = parts.size() > 1 && parts.first() == QLatin1String("guards") ? parts.at(1).toInt(&number) : -1;
    return number ? index : -1;
}

} // namespace

PolicyEditor::PolicyEditor(ShiftSession *session, const PolicyRow *row, QWidget *parent)
    : QDialog(parent), m_session(session), m_base(row != nullptr ? row->policy : newPolicyTemplate()),
      m_version(row != nullptr ? row->version : std::string())
{
    const QString title = row != nullptr ? tr("Edit policy %1").arg(toText(row->policy.name)) : tr("New shift policy");
    setObjectName(QStringLiteral("policyEditor"));
    setWindowTitle(title);
    resize(Width, Height);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    column->addWidget(new TextLabel(title, FontRole::DialogTitle, Ink::Text, this));
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // the guards' rows fit
    auto *inner = new QWidget(scroll);
    auto *form = new QVBoxLayout(inner);
    form->setContentsMargins(0, 0, 8, 0);
    form->setSpacing(12);
    buildForm(form);
    buildGuards(form);
    m_windows = new ChangeWindowFields(inner);
    form->addWidget(m_windows);
    connect(m_windows, &ChangeWindowFields::edited, this, &PolicyEditor::check);
    form->addStretch(1);
    scroll->setWidget(inner);
    column->addWidget(scroll, 1);
    buildButtons(column);
    fill(m_base);
    check();
    m_name->setFocus();
}

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
    m_interval = seconds(1, this);
    m_onBreach = new QComboBox(this);
    for (const OnBreach act : {OnBreach::Hold, OnBreach::ProposeRollback, OnBreach::Rollback})
        m_onBreach->addItem(onBreachText(act));
    m_deadline = seconds(1, this);
    m_default = new QComboBox(this);
    m_default->addItems({tr("roll back"), tr("hold")});
    m_approval = new QComboBox(this);
    m_approval->addItems({tr("none"), tr("each step"), tr("steps above")});
    m_approvalAbove = new PercentSpin(this);
    m_secondPerson = new QComboBox(this);
    m_secondPerson->addItems({tr("anybody who may approve"), tr("not whoever set the target")});
    m_checks = new QLineEdit(this);
    m_newHealth = new QLineEdit(this);
    m_legacyHealth = new QLineEdit(this);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(12);
    int at = 0;
    const auto add = [&](const char *pointer, const QString &label, QWidget *editor, const QString &help) {
        grid->addWidget(addField(pointer, label, editor, help), at / 3, at % 3, Qt::AlignTop);
        ++at;
    };
    add("/policy_name", tr("Name"), m_name, tr("What operators call it."));
    add("/target_system", tr("System"), m_system, tr("The system id it covers, or * for all others."));
    add("/approval", tr("Approval"), m_approval, tr("Whether a person approves each step."));
    add("/approval_above", tr("Approval above"), m_approvalAbove, tr("Steps that end above it are asked for; smaller ones are not."));
    add("/second_person", tr("Who approves"), m_secondPerson, tr("Whether the person who set the target may approve a step."));
    add("/max_shift_percentage", tr("At most"), m_max, tr("A hard cap: the share never goes above it."));
    add("/shift_increment", tr("Step"), m_increment, tr("How much one step adds."));
    add("/steps", tr("Explicit steps"), m_steps, tr("Percentages, ascending: 1, 5, 25. Empty: by the step."));
    add("/stabilization_seconds", tr("Stabilization"), m_stabilization, tr("How long guards must hold after a step."));
    add("/interval_seconds", tr("Judged every"), m_interval, tr("How often guards are judged."));
    add("/on_breach", tr("When a guard trips"), m_onBreach, tr("A guard may say otherwise for itself."));
    add("/proposal_deadline_seconds", tr("Answer within"), m_deadline, tr("How long a proposed rollback waits for a person."));
    add("/proposal_default", tr("If nobody answers"), m_default, tr("What happens at the deadline."));
    add("/consistency_gate", tr("Consistency checks"), m_checks, tr("Names, with commas: each ≥ 99.5 % and fresh before a step. Empty: not asked."));
    add("/new_health_url", tr("Health of NEW"), m_newHealth, tr("URL asked before the first step. Empty: not asked."));
    add("/legacy_health_url", tr("Health of LEGACY"), m_legacyHealth, tr("URL asked for the way back. Empty: not asked."));
    column->addLayout(grid);
    for (QLineEdit *edit : {m_name, m_system, m_steps, m_checks, m_newHealth, m_legacyHealth})
        connect(edit, &QLineEdit::textChanged, this, &PolicyEditor::check);
    for (PercentSpin *spin : {m_max, m_increment, m_approvalAbove})
        connect(spin, &QDoubleSpinBox::valueChanged, this, &PolicyEditor::check);
    for (QSpinBox *spin : {m_stabilization, m_interval, m_deadline})
        connect(spin, &QSpinBox::valueChanged, this, &PolicyEditor::check);
    for (QComboBox *combo : {m_onBreach, m_default, m_approval, m_secondPerson})
        connect(combo, &QComboBox::currentIndexChanged, this, &PolicyEditor::check);
}

void PolicyEditor::buildGuards(QVBoxLayout *column)
{
    auto *head = new QHBoxLayout;
    head->addWidget(new TextLabel(tr("Guards"), FontRole::DetailTitle, Ink::Text, this));
    head->addWidget(new ElidingLabel(tr("each is judged over its window, and trips when so many of the last ones fail"),
                                     FontRole::Secondary, Ink::Secondary, this), 1);
    auto *add = new Button(ButtonKind::Plain, Symbol::Add, tr("Add guard"), this);
    add->setObjectName(QStringLiteral("addGuard"));
    head->addWidget(add);
    column->addLayout(head);
    m_guardRows = new QVBoxLayout;
    m_guardRows->setSpacing(6);
    column->addLayout(m_guardRows);
    connect(add, &QPushButton::clicked, this, [this] {
        Guard guard;
        guard.threshold = 99.5;
        // The first free id, so that the history of the others stays theirs.
        const ShiftPolicy now = policy();
        const auto taken = [&](const std::string &id) {
            return std::ranges::any_of(now.guards, [&](const Guard &other) { return other.id == id; });
        };
        for (int i = 1; guard.id.empty() || taken(guard.id); ++i)
            guard.id = "g" + std::to_string(i);
        addGuard(guard);
        check();
    });
}

void PolicyEditor::buildButtons(QVBoxLayout *column)
{
    m_reason = new ReasonField(ReasonField::Need::Optional, this);
    column->addWidget(m_reason);
    auto *row = new QHBoxLayout;
    m_note = new TextLabel({}, FontRole::Secondary, Ink::Secondary, this);
    m_note->setObjectName(QStringLiteral("dialogNote"));
    m_note->setWordWrap(true);
    m_cancel = new Button(tr("Cancel"), this);
    m_cancel->setObjectName(QStringLiteral("cancelButton"));
    m_save = new Button(ButtonKind::Accent, m_base.id.empty() ? tr("Create policy") : tr("Save policy"), this);
    m_save->setObjectName(QStringLiteral("savePolicy"));
    row->addWidget(m_note, 1);
    if (!m_base.id.empty()) {
        m_drill = new Button(ButtonKind::Plain, Symbol::Drill, tr("Drill…"), this);
        m_drill->setObjectName(QStringLiteral("drillUnsaved"));
        row->addWidget(m_drill);
        connect(m_drill, &QPushButton::clicked, this, &PolicyEditor::openDrill);
    }
    row->addWidget(m_cancel);
    row->addWidget(m_save);
    column->addLayout(row);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &PolicyEditor::save);
    connect(m_session, &ShiftSession::changed, this, &PolicyEditor::check);
}

void PolicyEditor::addGuard(const Guard &guard)
{
    auto *editor = new GuardEditor(guard, this);
    m_guards.push_back(editor);
    m_guardRows->addWidget(editor);
    m_guards.front()->setCaptionsVisible(true);
    connect(editor, &GuardEditor::changed, this, &PolicyEditor::check);
    connect(editor, &GuardEditor::removed, this, [this, editor] { removeGuard(editor); });
    editor->setSources(m_sources);
    connect(editor, &GuardEditor::tryAsked, this, [this, editor] { tryExpression(editor); });
}

// Once somebody comes to need them.
void PolicyEditor::askForSources()
{
    const auto needs = [](const GuardEditor *editor) { return editor->guard().metric == Metric::Promql; };
    if (m_askedForSources || !std::ranges::any_of(m_guards, needs))
        return;
    m_askedForSources = true;
    m_session->metricSources(this, [this](const Result<std::vector<std::string>> &names) {
        m_askedForSources = names.has_value(); // else the next change asks again
        if (!names)
            return;
        m_sources.clear();
        for (const std::string &name : *names)
            m_sources << toText(name);
        for (GuardEditor *editor : m_guards)
            editor->setSources(m_sources);
    });
}

void PolicyEditor::tryExpression(GuardEditor *editor)
{
    editor->setTryObstacle(tr("It is on its way."));
    editor->showTrial(tr("asked, waiting for the answer …"), true);
    m_session->tryExpression(editor->guard(), editor, [editor](const Result<ExpressionTrial> &trial) {
        editor->setTryObstacle({});
        if (trial)
            editor->showTrial(trialText(*trial), trial->error.empty() && trial->value.has_value());
        else
            editor->showTrial(errorText(trial.error()), false); // nothing was done, so nothing is in doubt
    });
}

void PolicyEditor::removeGuard(GuardEditor *editor)
{
    std::erase(m_guards, editor);
    if (!m_guards.empty())
        m_guards.front()->setCaptionsVisible(true);
    editor->deleteLater();
    editor->hide();
    check();
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

void PolicyEditor::check()
{
    if (m_save == nullptr || m_working)
        return;
    askForSources();
    std::vector<FieldError> problems = policyProblems(policy());
    m_fields["/approval_above"]->setEnabled(m_approval->currentIndex() == static_cast<int>(StepApproval::Above));
    m_fields["/second_person"]->setEnabled(m_approval->currentIndex() != static_cast<int>(StepApproval::None));
    const bool listed = !m_steps->text().trimmed().isEmpty();
    if (listed && steps().empty())
        problems.push_back({"/steps", toUtf8(tr("are percentages from 0 to 100, with commas between"))});
    if (!m_windows->areGood())
        problems.push_back({"/change_windows", toUtf8(tr("a time or a zone cannot be read"))});
    showProblems(problems);
    QString why = m_session->obstacle();
    if (why.isEmpty() && !problems.empty())
        why = tr("%n field(s) need a look first.", nullptr, static_cast<int>(problems.size()));
    m_save->setBlocked(why);
    if (m_drill != nullptr)
        m_drill->setBlocked(problems.empty() ? QString() : why);
}

void PolicyEditor::openDrill()
{
    PolicyRow row;
    row.policy = m_base;
    openDialog(new DrillDialog(m_session, row, policy(), this));
}

void PolicyEditor::showProblems(const std::vector<FieldError> &problems)
{
    std::map<std::string, QString> byField;
    std::map<int, QString> byGuard;
    QStringList others;
    m_windows->showProblems(problems);
    const auto ofWindow = [](const FieldError &problem) { return problem.pointer.starts_with("/change_windows"); };
    if (const auto found = std::ranges::find_if(problems, ofWindow); found != problems.end())
        others << tr("Change windows: %1").arg(fieldProblemText(found->message));
    for (const FieldError &problem : problems) {
        const int guard = guardIndexOf(problem.pointer);
        const std::string top = problem.pointer.substr(0, problem.pointer.find('/', 1));
        if (guard >= 0)
            byGuard[guard] += tr("%1 %2. ").arg(toText(problem.pointer.substr(problem.pointer.rfind('/') + 1)),
                                                fieldProblemText(problem.message));
        else if (ofWindow(problem))
            continue;
        else if (m_fields.contains(top))
            byField[top] = fieldProblemText(problem.message);
        else
            others << tr("%1: %2").arg(toText(problem.pointer), fieldProblemText(problem.message));
    }
    if (m_base.id.empty() && !m_name->isModified() && m_name->text().isEmpty())
        byField.erase("/policy_name"); // nobody has come to write it yet
    for (const auto &[pointer, field] : m_fields)
        field->setProblem(byField.contains(pointer) ? byField[pointer] : QString());
    for (std::size_t i = 0; i < m_guards.size(); ++i) {
        const auto found = byGuard.find(static_cast<int>(i));
        m_guards[i]->setProblem(found == byGuard.end() ? QString() : found->second.trimmed());
    }
    // The field itself may be scrolled out of sight.
    for (const auto &[pointer, problem] : byField)
        others << tr("%1: %2").arg(m_fields.at(pointer)->label(), problem);
    if (!byGuard.empty())
        others << tr("Guards: %1").arg(byGuard.begin()->second.trimmed());
    if (others.size() > 2)
        others = others.mid(0, 2) << QStringLiteral("…");
    m_note->setInk(others.isEmpty() ? Ink::Secondary : Ink::Red);
    m_note->setText(others.join(QStringLiteral(" ")));
}

void PolicyEditor::save()
{
    if (m_working)
        return;
    m_working = true;
    m_save->setBlocked(tr("It is on its way."));
    m_cancel->setBlocked(tr("It is on its way."));
    m_note->setInk(Ink::Secondary);
    m_note->setText(tr("Sent, waiting for the answer …"));
    m_session->save(policy(), m_version, m_reason->text(), this, [this](const Result<void> &result) { finish(result); });
}

void PolicyEditor::finish(const Result<void> &result)
{
    m_working = false;
    m_cancel->setBlocked({});
    if (result) {
        accept();
        return;
    }
    check();
    showProblems(result.error().fields);
    m_note->setInk(Ink::Red);
    m_note->setText(result.error().kind == ErrorKind::Stale
                        ? tr("Somebody else changed this policy meanwhile. Close, look at it again, and edit anew.")
                        : actFailedText(result.error()));
    m_save->setBlocked(m_session->obstacle());
}

void PolicyEditor::reject()
{
    if (!m_working) // its end would take the saving back, or leave nobody to tell what came of it
        QDialog::reject();
}

} // namespace crossfade
