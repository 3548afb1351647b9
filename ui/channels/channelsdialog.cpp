// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/channels/channelsdialog.h"

#include "models/items/channelwords.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/channels/channeleditor.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/factlist.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/questiondialog.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QDateTime>

#include <utility>

namespace crossfade {

namespace {

Instant channelNow()
{
    return instantFromMs(QDateTime::currentMSecsSinceEpoch());
}

QString severityAndTypes(const ChannelRow &row)
{
    const QString types = channelTypesText(row);
    if (row.minSeverity == "LOW")
        return ChannelsDialog::tr("%1, of every severity").arg(types);
    return ChannelsDialog::tr("%1, from %2 on").arg(types, wordText(toText(row.minSeverity)));
}

std::vector<Fact> factsOf(const ChannelRow &row, Instant now)
{
    std::vector<Fact> facts;
    const auto add = [&](const QString &what, const QString &text, Glyph glyph = Glyph::None,
                         bool red = false) {
        facts.push_back({glyph, what, text, false, false, red});
    };
    add(ChannelsDialog::tr("Kind"), channelKindText(row.kind));
    add(ChannelsDialog::tr("Where"), channelWhere(row));
    if (row.isMail()) {
        add(ChannelsDialog::tr("Server"), QStringLiteral("%1, %2").arg(toText(row.server), mailSecurityText(row.tls)));
        add(ChannelsDialog::tr("Sender"), toText(row.from));
        if (!row.user.empty())
            add(ChannelsDialog::tr("User"), toText(row.user));
    }
    if (hasSecretField(row.kind))
        add(ChannelsDialog::tr("Secret"),
            row.hasSecret ? ChannelsDialog::tr("stored") : ChannelsDialog::tr("none"));
    add(ChannelsDialog::tr("Alerts"), severityAndTypes(row));
    const bool failing = isFailing(row);
    add(ChannelsDialog::tr("Last"), lastDeliveryText(row, now), failing ? Glyph::Warning : Glyph::None, failing);
    add(ChannelsDialog::tr("Changed"),
        ChannelsDialog::tr("by %1, %2").arg(toText(row.changedBy), shortTime(row.updatedAt, now)));
    return facts;
}

} // namespace

void ChannelsDialog::connectSession()
{
    connect(m_session, &ChannelsSession::changed, this, &ChannelsDialog::sync);
    connect(m_session, &ChannelsSession::deliveriesChanged, this, &ChannelsDialog::syncDeliveries);
    connect(m_session, &ChannelsSession::tested, this, &ChannelsDialog::showTested);
    connect(m_session, &ChannelsSession::testFailed, this, [this](const std::string &id, const Error &error) {
        const QString what = notDoneText(tr("The test was not sent"), error);
        say(tr("%1: %2 (%3)").arg(nameOf(id), what, errorText(error)), Ink::Red);
    });
}

void ChannelsDialog::sync()
{
    const bool stale = m_session->isKnown() && m_session->isStale();
    m_stale->setAge(m_session->ageMs());
    m_stale->setStale(stale);
    m_table->setStale(stale);
    m_deliveries->setStale(stale);
    syncList();
    keepSelected();
    syncFacts();
    syncButtons();
    syncDeliveries();
}

void ChannelsDialog::syncList()
{
    if (m_session->model()->rowCount() > 0) {
        m_state->showContent();
    } else if (m_session->phase() == LoadPhase::Failed) {
        m_state->showError(tr("The channels could not be read"), errorText(m_session->error()),
                           tr("Who is told goes on being told: the router does that by itself."));
    } else if (!m_session->isKnown()) {
        m_state->showLoading();
    } else {
        m_state->showEmpty(tr("Nobody is told outside this console"),
                           tr("A channel tells a chat or mailboxes of alerts: a webhook, Slack, DingTalk, WeCom, Feishu, or mail."),
                           tr("Add a channel…"), Glyph::Warning);
        m_state->emptyButton()->setSymbol(Symbol::Add);
        m_state->emptyButton()->setBlocked(m_session->changeObstacle());
    }
}

void ChannelsDialog::keepSelected()
{
    if (!m_wanted.empty() && m_session->model()->rowOf(m_wanted) != nullptr)
        select(std::exchange(m_wanted, {}));
    else if (!m_table->currentIndex().isValid() && m_session->model()->rowCount() > 0)
        m_table->setCurrentIndex(m_session->model()->index(0, ChannelModel::Name));
    m_session->look(selectedId());
}

void ChannelsDialog::select(const std::string &id)
{
    const ChannelModel *model = m_session->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        const QModelIndex index = model->index(row, ChannelModel::Name);
        if (index.data(ChannelModel::IdRole).toString() != toText(id))
            continue;
        m_table->setCurrentIndex(index);
        m_table->scrollTo(index);
    }
}

std::string ChannelsDialog::selectedId() const
{
    return toUtf8(m_table->currentIndex().data(ChannelModel::IdRole).toString());
}

const ChannelRow *ChannelsDialog::selected() const
{
    return m_session->model()->rowOf(selectedId());
}

QString ChannelsDialog::nameOf(const std::string &id) const
{
    const ChannelRow *row = m_session->model()->rowOf(id);
    return row != nullptr ? toText(row->name) : tr("The channel");
}

void ChannelsDialog::syncFacts()
{
    const ChannelRow *row = selected();
    m_detail->setSubtitle(row != nullptr ? toText(row->name) : QString());
    m_facts->setVisible(row != nullptr);
    m_nothing->setVisible(row == nullptr);
    m_facts->setFacts(row != nullptr ? factsOf(*row, channelNow()) : std::vector<Fact>());
}

void ChannelsDialog::syncButtons()
{
    const QString none = selected() == nullptr ? tr("Choose a channel first.") : QString();
    const QString change = m_session->changeObstacle();
    m_add->setBlocked(change);
    QString why = change.isEmpty() ? none : change;
    if (why.isEmpty() && m_removing)
        why = tr("It is on its way.");
    m_edit->setBlocked(why);
    m_delete->setBlocked(why);
    const QString test = m_session->testObstacle();
    why = test.isEmpty() ? none : test;
    if (why.isEmpty() && m_session->isTesting())
        why = tr("A test is on its way.");
    m_test->setBlocked(why);
}

void ChannelsDialog::syncDeliveries()
{
    const LoadPhase phase = m_session->deliveriesPhase();
    if (m_session->deliveries()->rowCount() > 0)
        m_deliveriesState->showContent();
    else if (m_session->lookedAt().empty())
        m_deliveriesState->showEmpty(tr("No channel is chosen"), {}, {}, Glyph::Circle);
    else if (phase == LoadPhase::Failed)
        m_deliveriesState->showError(tr("The deliveries could not be read"), errorText(m_session->deliveriesError()));
    else if (phase != LoadPhase::Ready)
        m_deliveriesState->showLoading();
    else
        m_deliveriesState->showEmpty(tr("Nothing was told yet"), tr("A test shows whether it arrives."), {}, Glyph::Circle);
}

void ChannelsDialog::openEditor(bool anew)
{
    const ChannelRow *row = anew ? nullptr : selected();
    if (!anew && row == nullptr)
        return;
    auto *editor = new ChannelEditor(m_session, row, this);
    connect(editor, &ChannelEditor::saved, this, [this](const std::string &id) {
        m_wanted = id;
        keepSelected();
        say(tr("%1 is saved. A test shows whether it arrives.").arg(nameOf(id)), Ink::Green);
    });
    openDialog(editor);
}

void ChannelsDialog::askDelete()
{
    const ChannelRow *row = selected();
    if (row == nullptr)
        return;
    auto *box = new QuestionDialog({tr("Delete the channel %1?").arg(toText(row->name)),
                                    tr("It is told of nothing any more. What came of its deliveries is deleted with it."),
                                    tr("Delete"), tr("Cancel")},
                                   this);
    box->setObjectName(QStringLiteral("deleteChannelBox"));
    connect(box, &QDialog::accepted, this, [this, asked = *row] { remove(asked); });
    openDialog(box);
}

// Of the version that was looked at when the question was asked.
void ChannelsDialog::remove(const ChannelRow &row)
{
    if (m_removing)
        return;
    m_removing = true;
    syncButtons();
    say(tr("Sent, waiting for the answer …"), Ink::Secondary);
    m_session->remove(row.id, row.version, this, [this, name = toText(row.name)](const Result<void> &end) {
        m_removing = false;
        syncButtons();
        if (end)
            say(tr("%1 is deleted.").arg(name), Ink::Green);
        else if (end.error().kind == ErrorKind::Stale)
            say(tr("Not deleted: somebody changed %1 meanwhile. Look at it again.").arg(name), Ink::Red);
        else
            say(tr("%1: %2 (%3)").arg(name, notDoneText(tr("Not deleted"), end.error()), errorText(end.error())),
                Ink::Red);
    });
}

void ChannelsDialog::reject()
{
    auto *editor = findChild<ChannelEditor *>(QStringLiteral("channelEditor"));
    if (m_removing || (editor != nullptr && editor->isVisible() && !editor->close()))
        return;
    QDialog::reject();
}

void ChannelsDialog::sendTest()
{
    const ChannelRow *row = selected();
    if (row == nullptr || m_session->isTesting())
        return;
    say(tr("Sending a test to %1 …").arg(toText(row->name)), Ink::Secondary);
    m_session->test(row->id);
}

void ChannelsDialog::showTested(const std::string &id, const DeliveryRow &delivery)
{
    if (delivery.state == "SENT")
        say(tr("%1 took the test.").arg(nameOf(id)), Ink::Green);
    else
        say(tr("%1 did not take the test: %2").arg(nameOf(id), deliveryErrorText(delivery, channelNow())),
            Ink::Red);
}

void ChannelsDialog::say(const QString &text, Ink ink)
{
    m_note->setInk(ink);
    m_note->setText(text);
}

} // namespace crossfade
