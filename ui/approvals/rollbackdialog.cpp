// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approvals/rollbackdialog.h"

#include "models/items/policywords.h"
#include "models/items/stillnewwords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "models/session/splitsession.h"
#include "ui/approvals/movedusersdialog.h"
#include "ui/approvals/previewfacts.h"
#include "ui/shared/factlist.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/percentspin.h"
#include "ui/shared/sparkline.h"

#include <QComboBox>
#include <QDateTime>
#include <QKeyEvent>
#include <QTimer>

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MostSegments = 5;

QString nowText()
{
    return timeOfDay(instantFromMs(QDateTime::currentMSecsSinceEpoch()));
}

} // namespace

RollBackDialog::Choices RollBackDialog::choices() const
{
    Choices wanted;
    for (const PolicyRow &row : m_session->policies()->rows()) {
        if (row.shift.percentage > 0 || row.policy.id == m_chosen)
            wanted.emplace_back(row.policy.id,
                                tr("%1 %2").arg(toText(row.policy.name), shortPercent(row.shift.percentage)));
    }
    // What was asked for stays the choice whatever becomes of it: never everything in its place.
    if (!m_chosen.empty() && m_session->policies()->find(m_chosen) == nullptr)
        wanted.emplace_back(m_chosen, m_chosenName);
    wanted.emplace_back(std::string(), tr("Everything"));
    return wanted;
}

void RollBackDialog::loadChoices()
{
    if (m_working || m_done)
        return;
    const Choices wanted = choices();
    std::vector<std::string> ids;
    for (const auto &[id, text] : wanted)
        ids.push_back(id);
    const bool many = wanted.size() > MostSegments;
    if (ids != m_choices) {
        m_choices = ids;
        fillChoices(wanted, many);
        onChoice();
        return;
    }
    for (int i = 0; i < static_cast<int>(wanted.size()); ++i) {
        const QString &text = wanted[static_cast<std::size_t>(i)].second;
        if (many)
            m_whatList->setItemText(i, text);
        else
            m_what->setSegmentText(i, text);
    }
    updateConfirm();
    updateBars();
}

void RollBackDialog::fillChoices(const Choices &wanted, bool many)
{
    const QSignalBlocker quiet(m_what);
    const QSignalBlocker quietList(m_whatList);
    m_what->clear();
    m_whatList->clear();
    for (const auto &[id, text] : wanted) {
        if (many)
            m_whatList->addItem(text);
        else
            m_what->addSegment(text, id.empty() ? QStringLiteral("rollBackEverything")
                                                : QStringLiteral("rollBackPolicy_") + toText(id));
    }
    const auto at = std::find(m_choices.begin(), m_choices.end(), m_chosen) - m_choices.begin();
    if (many)
        m_whatList->setCurrentIndex(static_cast<int>(at));
    else
        m_what->setCurrentIndex(static_cast<int>(at));
    m_what->setVisible(!many);
    m_whatList->setVisible(many);
}

void RollBackDialog::choose(int index)
{
    if (index < 0 || index >= static_cast<int>(m_choices.size()))
        return;
    m_chosen = m_choices[static_cast<std::size_t>(index)];
    onChoice();
}

void RollBackDialog::setTarget(double percentage)
{
    m_target->setValue(percentage);
}

void RollBackDialog::setMeasuredShare(std::optional<double> percentNew)
{
    if (m_done)
        return; // the bars tell how it was before
    m_measured = percentNew;
    updateBars();
}

void RollBackDialog::follow(const SplitSession *split)
{
    connect(split, &SplitSession::changed, this, [this, split] { setMeasuredShare(split->percentNew()); });
    setMeasuredShare(split->percentNew());
}

std::vector<std::string> RollBackDialog::affected() const
{
    std::vector<std::string> ids;
    for (const PolicyRow &row : m_session->policies()->rows()) {
        if ((m_chosen.empty() || row.policy.id == m_chosen) && row.shift.percentage > m_target->value() + 0.001)
            ids.push_back(row.policy.id);
    }
    return ids;
}

std::optional<double> RollBackDialog::shareNow() const
{
    const PolicyRow *row = m_chosen.empty() ? nullptr : m_session->policies()->find(m_chosen);
    if (row != nullptr)
        return row->shift.percentage;
    return m_chosen.empty() ? m_measured : std::nullopt;
}

void RollBackDialog::onChoice()
{
    m_movedPercent.reset();
    updateConfirm();
    updateBars();
    m_delay->start();
}

void RollBackDialog::askPreview()
{
    if (m_done)
        return;
    const int asked = ++m_asked;
    m_previewId.clear();
    m_list->setBlocked(tr("There is no preview yet."));
    const std::vector<std::string> ids = affected();
    if (ids.empty() && !m_chosen.empty())
        return showNothing({});
    m_preview->setSubtitle(tr("being computed …"));
    if (m_chosen.empty())
        m_session->previewEverything(ids, m_target->value(), this, [this, asked](const Result<RollbackPreview> &preview) {
            if (asked == m_asked && !m_done)
                showEverything(preview);
        });
    else
        m_session->preview(ids, m_target->value(), this, [this, asked](const Result<RulePreview> &preview) {
            if (asked == m_asked && !m_done)
                showPreview(preview, {});
        });
}

void RollBackDialog::showNothing(std::vector<Fact> more)
{
    m_preview->setSubtitle(tr("no policy serves more than this on NEW"));
    more.insert(more.begin(), {Glyph::Diamond, tr("0 users"), tr("move by policies"), true, false, false});
    m_facts->setFacts(std::move(more));
    m_movedPercent = 0;
    updateBars();
}

void RollBackDialog::showEverything(const Result<RollbackPreview> &preview)
{
    if (!preview)
        return showPreview(fail(preview.error()), {});
    std::vector<Fact> more;
    QStringList names;
    for (const std::string &name : preview->groups)
        names << toText(name);
    if (!names.isEmpty())
        more.push_back({Glyph::Undo, tr("%n user group(s)", nullptr, static_cast<int>(names.size())),
                        tr("go back as a whole: %1").arg(names.join(QStringLiteral(", "))), false, false, false});
    if (!preview->groupsKnown)
        more.push_back({Glyph::Question, tr("User groups"), tr("not all could be read; all of them go back"), false, false, false});
    if (preview->endsMaster)
        more.push_back({Glyph::Undo, tr("Master NEW"), tr("is switched off"), false, false, false});
    if (preview->endsForwardOnly)
        more.push_back({Glyph::Undo, tr("Forward only"), tr("is switched off"), false, false, false});
    if (preview->users)
        showPreview(*preview->users, std::move(more));
    else
        showNothing(std::move(more));
}

void RollBackDialog::showPreview(const Result<RulePreview> &preview, std::vector<Fact> more)
{
    if (!preview) {
        m_preview->setSubtitle(tr("not available"));
        m_facts->setFacts({{Glyph::Question, tr("unknown"),
                            tr("%1 Rolling back does not need a preview.").arg(errorText(preview.error())),
                            false, false, false}});
        return;
    }
    m_previewId = preview->id;
    m_list->setBlocked({});
    m_preview->setSubtitle(tr("computed %1 from the directory, %2 known users")
                               .arg(nowText(), countText(preview->knownUsers)));
    std::vector<Fact> facts = previewFacts(*preview, true);
    QStringList names;
    for (const std::string &id : affected()) {
        if (const PolicyRow *row = m_session->policies()->find(id))
            names << toText(row->policy.name);
    }
    if (!names.isEmpty())
        facts.push_back({Glyph::Undo, tr("%n shift(s)", nullptr, static_cast<int>(names.size())),
                         tr("stop and become ROLLED BACK: %1").arg(names.join(QStringLiteral(", "))), false, false, false});
    facts.insert(facts.end(), more.begin(), more.end());
    m_facts->setFacts(std::move(facts));
    if (preview->knownUsers > 0)
        m_movedPercent = 100.0 * static_cast<double>(preview->toLegacy.count) / static_cast<double>(preview->knownUsers);
    updateBars();
}

void RollBackDialog::updateBars()
{
    const std::optional<double> now = shareNow();
    std::optional<double> after;
    if (now && !m_chosen.empty())
        after = std::min(*now, m_target->value());
    else if (now && m_movedPercent)
        after = std::max(0.0, *now - *m_movedPercent);
    const auto show = [](SplitBar *bar, TextLabel *label, std::optional<double> share) {
        bar->setPercentNew(share);
        label->setText(share ? tr("%1 on NEW").arg(percentText(share, 1)) : tr("not known"));
    };
    show(m_nowBar, m_nowText, now);
    show(m_afterBar, m_afterText, after);
}

void RollBackDialog::updateConfirm()
{
    if (m_done)
        return;
    const PolicyRow *row = m_chosen.empty() ? nullptr : m_session->policies()->find(m_chosen);
    const QString share = shortPercent(m_target->value());
    if (row != nullptr)
        m_chosenName = toText(row->policy.name);
    m_confirm->setText(m_chosen.empty() ? tr("Roll back everything to %1").arg(share)
                                        : tr("Roll back %1 to %2").arg(m_chosenName, share));
    m_confirm->updateGeometry();
    QString why;
    if (m_working)
        why = tr("It is on its way.");
    else if (!m_chosen.empty() && row == nullptr)
        why = tr("%1 is not among the policies that were read. Choose anew.").arg(m_chosenName);
    else if (!m_reason->isValid())
        why = tr("Say why first.");
    else if (row != nullptr && row->shift.percentage <= m_target->value())
        why = tr("%1 already serves no more than %2 on NEW.").arg(m_chosenName, share);
    m_confirm->setBlocked(why);
    m_cancel->setBlocked(m_working ? why : QString());
}

void RollBackDialog::openList()
{
    if (!m_previewId.empty())
        MovedUsersDialog::open(m_session, m_previewId, false, this);
}

void RollBackDialog::confirm()
{
    if (m_working || m_done || !m_confirm->isEnabled())
        return;
    RollbackOrder order;
    order.everything = m_chosen.empty();
    if (!order.everything)
        order.policyIds = {m_chosen};
    order.target = m_target->value();
    order.stepwise = m_how->currentIndex() == 1;
    order.reason = toUtf8(m_reason->text());
    m_working = true;
    m_note->setInk(Ink::Secondary);
    m_note->setText(tr("Sent, waiting for the answer …"));
    updateConfirm();
    m_session->rollBack(order, this, [this](const Result<RollbackOutcome> &outcome) { finish(outcome); });
}

QString RollBackDialog::leftOnNew(const RollbackOutcome &outcome)
{
    if (outcome.stillNewUnknown)
        return tr("Who is on NEW all the same could not be read: ask the tester.");
    return outcome.stillNew.empty() ? QString() : tr("Still on NEW: %1.").arg(stillNewText(outcome.stillNew));
}

void RollBackDialog::finish(const Result<RollbackOutcome> &outcome)
{
    m_working = false;
    if (!outcome) {
        m_note->setInk(Ink::Red);
        m_note->setText(isUnanswered(outcome.error())
                            ? unansweredText(outcome.error())
                            : tr("Not rolled back: %1 What you typed is kept.").arg(errorText(outcome.error())));
        loadChoices(); // what changed meanwhile
        updateConfirm();
        return;
    }
    m_done = true;
    QStringList parts;
    for (const RollbackOutcome::Item &item : outcome->items)
        parts << tr("%1 %2").arg(toText(item.policyName), changeText(item.from, item.to));
    for (const RollbackOutcome::Group &group : outcome->groups)
        parts << tr("group %1: %2 users").arg(toText(group.name), countText(group.users));
    if (outcome->masterFrom != outcome->masterTo)
        parts << tr("master %1 → %2").arg(toText(outcome->masterFrom), toText(outcome->masterTo));
    if (outcome->forwardOnlyEnded)
        parts << tr("forward only ended");
    const QString what = parts.isEmpty() ? tr("nothing was on NEW by a policy") : parts.join(QStringLiteral(", "));
    QStringList others;
    for (const RollbackOutcome::Refused &one : outcome->refused)
        others << tr("%1 was not rolled back: %2").arg(toText(one.name), errorText(one.why));
    others << leftOnNew(*outcome);
    others.removeAll(QString());
    const QString left = others.join(QLatin1Char('\n'));
    // Back, but not all, or not for good yet: that must not look like the end of it.
    m_note->setInk(outcome->stored && left.isEmpty() ? Ink::Green : Ink::Text);
    if (outcome->stored) {
        const QString done = tr("Done in epoch %1: %2").arg(outcome->epoch).arg(what);
        m_note->setText(left.isEmpty() ? done : done + QLatin1Char('\n') + left);
        m_session->connection()->report(tr("rolled back: %1").arg(what));
    } else {
        m_note->setText(tr("Rolled back at the router that answered: %1. Not yet stored: its database does not "
                           "answer. It will be stored when that does; other routers follow then.")
                            .arg(what));
        m_session->connection()->report(tr("rolled back, not yet stored: %1").arg(what));
    }
    m_preview->setSubtitle(tr("as it was before"));
    m_confirm->hide();
    m_cancel->setBlocked({});
    m_cancel->setText(tr("Close"));
    m_cancel->setObjectName(QStringLiteral("closeButton"));
    m_cancel->updateGeometry();
    m_cancel->setFocus();
}

void RollBackDialog::reject()
{
    if (!m_working) // its end would take the order back, or leave nobody to tell what came of it
        QDialog::reject();
}

void RollBackDialog::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (event->modifiers() & Qt::ControlModifier)
            confirm();
        else if (m_done)
            accept();
        return; // Enter alone never rolls back
    }
    QDialog::keyPressEvent(event);
}

} // namespace crossfade
