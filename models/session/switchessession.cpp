// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/switchessession.h"

#include "models/items/text.h"
#include "models/routing/routingjson.h"
#include "models/session/jsonread.h"
#include "models/session/rulesjson.h"
#include "models/session/sessionwords.h"

#include <QDateTime>

namespace crossfade {

namespace {

RestCall switchesCall()
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/switches");
    call.mustArrive = true;
    return call;
}

// What was not edited here follows what is stored.
template <class Value>
void follow(Value &wanted, const Value &before, const Value &now)
{
    if (wanted == before)
        wanted = now;
}

} // namespace

SwitchesSession::SwitchesSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Router)
            refresh();
    });
    connect(m_connection, &Connection::targetChanged, this, [this] {
        m_saved = m_wanted = {};
        m_before.reset();
        m_keyIndex.reset();
        m_held.reset();
        m_grayLists.reset();
        m_known = false;
        m_phase = LoadPhase::Idle;
        Q_EMIT changed();
    });
    connect(m_connection, &Connection::event, this,
            [this](ServiceName service, const ServerEvent &event) {
                if (service == ServiceName::Router && event.type == "switches.changed")
                    take(switchesOf(jsonAt(event.data, "switches")));
                if (service == ServiceName::Router)
                    onListEvent(event);
            });
    connect(m_connection, &Connection::reachChanged, this, &SwitchesSession::changed);
    connect(m_connection, &Connection::sessionChanged, this, &SwitchesSession::changed);
}

bool SwitchesSession::isStale() const
{
    return m_connection->reach(ServiceName::Router) != Reach::Live;
}

QString SwitchesSession::obstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Router, {"operator", "admin"});
}

QString SwitchesSession::saveObstacle() const
{
    if (needsAdmin(m_saved, m_wanted))
        return obstacleFor(*m_connection, ServiceName::Router, {"admin"});
    const QString why = obstacle();
    return why.isEmpty() ? keyIndexObstacle(m_wanted) : why;
}

QString SwitchesSession::notInLegacyObstacle() const
{
    Switches on = m_wanted;
    on.notInLegacyToNew = true;
    return keyIndexObstacle(on);
}

QString SwitchesSession::keyIndexObstacle(const Switches &wanted) const
{
    switch (crossfade::notInLegacyObstacle(m_saved, wanted, !m_keyIndex || m_keyIndex->complete)) {
    case NotInLegacyObstacle::None: return {};
    case NotInLegacyObstacle::NeedsInsertsToNew:
        return tr("What LEGACY does not know can go to NEW only while inserts go to NEW.");
    case NotInLegacyObstacle::NeedsCompleteIndex:
        return tr("The router has no complete index of LEGACY's keys yet; the comparator pushes it.");
    }
    return {};
}

bool SwitchesSession::needsReason() const
{
    return m_wanted.master != m_saved.master || m_wanted.forwardOnly != m_saved.forwardOnly;
}

bool SwitchesSession::isEdited() const
{
    return !sameChoice(m_saved, m_wanted);
}

void SwitchesSession::setMaster(Master master)
{
    m_wanted.master = master;
    Q_EMIT changed();
}

void SwitchesSession::want(const Switches &switches)
{
    if (sameChoice(m_wanted, switches))
        return;
    m_wanted = switches;
    Q_EMIT changed();
}

void SwitchesSession::discard()
{
    m_wanted = m_saved;
    Q_EMIT changed();
}

// What somebody else changed is taken over, what is edited here stays wanted.
void SwitchesSession::take(const Switches &switches)
{
    if (m_known && isEdited()) {
        follow(m_wanted.master, m_saved.master, switches.master);
        follow(m_wanted.defaultPlatform, m_saved.defaultPlatform, switches.defaultPlatform);
        follow(m_wanted.forwardOnly, m_saved.forwardOnly, switches.forwardOnly);
        follow(m_wanted.dualWrite, m_saved.dualWrite, switches.dualWrite);
        follow(m_wanted.aggregation, m_saved.aggregation, switches.aggregation);
        follow(m_wanted.insertsToNew, m_saved.insertsToNew, switches.insertsToNew);
        follow(m_wanted.notInLegacyToNew, m_saved.notInLegacyToNew, switches.notInLegacyToNew);
        follow(m_wanted.holdInconsistent, m_saved.holdInconsistent, switches.holdInconsistent);
        follow(m_wanted.idThreshold, m_saved.idThreshold, switches.idThreshold);
        follow(m_wanted.readCompare, m_saved.readCompare, switches.readCompare);
    } else {
        m_wanted = switches;
    }
    m_saved = switches;
    m_told = m_known = true;
    m_phase = LoadPhase::Ready;
    Q_EMIT changed();
}

void SwitchesSession::refresh()
{
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    m_told = false;
    Q_EMIT changed();
    m_connection->get(ServiceName::Router, switchesCall(), this,
                      [this](const Result<RestReply> &reply) {
                          if (reply) {
                              // What was told while it was on its way may be newer.
                              const Switches read = switchesOf(reply->body);
                              if (!m_told || read.version >= m_saved.version)
                                  take(read);
                              return;
                          }
                          m_error = reply.error();
                          m_phase = LoadPhase::Failed;
                          Q_EMIT changed();
                      });
    refreshLists();
}

void SwitchesSession::preview()
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/previews");
    Json change = Json::object();
    change["kind"] = "switches.put";
    change["switches"] = switchesChoiceToJson(m_wanted);
    call.body = Json::object();
    call.body["changes"] = Json::array({std::move(change)});
    m_connection->post(ServiceName::Router, call, this, [this](const Result<RestReply> &reply) {
        if (reply)
            Q_EMIT previewed(previewFromJson(reply->body));
        else
            Q_EMIT previewFailed(reply.error());
    });
}

void SwitchesSession::save(const QString &reason)
{
    if (isEdited())
        put(m_wanted, toUtf8(reason), false);
}

void SwitchesSession::undo()
{
    if (m_before)
        put(*m_before, toUtf8(tr("undo")), true);
}

void SwitchesSession::put(const Switches &switches, const std::string &reason, bool undoing)
{
    RestCall call = switchesCall();
    call.body = switchesChoiceToJson(switches);
    call.body["reason"] = reason;
    // Undo only what nobody changed since: it names the version that the save made.
    call.ifMatch = std::to_string(undoing ? m_undoVersion : m_saved.version);
    const Switches before = m_saved;
    m_connection->put(ServiceName::Router, call, this,
                      [this, before, undoing](const Result<RestReply> &reply) {
                          if (!reply) {
                              if (reply.error().kind == ErrorKind::Stale)
                                  refresh();
                              Q_EMIT saveFailed(reply.error());
                              return;
                          }
                          if (isUnstoredRollback(reply->body)) { // in force, though the store says otherwise still
                              m_wanted = m_saved;
                              m_before.reset();
                              m_connection->report(tr("done at this router; not yet stored, will be stored when the database answers"));
                              Q_EMIT changed();
                              Q_EMIT done();
                              return;
                          }
                          if (reply->status == 202) { // nothing changes until a second person approves
                              m_wanted = m_saved;
                              m_before.reset();
                              m_connection->report(tr("asked: waits for a second person"));
                              Q_EMIT changed();
                              Q_EMIT done();
                              return;
                          }
                          const Switches after = switchesOf(reply->body);
                          m_wanted = m_saved;
                          take(after);
                          m_before = undoing ? std::nullopt : std::optional(before);
                          m_undoVersion = after.version;
                          m_lastSavedMs = QDateTime::currentMSecsSinceEpoch();
                          m_connection->report(undoing ? tr("last change of a switch taken back")
                                                       : tr("switches saved"));
                          Q_EMIT done();
                      });
}

} // namespace crossfade
