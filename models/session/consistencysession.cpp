// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/consistencysession.h"

#include "models/items/text.h"
#include "models/session/consistencyjson.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QDateTime>
#include <QPointer>
#include <QUrl>

namespace crossfade {

namespace {

RestCall callTo(const QString &path)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/") + path;
    return call;
}

} // namespace

ConsistencySession::ConsistencySession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    m_again.setSingleShot(true);
    m_again.setInterval(300);
    connect(&m_again, &QTimer::timeout, this, &ConsistencySession::refresh);
    m_recount.setSingleShot(true);
    m_recount.setInterval(1'000);
    connect(&m_recount, &QTimer::timeout, this, &ConsistencySession::refreshChecks);
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Comparator)
            refresh();
    });
    connect(m_connection, &Connection::targetChanged, this, [this] {
        m_again.stop();
        m_recount.stop();
        m_model.setRows({}, instantFromMs(QDateTime::currentMSecsSinceEpoch()));
        m_mappings.clear();
        m_mappingsAreRead = false;
        m_phase = LoadPhase::Idle;
        Q_EMIT changed();
    });
    connect(m_connection, &Connection::event, this,
            [this](ServiceName service, const ServerEvent &event) {
                if (service == ServiceName::Comparator)
                    onEvent(event);
            });
    connect(m_connection, &Connection::reachChanged, this, &ConsistencySession::changed);
    connect(m_connection, &Connection::sessionChanged, this, &ConsistencySession::changed);
}

bool ConsistencySession::isStale() const
{
    return m_connection->reach(ServiceName::Comparator) != Reach::Live;
}

qint64 ConsistencySession::ageMs() const
{
    return m_connection->ageMs(ServiceName::Comparator);
}

QString ConsistencySession::obstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Comparator, {"operator", "admin"});
}

QString ConsistencySession::createObstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Comparator, {"operator", "admin"});
}

void ConsistencySession::refresh()
{
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    Q_EMIT changed();
    refreshChecks();
    refreshMappings();
}

void ConsistencySession::refreshChecks()
{
    RestCall call = callTo(QStringLiteral("checks"));
    addQuery(call, "limit", QStringLiteral("1000"));
    const int generation = ++m_generation;
    m_connection->get(ServiceName::Comparator, call, this, [this, generation](const Result<RestReply> &reply) {
        if (generation != m_generation)
            return; // asked anew since: its answer is the newer one
        if (!reply) {
            m_error = reply.error();
            m_phase = LoadPhase::Failed;
        } else {
            std::vector<CheckRow> checks;
            for (const Json &check : jsonItems(reply->body))
                checks.push_back(checkFromJson(check));
            m_model.setRows(std::move(checks),
                            instantFromMs(QDateTime::currentMSecsSinceEpoch()));
            m_phase = LoadPhase::Ready;
        }
        Q_EMIT changed();
    });
}

void ConsistencySession::refreshMappings()
{
    RestCall call = callTo(QStringLiteral("mappings"));
    addQuery(call, "limit", QStringLiteral("1000"));
    m_connection->get(ServiceName::Comparator, call, this, [this](const Result<RestReply> &reply) {
        if (!reply)
            return;
        m_mappings.clear();
        for (const Json &mapping : jsonItems(reply->body))
            m_mappings.push_back(mappingFromJson(mapping));
        m_mappingsAreRead = true;
        Q_EMIT changed();
    });
}

void ConsistencySession::onEvent(const ServerEvent &event)
{
    // What a run adds is read when it has ended; what is resolved or repaired between is one less at once.
    const bool recounts = event.type == "difference.changed" && jsonInteger(event.data, "added") == 0;
    if (recounts && !m_recount.isActive())
        m_recount.start();
    if (event.type != "check.progress" && event.type != "check.finished")
        return;
    const RunRow run = runFromJson(jsonAt(event.data, "run"));
    takeRun(run);
    if (event.type == "check.finished") {
        Q_EMIT runFinished(run);
        m_again.start();
    }
}

void ConsistencySession::takeRun(const RunRow &run)
{
    if (run.checkId.empty())
        return;
    // Progress that was under way when the run ended comes late: the end stands.
    const CheckRow *check = m_model.rowOf(toText(run.checkId));
    if (check && check->lastRun && check->lastRun->id == run.id && !check->lastRun->goesOn() &&
        run.goesOn())
        return;
    m_model.setRun(run);
    Q_EMIT runChanged(run);
    Q_EMIT changed();
}

void ConsistencySession::run(const QString &checkId)
{
    run(checkId, {}, this, [this](const Result<void> &started) {
        if (!started)
            Q_EMIT failed(notDoneText(tr("The check was not started"), started.error()), started.error());
    });
}

void ConsistencySession::run(const QString &checkId, const RunOrder &order, QObject *asker, RunDone done)
{
    RestCall call = callTo(QStringLiteral("checks/%1/run").arg(checkId));
    call.body = runOrderJson(order);
    const auto answered = [this, checkId, asker = QPointer<QObject>(asker),
                           done = std::move(done)](const Result<RestReply> &reply) {
        if (reply) {
            takeRun(runFromJson(reply->body));
            Q_EMIT runStarted(checkId);
        }
        if (asker)
            done(reply ? Result<void>() : fail(reply.error()));
    };
    m_connection->post(ServiceName::Comparator, call, this, answered);
}

void ConsistencySession::act(const std::string &runId, const char *verb)
{
    const RestCall call = callTo(
        QStringLiteral("runs/%1/%2").arg(toText(runId), QString::fromLatin1(verb)));
    RestCall withBody = call;
    withBody.body = Json::object();
    m_connection->post(ServiceName::Comparator, withBody, this,
                       [this](const Result<RestReply> &reply) {
                           if (reply)
                               takeRun(runFromJson(reply->body));
                           else
                               Q_EMIT failed(notDoneText(tr("The run was not changed"), reply.error()), reply.error());
                       });
}

void ConsistencySession::cancel(const std::string &runId)
{
    act(runId, "cancel");
}

void ConsistencySession::pause(const std::string &runId)
{
    act(runId, "pause");
}

void ConsistencySession::resume(const std::string &runId)
{
    act(runId, "resume");
}

void ConsistencySession::setLimit(const RunRow &run, std::optional<std::int64_t> rowsPerSecond)
{
    RestCall call = callTo(QStringLiteral("runs/%1").arg(toText(run.id)));
    call.ifMatch = run.version;
    call.body = Json{{"rows_per_second_limit", rowsPerSecond ? Json(*rowsPerSecond) : Json()}};
    m_connection->patch(ServiceName::Comparator, call, this, [this](const Result<RestReply> &reply) {
        if (reply) {
            takeRun(runFromJson(reply->body));
            return;
        }
        Q_EMIT failed(notDoneText(tr("The limit was not changed"), reply.error()), reply.error());
        refresh(); // somebody else may have
    });
}

} // namespace crossfade
