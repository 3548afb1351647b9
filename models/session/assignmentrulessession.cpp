// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/assignmentrulessession.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QPointer>

#include <utility>

namespace crossfade {

namespace {

RestCall assignmentCall()
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/assignment-rules");
    return call;
}

} // namespace

AssignmentRulesSession::AssignmentRulesSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Comparator && m_asked) // also of other services than before
            refresh();
    });
    connect(m_connection, &Connection::targetChanged, this, [this] {
        ++m_generation;
        m_stored = {};
        m_known = false;
        m_phase = LoadPhase::Idle;
        Q_EMIT storedChanged();
        Q_EMIT changed();
    });
    connect(m_connection, &Connection::event, this, [this](ServiceName service, const ServerEvent &event) {
        if (service == ServiceName::Comparator && event.type == "assignment_rules.changed" &&
            m_phase != LoadPhase::Idle)
            refresh();
    });
    connect(m_connection, &Connection::reachChanged, this, &AssignmentRulesSession::changed);
    connect(m_connection, &Connection::sessionChanged, this, &AssignmentRulesSession::changed);
}

bool AssignmentRulesSession::isStale() const
{
    return m_connection->reach(ServiceName::Comparator) != Reach::Live;
}

qint64 AssignmentRulesSession::ageMs() const
{
    return m_connection->ageMs(ServiceName::Comparator);
}

QString AssignmentRulesSession::obstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Comparator, {"operator", "admin"});
}

void AssignmentRulesSession::refresh()
{
    m_asked = true;
    read([] {});
}

void AssignmentRulesSession::read(std::function<void()> then)
{
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    const int generation = ++m_generation;
    Q_EMIT changed();
    m_connection->get(ServiceName::Comparator, assignmentCall(), this,
                      [this, generation, then = std::move(then)](const Result<RestReply> &reply) {
                          if (generation == m_generation && reply) {
                              take(*reply);
                          } else if (generation == m_generation) {
                              m_error = reply.error();
                              m_phase = LoadPhase::Failed;
                              Q_EMIT changed();
                          }
                          then();
                      });
}

void AssignmentRulesSession::take(const RestReply &reply)
{
    JsonReader in(reply.body);
    Stored stored{readAssignmentRules(in), jsonText(reply.body, "changed_by"), jsonVersion(reply.body)};
    const bool other = !m_known || stored.version != m_stored.version;
    m_stored = std::move(stored);
    m_known = true;
    m_phase = LoadPhase::Ready;
    if (other)
        Q_EMIT storedChanged();
    Q_EMIT changed();
}

void AssignmentRulesSession::save(const std::vector<AssignmentRule> &rules, const std::string &version,
                                  const QString &reason, QObject *context, Saved done)
{
    RestCall call = assignmentCall();
    call.ifMatch = version;
    call.body = Json{{"rules", assignmentRulesJson(rules)}};
    if (!reason.isEmpty())
        call.body["reason"] = toUtf8(reason);
    m_connection->put(ServiceName::Comparator, call, this,
                      [this, asked = QPointer<QObject>(context), done = std::move(done)](const Result<RestReply> &reply) {
                          const auto tell = [asked, done](const Result<void> &end) {
                              if (asked)
                                  done(end);
                          };
                          if (reply) {
                              ++m_generation; // a reading on its way may be of before
                              take(*reply);
                              refresh(); // and it may be of after: what somebody else stored since
                              m_connection->report(tr("assignment rules saved"));
                              tell({});
                          } else if (reply.error().kind == ErrorKind::Stale) {
                              read([tell, error = reply.error()] { tell(fail(error)); });
                          } else {
                              tell(fail(reply.error()));
                          }
                      });
}

} // namespace crossfade
