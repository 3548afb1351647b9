// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rules/ruleeditor.h"

#include "models/items/rulewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "ui/rules/recurrencefields.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

namespace crossfade {

namespace {

const QString TimeFormat = QStringLiteral("yyyy-MM-dd HH:mm");

QLineEdit *named(QLineEdit *edit, const QString &objectName, const QString &accessible)
{
    edit->setObjectName(objectName);
    edit->setAccessibleName(accessible);
    return edit;
}

} // namespace

RuleEditor::RuleEditor(const QString &title, const RuleInput &input,
                       const std::vector<FieldError> &problems, QWidget *parent)
    : QDialog(parent)
    , m_first(input)
    , m_problems(problems)
    , m_name(named(new QLineEdit, QStringLiteral("ruleName"), tr("Name of the rule")))
    , m_target(named(new QLineEdit, QStringLiteral("ruleTarget"), tr("Who the rule is for")))
    , m_platform(new QComboBox)
    , m_priority(new QSpinBox)
    , m_from(named(new QLineEdit, QStringLiteral("ruleFrom"), tr("In force from")))
    , m_until(named(new QLineEdit, QStringLiteral("ruleUntil"), tr("In force until")))
    , m_reason(named(new QLineEdit, QStringLiteral("ruleReason"), tr("Reason of the rule")))
    , m_active(new QCheckBox(tr("Active")))
    , m_recurrence(new RecurrenceFields(input.recurrence))
{
    setObjectName(QStringLiteral("ruleEditor"));
    setWindowTitle(title);
    setMinimumWidth(520);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(16, 16, 16, 16);
    all->setSpacing(12);
    all->addWidget(new TextLabel(title, FontRole::DialogTitle));
    all->addWidget(makeForm());
    all->addWidget(makeButtons());
    fill(input);
    for (QLineEdit *edit : {m_name, m_target, m_from, m_until, m_reason})
        connect(edit, &QLineEdit::textEdited, this, &RuleEditor::touch);
    connect(m_recurrence, &RecurrenceFields::edited, this, &RuleEditor::touch);
    connect(m_recurrence, &RecurrenceFields::unfolded, this, [this] {
        // Inner layouts tell the outer ones only when asked, or much later.
        for (QWidget *part = m_recurrence; part != this; part = part->parentWidget())
            part->layout()->activate();
        adjustSize();
    });
    connect(m_priority, &QSpinBox::valueChanged, this, &RuleEditor::check);
    check();
    m_name->setFocus();
}

void RuleEditor::touch()
{
    m_problems.clear();
    m_touched = true;
    check();
}

QWidget *RuleEditor::makeForm()
{
    for (const Platform platform : {Platform::New, Platform::Legacy, Platform::Both})
        m_platform->addItem(toText(platformWord(platform)), static_cast<int>(platform));
    m_platform->setObjectName(QStringLiteral("rulePlatform"));
    m_platform->setAccessibleName(tr("Platform that serves"));
    m_priority->setRange(0, MaxRulePriority);
    m_priority->setObjectName(QStringLiteral("rulePriority"));
    m_priority->setAccessibleName(tr("Priority"));
    m_active->setObjectName(QStringLiteral("ruleActive"));

    const bool timed = m_first.kind == RuleType::Time;
    m_nameField = new FormField(tr("Name"), m_name);
    m_targetField = new FormField(m_first.kind == RuleType::System ? tr("System") : tr("User"),
                                  m_target);
    m_targetField->setVisible(!timed);
    m_priorityField = new FormField(tr("Priority"), m_priority, tr("the smaller wins"));
    const QString zone = zoneName(instantFromMs(QDateTime::currentMSecsSinceEpoch()));
    m_from->setPlaceholderText(tr("always"));
    m_until->setPlaceholderText(tr("for ever"));
    m_fromField = new FormField(tr("From"), m_from, tr("2026-11-21 14:00, %1").arg(zone));
    m_untilField = new FormField(tr("Until"), m_until, tr("not included"));
    m_reasonField = new FormField(tr("Reason"), m_reason, tr("returned with each decision"));

    auto *form = new QWidget;
    auto *rows = new QVBoxLayout(form);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(8);
    rows->addWidget(m_nameField);
    rows->addWidget(m_targetField);
    auto *pair = new QHBoxLayout;
    pair->setSpacing(12);
    pair->addWidget(new FormField(tr("Serves"), m_platform), 1, Qt::AlignTop);
    pair->addWidget(m_priorityField, 1, Qt::AlignTop);
    rows->addLayout(pair);
    auto *window = new QHBoxLayout;
    window->setSpacing(12);
    window->addWidget(m_fromField, 1, Qt::AlignTop);
    window->addWidget(m_untilField, 1, Qt::AlignTop);
    rows->addLayout(window);
    m_recurrence->setVisible(timed);
    rows->addWidget(m_recurrence);
    rows->addWidget(m_reasonField);
    rows->addWidget(m_active);
    return form;
}

QWidget *RuleEditor::makeButtons()
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 4, 0, 0);
    row->setSpacing(8);
    row->addWidget(new ElidingLabel(tr("Kept here until you save.")), 1);
    auto *cancel = new Button(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("ruleCancel"));
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    m_ok = new Button(ButtonKind::Accent, tr("Keep edit"));
    m_ok->setObjectName(QStringLiteral("ruleOk"));
    m_ok->setDefault(true);
    connect(m_ok, &QPushButton::clicked, this, &QDialog::accept);
    row->addWidget(cancel);
    row->addWidget(m_ok);
    return bar;
}

void RuleEditor::fill(const RuleInput &input)
{
    const auto time = [](const std::optional<Instant> &at) {
        return at ? localDateTime(*at).toString(TimeFormat) : QString();
    };
    m_name->setText(toText(input.name));
    m_target->setText(toText(input.target));
    m_platform->setCurrentIndex(m_platform->findData(static_cast<int>(input.platform)));
    m_priority->setValue(input.priority);
    m_from->setText(time(input.window.start));
    m_until->setText(time(input.window.end));
    m_reason->setText(toText(input.reason));
    m_active->setChecked(input.active);
}

std::optional<Instant> RuleEditor::timeOf(const QLineEdit *edit, bool &good) const
{
    const QString text = edit->text().trimmed();
    good = true;
    if (text.isEmpty())
        return std::nullopt;
    QDateTime at = QDateTime::fromString(text, TimeFormat);
    if (!at.isValid())
        at = QDateTime::fromString(text, Qt::ISODate);
    good = at.isValid();
    return good ? std::optional<Instant>(instantFromMs(at.toMSecsSinceEpoch())) : std::nullopt;
}

RuleInput RuleEditor::input() const
{
    RuleInput input = m_first;
    bool good = true;
    input.name = toUtf8(m_name->text().trimmed());
    input.target = input.kind == RuleType::Time ? std::string() : toUtf8(m_target->text().trimmed());
    input.platform = static_cast<Platform>(m_platform->currentData().toInt());
    input.priority = m_priority->value();
    input.reason = toUtf8(m_reason->text().trimmed());
    input.active = m_active->isChecked();
    if (input.kind == RuleType::Time)
        input.recurrence = m_recurrence->recurrence();
    // What was not touched keeps its milliseconds, which the fields do not show.
    const auto same = [](const QLineEdit *edit, const std::optional<Instant> &at) {
        return at && edit->text() == localDateTime(*at).toString(TimeFormat);
    };
    if (!same(m_from, m_first.window.start))
        input.window.start = timeOf(m_from, good);
    if (!same(m_until, m_first.window.end))
        input.window.end = timeOf(m_until, good);
    return input;
}

void RuleEditor::check()
{
    const std::vector<FieldError> local = ruleProblems(input());
    const auto show = [&](FormField *field, std::string_view pointer) {
        std::string message = problemAt(m_problems, pointer);
        if (message.empty())
            message = problemAt(local, pointer);
        // An empty new form does not begin by scolding.
        field->setProblem(message == "EMPTY" && !m_touched ? QString() : ruleFieldText(message));
    };
    show(m_nameField, "/config_name");
    show(m_targetField, "/target_entity");
    show(m_priorityField, "/priority");
    show(m_reasonField, "/reason");
    show(m_untilField, "/end_time");
    show(m_fromField, "/start_time");
    std::vector<FieldError> all = m_problems;
    all.insert(all.end(), local.begin(), local.end());
    m_recurrence->showProblems(all);
    const bool good = timesAreGood();
    m_recurrence->setNext(local.empty() && good
                              ? nextChangeText(input(), instantFromMs(QDateTime::currentMSecsSinceEpoch()))
                              : QString());
    m_ok->setBlocked(local.empty() && good ? QString() : tr("The form still has a field that is not right."));
}

bool RuleEditor::timesAreGood()
{
    bool fromGood = true;
    bool untilGood = true;
    timeOf(m_from, fromGood);
    timeOf(m_until, untilGood);
    if (!fromGood)
        m_fromField->setProblem(tr("a time like 2026-11-21 14:00"));
    if (!untilGood)
        m_untilField->setProblem(tr("a time like 2026-11-21 14:00"));
    return fromGood && untilGood && m_recurrence->isGood();
}

} // namespace crossfade
