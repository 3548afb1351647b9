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
#include "ui/shift/changewindowfields.h"
#include "ui/shift/drilldialog.h"
#include "ui/shift/guardeditor.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

constexpr int Width = 960;
constexpr int Height = 680;

// "guards/0/threshold" -> 0; -1 for others.
int guardIndexOf(const std::string &pointer)
{
    const QStringList parts = toText(pointer).split(QLatin1Char('/'), Qt::SkipEmptyParts);
    bool number = false;
    const int index = parts.size() > 1 && parts.first() == QLatin1String("guards") ? parts.at(1).toInt(&number) : -1;
    return number ? index : -1;
}

// Behind `before` comes what is in `part`, in the order it has; the last of it.
QWidget *tabsThrough(QWidget *before, const QWidget *part)
{
    QList<QWidget *> inside;
    for (QWidget *next = before->nextInFocusChain(); next != before; next = next->nextInFocusChain())
        if (part->isAncestorOf(next) && (next->focusPolicy() & Qt::TabFocus) != 0 && next->focusProxy() == nullptr)
            inside << next;
    for (QWidget *next : std::as_const(inside)) {
        QWidget::setTabOrder(before, next);
        before = next;
    }
    return before;
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
    // Queued: first it is laid out.
    connect(m_windows, &ChangeWindowFields::added, scroll,
            [scroll](QWidget *row) { scroll->ensureWidgetVisible(row, 0, 16); }, Qt::QueuedConnection);
    connect(m_windows, &ChangeWindowFields::added, this, &PolicyEditor::orderTabs);
    form->addStretch(1);
    scroll->setWidget(inner);
    column->addWidget(scroll, 1);
    buildButtons(column);
    fill(m_base);
    orderTabs();
    check();
    m_name->setFocus();
}

void PolicyEditor::buildGuards(QVBoxLayout *column)
{
    auto *head = new QHBoxLayout;
    head->addWidget(new TextLabel(tr("Guards"), FontRole::DetailTitle, Ink::Text, this));
    head->addWidget(new ElidingLabel(tr("each is judged over its window, and trips when so many of the last ones fail"),
                                     FontRole::Secondary, Ink::Secondary, this), 1);
    m_addGuard = new Button(ButtonKind::Plain, Symbol::Add, tr("Add guard"), this);
    m_addGuard->setObjectName(QStringLiteral("addGuard"));
    head->addWidget(m_addGuard);
    column->addLayout(head);
    m_guardRows = new QVBoxLayout;
    m_guardRows->setSpacing(6);
    column->addLayout(m_guardRows);
    connect(m_addGuard, &QPushButton::clicked, this, [this] {
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
        orderTabs();
        check();
    });
}

// Rows that come later are last in Qt's order, behind the buttons.
void PolicyEditor::orderTabs()
{
    QWidget::setTabOrder(m_checks, m_addGuard);
    QWidget *at = m_addGuard;
    for (GuardEditor *guard : m_guards)
        at = tabsThrough(at, guard);
    at = tabsThrough(tabsThrough(at, m_windows), m_reason);
    for (Button *button : {m_drill, m_cancel, m_save})
        if (button != nullptr) {
            QWidget::setTabOrder(at, button);
            at = button;
        }
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
