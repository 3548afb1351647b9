// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the Traffic shift page asks before it acts.
#include "models/items/policywords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/approvals/previewfacts.h"
#include "ui/approvals/rollbackdialog.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/fields.h"
#include "ui/shared/pane.h"
#include "ui/shared/reasondialog.h"
#include "ui/shift/drilldialog.h"
#include "ui/shift/policyeditor.h"
#include "ui/shift/shiftpage.h"

#include <QDateTime>
#include <QLineEdit>
#include <QPointer>
#include <QVBoxLayout>

#include <memory>

namespace crossfade {

namespace {

const QString StartFormat = QStringLiteral("yyyy-MM-dd HH:mm");

// Opens a dialog that asks why and tells what came of it.
ReasonDialog *ask(QWidget *parent, const ReasonDialog::Words &words,
                  const std::function<void(const QString &, ReasonDialog *)> &work)
{
    auto holder = std::make_shared<QPointer<ReasonDialog>>();
    auto *dialog = new ReasonDialog(
        words, [work, holder](const QString &reason) { work(reason, holder->data()); }, parent);
    *holder = dialog;
    return dialog;
}

ShiftSession::Done tell(ReasonDialog *dialog)
{
    return [dialog](const Result<void> &result) {
        if (result)
            dialog->succeed();
        else
            dialog->fail(actFailedText(result.error()));
    };
}

// A question that is not true any more takes no yes, not even when it seems true again later.
void watch(ReasonDialog *dialog, ShiftSession *session, const std::string &id,
           const std::function<bool(const ShiftRow &)> &holds)
{
    QObject::connect(session, &ShiftSession::changed, dialog, [dialog, session, id, holds] {
        const PolicyRow *now = session->policies()->find(id);
        if (now == nullptr || !holds(now->shift))
            dialog->setBlocked(ShiftPage::tr("It changed meanwhile. Close this and look again."));
    });
}

QDateTime startExample()
{
    return QDateTime(QDate::currentDate().addDays(1), QTime(22, 0));
}

// When it starts, if not now. The button says which of the two it does.
void addStart(ReasonDialog *dialog, QLineEdit *start, const QString &atOnce)
{
    const QDateTime example = startExample();
    start->setObjectName(QStringLiteral("startAt"));
    start->setAccessibleName(ShiftPage::tr("Start at"));
    start->setPlaceholderText(ShiftPage::tr("now"));
    auto *field = new FormField(ShiftPage::tr("Start at"), start,
                                ShiftPage::tr("%1, %2; empty: now").arg(example.toString(StartFormat), zoneName(instantFromMs(example.toMSecsSinceEpoch()))));
    dialog->extras()->addWidget(field);
    QObject::connect(start, &QLineEdit::textChanged, dialog, [dialog, field, start, atOnce, example] {
        const QString text = start->text().trimmed();
        const bool waits = QDateTime::fromString(text, StartFormat).isValid();
        field->setProblem(text.isEmpty() || waits ? QString() : ShiftPage::tr("a time like %1").arg(example.toString(StartFormat)));
        dialog->setProgress({}); // what was said was of another time
        dialog->confirmButton()->setText(waits ? ShiftPage::tr("Start it then") : atOnce);
    });
}

// What stands before the walk of a policy that takes users over; empty where it takes nobody over.
QString takeoverText(ShiftSession &session, const PolicyRow &row)
{
    if (row.shift.state != "DRAFT" || row.policy.targetSystem == "*")
        return {};
    for (const PolicyRow &other : session.policies()->rows()) {
        const bool covers = other.shift.state != "DRAFT" && other.shift.state != "SCHEDULED" && other.shift.state != "FINALIZED";
        if (other.policy.targetSystem == "*" && covers)
            return ShiftPage::tr("It takes over its system from “%1” for all others, at the same %2 and with the same users: in that moment nobody moves.")
                .arg(toText(other.policy.name), shortPercent(other.shift.percentage));
    }
    return {};
}

ReasonDialog::Words wordsOf(ShiftCommand command, const PolicyRow &row)
{
    const QString name = toText(row.policy.name);
    const QString share = shortPercent(row.shift.percentage);
    if (command == ShiftCommand::Suspend && row.shift.state == "SCHEDULED")
        return {ShiftPage::tr("Call off the start of %1?").arg(name),
                ShiftPage::tr("It is a draft again and serves nobody until somebody starts it."), ShiftPage::tr("Call off")};
    if (command == ShiftCommand::Suspend)
        return {ShiftPage::tr("Suspend %1?").arg(name),
                ShiftPage::tr("The shift stops at %1 and acts on nothing until somebody resumes it. Guards go on being judged and shown.").arg(share),
                ShiftPage::tr("Suspend")};
    if (command == ShiftCommand::Resume)
        return {ShiftPage::tr("Resume %1?").arg(name),
                ShiftPage::tr("The shift goes on from %1; stabilization starts anew and guards count from zero.").arg(share),
                ShiftPage::tr("Resume")};
    return {ShiftPage::tr("Finalize %1?").arg(name),
            ShiftPage::tr("The share of %1 becomes a rule and the policy ends. There is no way back out of it but a new policy.").arg(share),
            ShiftPage::tr("Finalize")};
}

} // namespace

void ShiftPage::askCommand(ShiftCommand command)
{
    const PolicyRow *row = m_session->selected();
    if (row == nullptr)
        return;
    ReasonDialog *dialog = ask(this, wordsOf(command, *row),
        [this, id = row->policy.id, command](const QString &reason, ReasonDialog *self) {
            m_session->act(id, command, reason, self, tell(self));
        });
    watch(dialog, m_session, row->policy.id, [command, told = row->shift](const ShiftRow &now) {
        return holdsForCommand(command, told, now);
    });
    openDialog(dialog);
}

void ShiftPage::askOverride(const QString &gate)
{
    const PolicyRow *row = m_session->selected();
    if (row == nullptr)
        return;
    const QString name = gateText(toUtf8(gate));
    ReasonDialog *dialog = ask(this,
        {tr("Override the gate “%1”?").arg(name),
         tr("For the next step of %1 only, this gate no longer has to be open. The override is kept in the audit.").arg(toText(row->policy.name)),
         tr("Override")},
        [this, id = row->policy.id, gate](const QString &reason, ReasonDialog *self) {
            m_session->overrideGate(id, toUtf8(gate), reason, self, tell(self));
        });
    watch(dialog, m_session, row->policy.id, [told = row->shift](const ShiftRow &now) {
        return holdsForCommand(ShiftCommand::Override, told, now);
    });
    openDialog(dialog);
}

void ShiftPage::askApply(double target)
{
    const PolicyRow *row = m_session->selected();
    if (row == nullptr)
        return;
    const QString name = toText(row->policy.name);
    const QString takeover = takeoverText(*m_session, *row);
    const QString walk = takeover.isEmpty()
        ? tr("The runner raises the share from %1 step by step, and only while every guard holds.").arg(shortPercent(row->shift.percentage))
        : tr("%1 From there the runner raises the share step by step, and only while every guard holds.").arg(takeover);
    ReasonDialog::Words words{tr("Walk %1 to %2?").arg(name, shortPercent(target)), walk,
                              tr("Apply target %1").arg(shortPercent(target)), ButtonKind::Accent, ReasonField::Need::Optional};
    // Only what was not started can still wait for a time.
    const bool canWait = row->shift.state == "DRAFT" || row->shift.state == "SCHEDULED";
    auto *start = canWait ? new QLineEdit : nullptr;
    ReasonDialog *dialog = ask(this, words, [this, id = row->policy.id, target, start](const QString &reason, ReasonDialog *self) {
        const QString text = start != nullptr ? start->text().trimmed() : QString();
        const QDateTime at = QDateTime::fromString(text, StartFormat);
        if (!text.isEmpty() && !at.isValid())
            self->fail(tr("The start must be a time like %1, or empty for now.").arg(startExample().toString(StartFormat)));
        else
            m_session->applyTarget(id, target, reason, self, tell(self),
                                   text.isEmpty() ? std::nullopt : std::optional(instantFromMs(at.toMSecsSinceEpoch())));
    });
    if (start != nullptr)
        addStart(dialog, start, words.confirm);
    watch(dialog, m_session, row->policy.id, [target, told = row->shift](const ShiftRow &now) {
        return holdsForTarget(told, now, target);
    });
    auto *pane = new Pane(tr("Preview"), dialog);
    pane->setSubtitle(tr("being computed …"));
    auto *facts = new FactList(pane);
    facts->setObjectName(QStringLiteral("applyFacts"));
    facts->setFacts({{Glyph::Circle, tr("users"), tr("being counted …"), false, true, false}});
    pane->body()->addWidget(facts);
    dialog->extras()->addWidget(pane);
    m_session->preview({row->policy.id}, target, dialog, [pane, facts](const Result<RulePreview> &preview) {
        pane->setSubtitle(preview ? tr("from the directory, once the target is reached") : tr("not available"));
        if (preview)
            facts->setFacts(previewFacts(*preview, false));
        else
            facts->setFacts({{Glyph::Question, tr("unknown"), errorText(preview.error()), false, false, false}});
    });
    openDialog(dialog);
}

void ShiftPage::openRollBack(double target)
{
    auto *dialog = new RollBackDialog(m_session, m_session->selectedId(), this);
    dialog->setTarget(target);
    if (m_split != nullptr)
        dialog->follow(m_split);
    openDialog(dialog);
}

void ShiftPage::openEditor(bool fresh)
{
    const PolicyRow *row = fresh ? nullptr : m_session->selected();
    openDialog(new PolicyEditor(m_session, row, this));
}

void ShiftPage::openDrill()
{
    if (const PolicyRow *row = m_session->selected())
        openDialog(new DrillDialog(m_session, *row, std::nullopt, this));
}

void ShiftPage::askDelete()
{
    const PolicyRow *row = m_session->selected();
    if (row == nullptr)
        return;
    ReasonDialog *dialog = ask(this,
        {tr("Delete %1?").arg(toText(row->policy.name)),
         tr("The policy and its guards go; its history stays in the audit. It serves nobody on NEW, so nobody moves."), tr("Delete")},
        [this, id = row->policy.id](const QString &reason, ReasonDialog *self) {
            m_session->remove(id, reason, self, tell(self));
        });
    watch(dialog, m_session, row->policy.id, [](const ShiftRow &now) { return isDeletable(now); });
    openDialog(dialog);
}

} // namespace crossfade
