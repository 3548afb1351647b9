// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approvals/rollbackdialog.h"

#include "models/items/policywords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/approvals/splitbar.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"

#include <QDateTime>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr int Width = 680;
constexpr int MostSegments = 4; // policies named one by one; more go into "Everything"
constexpr int PreviewDelayMs = 200;

// A share of all known users, judged by what the policies ask; the strip tells the measured one.
double weighted(const std::vector<PolicyRow> &rows)
{
    if (rows.empty()) return 0;
    double sum = 0;
    for (const PolicyRow &row : rows)
        sum += row.shift.percentage;
    return sum / static_cast<double>(rows.size());
}

TextLabel *fact(QWidget *parent, const char *objectName)
{
    auto *label = new TextLabel(QStringLiteral("—"), FontRole::Body, Ink::Text, parent);
    label->setWordWrap(true);
    label->setObjectName(QLatin1String(objectName));
    return label;
}

} // namespace

RollBackDialog::RollBackDialog(ShiftSession *session, const std::string &policyId, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_what(new Segmented(this))
    , m_target(new QDoubleSpinBox(this))
    , m_how(new Segmented(this))
    , m_pane(nullptr)
    , m_reason(new ReasonField(ReasonField::Need::Required, this))
    , m_note(new TextLabel({}, FontRole::Secondary, Ink::Secondary, this))
    , m_cancel(new Button(tr("Cancel"), this))
    , m_confirm(new Button(ButtonKind::RedFill, Symbol::Undo, {}, this))
    , m_previewTimer(new QTimer(this))
{
    setObjectName(QStringLiteral("rollBackDialog"));
    setWindowTitle(tr("Roll back"));
    setMinimumWidth(Width);
    build();
    fillChoices(policyId);
    m_previewTimer->setSingleShot(true);
    m_previewTimer->setInterval(PreviewDelayMs);
    connect(m_previewTimer, &QTimer::timeout, this, &RollBackDialog::askPreview);
    connect(m_what, &Segmented::currentChanged, this, &RollBackDialog::onChoice);
    connect(m_how, &Segmented::currentChanged, this, &RollBackDialog::updateWords);
    connect(m_target, &QDoubleSpinBox::valueChanged, this, &RollBackDialog::onChoice);
    connect(m_reason, &ReasonField::changed, this, &RollBackDialog::updateWords);
    connect(m_session, &ShiftSession::changed, this, &RollBackDialog::updateWords);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_confirm, &QPushButton::clicked, this, &RollBackDialog::confirm);
    onChoice();
    m_reason->edit()->setFocus();
}

void RollBackDialog::build()
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(10);
    column->addWidget(new TextLabel(tr("Roll back traffic to LEGACY"), FontRole::DialogTitle, Ink::Text, this));
    column->addWidget(new TextLabel(tr("Needs no guard, window or second person. Works while other pages are "
                                       "loading or broken."),
                                    FontRole::Body, Ink::Secondary, this));
    m_what->setAccessibleName(tr("What to roll back"));
    m_target->setObjectName(QStringLiteral("rollBackTarget"));
    m_target->setAccessibleName(tr("Percentage that stays on NEW"));
    m_target->setRange(0, 100);
    m_target->setDecimals(2);
    m_target->setSuffix(QString(NarrowSpace) + QLatin1Char('%'));
    m_target->setFixedWidth(110);
    m_how->addSegment(tr("At once"), QStringLiteral("rollBackAtOnce"));
    m_how->addSegment(tr("By steps"), QStringLiteral("rollBackBySteps"));
    m_how->setCurrentIndex(0);
    m_how->setAccessibleName(tr("How to roll back"));
    auto *form = new QGridLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->setColumnMinimumWidth(0, 84);
    form->setColumnStretch(2, 1);
    const auto label = [&](const QString &text) { return new TextLabel(text, FontRole::Body, Ink::Secondary, this); };
    form->addWidget(label(tr("What")), 0, 0);
    form->addWidget(m_what, 0, 1, 1, 2, Qt::AlignLeft);
    form->addWidget(label(tr("To")), 1, 0);
    form->addWidget(m_target, 1, 1);
    form->addWidget(label(tr("of traffic stays on NEW")), 1, 2);
    form->addWidget(label(tr("How")), 2, 0);
    form->addWidget(m_how, 2, 1, 1, 2, Qt::AlignLeft);
    column->addLayout(form);
    column->addWidget(buildPreview());
    m_reason->setLabel(tr("Reason (needed, kept in the audit)"));
    column->addWidget(m_reason);
    auto *row = new QHBoxLayout;
    m_note->setObjectName(QStringLiteral("dialogNote"));
    m_note->setWordWrap(true);
    m_cancel->setObjectName(QStringLiteral("cancelButton"));
    m_confirm->setObjectName(QStringLiteral("rollBackConfirm"));
    m_cancel->setAutoDefault(false);
    m_confirm->setAutoDefault(false);
    row->addWidget(m_note, 1);
    row->addWidget(m_cancel);
    row->addWidget(m_confirm);
    column->addLayout(row);
}

QWidget *RollBackDialog::buildPreview()
{
    m_pane = new Pane(tr("Preview"), this);
    auto *content = new QWidget(m_pane);
    auto *grid = new QGridLayout(content);
    grid->setContentsMargins(12, 10, 12, 10);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(6);
    m_nowBar = new SplitBar(content);
    m_afterBar = new SplitBar(content);
    m_nowText = new TextLabel({}, FontRole::Strong, Ink::Fresh, content);
    m_afterText = new TextLabel({}, FontRole::Strong, Ink::Fresh, content);
    const auto bar = [&](int row, const QString &name, SplitBar *split, TextLabel *text) {
        grid->addWidget(new TextLabel(name, FontRole::Secondary, Ink::Secondary, content), row, 0);
        grid->addWidget(split, row, 1);
        grid->addWidget(text, row, 2);
    };
    bar(0, tr("now"), m_nowBar, m_nowText);
    bar(1, tr("after"), m_afterBar, m_afterText);
    auto *line = new Hairline(Qt::Horizontal, content);
    grid->addWidget(line, 2, 0, 1, 3);
    m_back = fact(content, "rollBackUsers");
    m_stay = fact(content, "rollBackStay");
    m_writes = fact(content, "rollBackWrites");
    m_shifts = fact(content, "rollBackShifts");
    int row = 3;
    for (TextLabel *text : {m_back, m_stay, m_writes, m_shifts})
        grid->addWidget(text, row++, 0, 1, 3);
    grid->setColumnStretch(1, 1);
    m_pane->setContent(content);
    return m_pane;
}

void RollBackDialog::fillChoices(const std::string &policyId)
{
    for (const PolicyRow &row : m_session->policies()->rows()) {
        const bool wanted = row.policy.id == policyId;
        if (!fitsState(ShiftCommand::Rollback, row.shift)) continue;
        if (static_cast<int>(m_choices.size()) >= MostSegments && !wanted) continue;
        m_choices.push_back({row.policy.id, toText(row.policy.name), row.shift.percentage});
    }
    int current = static_cast<int>(m_choices.size());
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        const Choice &choice = m_choices[i];
        m_what->addSegment(tr("%1 %2").arg(choice.name, shortPercent(choice.percentage)));
        if (choice.id == policyId) current = static_cast<int>(i);
    }
    m_what->addSegment(tr("Everything"), QStringLiteral("rollBackEverything"));
    m_what->setCurrentIndex(current);
}

bool RollBackDialog::everything() const
{
    return m_what->currentIndex() < 0 || m_what->currentIndex() >= static_cast<int>(m_choices.size());
}

std::vector<RollBackDialog::Choice> RollBackDialog::chosen() const
{
    if (!everything()) return {m_choices[static_cast<std::size_t>(m_what->currentIndex())]};
    std::vector<Choice> all;
    for (const PolicyRow &row : m_session->policies()->rows()) {
        if (fitsState(ShiftCommand::Rollback, row.shift))
            all.push_back({row.policy.id, toText(row.policy.name), row.shift.percentage});
    }
    return all;
}

void RollBackDialog::onChoice()
{
    m_previewTimer->start();
    updateWords();
}

void RollBackDialog::askPreview()
{
    std::vector<std::string> ids;
    for (const Choice &choice : chosen()) {
        if (choice.percentage > m_target->value()) ids.push_back(choice.id);
    }
    const int generation = ++m_previewGeneration;
    if (ids.empty()) {
        m_pane->setSubtitle(tr("nobody moves"));
        return;
    }
    m_pane->setSubtitle(tr("is being computed …"));
    m_session->preview(ids, m_target->value(), this, [this, generation](const Result<RulePreview> &preview) {
        if (generation == m_previewGeneration) showPreview(preview);
    });
}

void RollBackDialog::showPreview(const Result<RulePreview> &preview)
{
    if (!preview) {
        // Rolling back does not depend on knowing whom it moves.
        m_pane->setSubtitle(tr("not known: %1 Rolling back works all the same.").arg(errorText(preview.error())));
        return;
    }
    m_pane->setSubtitle(tr("computed %1 from the directory, %2 known users")
                            .arg(QTime::currentTime().toString(QStringLiteral("HH:mm:ss")),
                                 countText(preview->knownUsers)));
    m_back->setText(tr("%1 users move back to LEGACY").arg(countText(preview->toLegacy.count)));
    const QString stay = preview->toNew.count > 0 ? tr("%1 users move to NEW").arg(countText(preview->toNew.count))
                                                  : tr("No user moves to NEW");
    m_stay->setText(stay);
    m_writes->setText(preview->strandedWrites
                          ? tr("%1 writes on NEW are not yet synced back").arg(countText(*preview->strandedWrites))
                          : tr("Writes on NEW not yet synced back: unknown, no sync runs"));
}

void RollBackDialog::updateWords()
{
    const std::vector<Choice> choices = chosen();
    double most = 0;
    QStringList names;
    for (const Choice &choice : choices) {
        most = std::max(most, choice.percentage);
        names << choice.name;
    }
    const double target = m_target->value();
    const double now = everything() ? weighted(m_session->policies()->rows()) : most;
    const double after = std::min(now, target);
    m_nowBar->setShareOfNew(now);
    m_afterBar->setShareOfNew(after);
    m_nowText->setText(tr("%1 NEW").arg(shortPercent(now)));
    m_afterText->setText(tr("%1 NEW").arg(shortPercent(after)));
    m_shifts->setText(names.isEmpty() ? tr("No shift is under way; the master switch goes to OFF if it is NEW")
                                      : tr("Stop and become ROLLED BACK: %1").arg(names.join(QStringLiteral(", "))));
    const QString to = shortPercent(target);
    m_confirm->setText(everything() ? tr("Roll back everything to %1").arg(to)
                                    : tr("Roll back %1 to %2").arg(names.value(0), to));
    QString why;
    if (m_working)
        why = tr("It is on its way.");
    else if (!m_reason->isValid())
        why = tr("Say why first.");
    m_confirm->setBlocked(why);
    if (m_note->text().isEmpty() || m_note->ink() == Ink::Secondary) {
        m_note->setInk(Ink::Secondary);
        m_note->setText(m_working ? tr("Sent, waiting for the answer …")
                                  : tr("Ctrl+Enter confirms. Enter alone does nothing."));
    }
}

void RollBackDialog::confirm()
{
    if (m_working || !m_reason->isValid()) return;
    RollbackOrder order;
    order.everything = everything();
    if (!order.everything) order.policyIds = {chosen().front().id};
    order.target = m_target->value();
    order.stepwise = m_how->currentIndex() == 1;
    order.reason = toUtf8(m_reason->text());
    m_working = true;
    m_note->setInk(Ink::Secondary);
    updateWords();
    m_session->rollBack(order, this, [this](const Result<RollbackOutcome> &outcome) { onAnswer(outcome); });
}

void RollBackDialog::onAnswer(const Result<RollbackOutcome> &outcome)
{
    m_working = false;
    if (outcome) {
        accept();
        return;
    }
    // What was typed stays: the next try is one key away.
    m_note->setInk(Ink::Red);
    m_note->setText(tr("Not rolled back: %1").arg(errorText(outcome.error())));
    updateWords();
}

void RollBackDialog::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (event->modifiers() & Qt::ControlModifier) confirm();
        return;
    }
    QDialog::keyPressEvent(event);
}

} // namespace crossfade
