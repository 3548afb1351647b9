// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/markedbar.h"

#include "models/items/text.h"
#include "ui/repairs/assigndialog.h"
#include "ui/repairs/repairtallyfacts.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/labels.h"
#include "ui/shared/reasondialog.h"

#include <QHBoxLayout>
#include <QPointer>
#include <QVBoxLayout>

#include <memory>
#include <utility>

namespace crossfade {

namespace {

constexpr std::size_t RefusalsShown = 3;

RepairAct actOf(RepairVerdict verdict)
{
    switch (verdict) {
    case RepairVerdict::Approve: return RepairAct::Approve;
    case RepairVerdict::Reject: return RepairAct::Reject;
    case RepairVerdict::Undo: return RepairAct::Undo;
    }
    return RepairAct::Approve;
}

} // namespace

MarkedBar::MarkedBar(RepairsSession *session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_queue(new RepairQueue(session, this))
    , m_text(new ElidingLabel)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_text->setObjectName(QStringLiteral("markedText"));
    row->addWidget(m_text, 1);
    const auto button = [&](const QString &text, const char *name, auto act) {
        auto *made = new Button(text);
        made->setObjectName(QString::fromLatin1(name));
        connect(made, &QPushButton::clicked, this, act);
        row->addWidget(made);
        return made;
    };
    m_stop = button(tr("Stop"), "markedStop", [this] { m_queue->stop(); });
    m_clear = button({}, "markedClear", [this] { m_session->model()->clearMarks(); });
    m_clear->setSymbol(Symbol::Cross); // the count beside it needs the room
    m_clear->setAccessibleName(tr("Unmark"));
    m_clear->setToolTip(tr("Unmark"));
    m_undo = button(tr("Undo…"), "markedUndo", [this] { ask(RepairVerdict::Undo); });
    m_assign = button(tr("Assign…"), "markedAssign", [this] { assign(); });
    m_reject = button(tr("Reject…"), "markedReject", [this] { ask(RepairVerdict::Reject); });
    m_approve = button(tr("Approve…"), "markedApprove", [this] { ask(RepairVerdict::Approve); });
    connect(m_session->model(), &RepairModel::marksChanged, this, [this] {
        m_told = m_told && m_session->model()->markCount() > 0 && m_queue->isRunning();
        sync();
    });
    connect(m_session, &RepairsSession::changed, this, &MarkedBar::sync);
    connect(m_queue, &RepairQueue::progressed, this, &MarkedBar::onProgress);
    connect(m_queue, &RepairQueue::finished, this, &MarkedBar::onEnd);
    sync();
}

void MarkedBar::say(const QString &text, bool red)
{
    m_text->setInk(red ? Ink::Red : Ink::Secondary);
    m_text->setText(text);
}

std::vector<std::string> MarkedBar::takers(RepairVerdict verdict, RepairTally &tally) const
{
    const RepairModel *model = m_session->model();
    std::vector<RepairRow> rows;
    std::vector<std::string> ids;
    const InboxOwner owner = m_session->owner();
    RepairTally left;
    for (const std::string &id : model->marked()) {
        const RepairRow *row = model->rowOf(toText(id));
        if (!row)
            continue;
        rows.push_back(*row);
        if (takesVerdict(*row, verdict, owner, left))
            ids.push_back(id);
    }
    tally = tallyOf(rows, verdict, owner);
    return ids;
}

void MarkedBar::sync()
{
    const int marked = m_session->model()->markCount();
    const bool running = m_queue->isRunning();
    m_stop->setVisible(running);
    m_clear->setVisible(marked > 0 && !running);
    // What was refused is read before something else is tried: any mark brings the buttons back.
    for (Button *act : {m_undo, m_assign, m_reject, m_approve})
        act->setVisible(marked > 0 && !running && !m_told);
    if (!running && !m_told)
        say(marked >= static_cast<int>(RepairModel::MaxMarked)
                ? tr("%1 marked: more cannot be at once, decide by filter").arg(marked)
            : marked > 0 ? tr("%1 marked").arg(marked)
                         : tr("↑ ↓ select   Space mark   Ctrl+A mark all   A approve   L later   R reject   S assign   U undo"),
            false);
    if (marked == 0)
        return;
    const QString why = m_session->decisionObstacle();
    RepairTally none;
    const auto block = [&](Button *button, RepairVerdict verdict, const QString &nothing) {
        button->setBlocked(!why.isEmpty() ? why : takers(verdict, none).empty() ? nothing : QString());
    };
    block(m_approve, RepairVerdict::Approve, tr("None of them can be approved by you."));
    block(m_reject, RepairVerdict::Reject, tr("None of them can be rejected."));
    block(m_undo, RepairVerdict::Undo, tr("None of them can be undone by you."));
    m_assign->setBlocked(m_session->assignObstacle());
}

void MarkedBar::ask(RepairVerdict verdict)
{
    RepairTally tally;
    const std::vector<std::string> ids = takers(verdict, tally);
    if (ids.empty() || m_queue->isRunning())
        return;
    const int count = static_cast<int>(ids.size());
    ReasonDialog::Words words{{}, verdictEffect(verdict), {}, ButtonKind::Accent, ReasonField::Need::Required};
    switch (verdict) {
    case RepairVerdict::Approve:
        words.title = tr("Approve %1 marked repairs?").arg(count);
        words.confirm = tr("Approve %1 and run").arg(count);
        break;
    case RepairVerdict::Reject:
        words.title = tr("Reject %1 marked repairs?").arg(count);
        words.confirm = tr("Reject %1").arg(count);
        break;
    case RepairVerdict::Undo:
        words.title = tr("Undo %1 marked repairs?").arg(count);
        words.confirm = tr("Undo %1").arg(count);
        break;
    }
    const auto holder = std::make_shared<QPointer<ReasonDialog>>();
    auto *dialog = new ReasonDialog(
        words,
        [this, holder, ids, verdict](const QString &reason) {
            start(ids, {actOf(verdict), reason, {}, {}, {}, {}});
            if (*holder)
                (*holder)->succeed(); // the bar goes on telling
        },
        this);
    *holder = dialog;
    dialog->setObjectName(QStringLiteral("markedDialog"));
    auto *facts = new FactList;
    facts->setObjectName(QStringLiteral("markedFacts"));
    facts->setFacts(tallyFacts(tally, verdict));
    dialog->extras()->addWidget(facts);
    openDialog(dialog);
}

void MarkedBar::assign()
{
    const std::vector<std::string> ids = m_session->model()->marked();
    auto *dialog = new AssignDialog(m_session->subject(), static_cast<int>(ids.size()), this);
    connect(dialog, &QDialog::accepted, this, [this, dialog, ids] {
        start(ids, {RepairAct::Assign, {}, {}, dialog->person(), dialog->role(), {}});
    });
    openDialog(dialog);
}

void MarkedBar::start(std::vector<std::string> ids, const RepairOrder &order)
{
    m_told = true;
    m_queue->start(std::move(ids), order);
    onProgress();
    sync();
}

void MarkedBar::onProgress()
{
    if (m_queue->isRunning())
        say(tr("%1 of %2 …").arg(m_queue->total() - m_queue->left()).arg(m_queue->total()), false);
}

void MarkedBar::onEnd()
{
    const auto &refusals = m_queue->refusals();
    QStringList parts{tr("%1 of %2 done").arg(m_queue->done()).arg(m_queue->total())};
    for (std::size_t at = 0; at < refusals.size() && at < RefusalsShown; ++at)
        parts << QStringLiteral("%1: %2").arg(refusals[at].what, refusals[at].text);
    if (refusals.size() > RefusalsShown)
        parts << tr("%1 more refused").arg(refusals.size() - RefusalsShown);
    if (m_queue->left() > 0)
        parts << tr("%1 not asked for").arg(m_queue->left());
    // What is through needs no mark any more; what was refused keeps it, to be looked at.
    if (refusals.empty() && m_queue->left() == 0)
        m_session->model()->clearMarks();
    m_told = true;
    say(parts.join(QStringLiteral(" · ")), !refusals.empty() || m_queue->left() > 0);
    sync();
}

} // namespace crossfade
