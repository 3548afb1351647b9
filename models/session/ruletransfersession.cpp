// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/ruletransfersession.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/rulesjson.h"
#include "models/session/sessionwords.h"

#include <QFile>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QSaveFile>
#include <QUuid>
#include <QtConcurrent>

#include <utility>

namespace crossfade {

namespace {

using namespace std::chrono_literals;

struct FileRead {
    QByteArray bytes;
    QString problem;
};

FileRead readFile(const QString &name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return {{}, file.errorString()};
    // One byte more than is let through: it may have grown since it was measured.
    FileRead read{file.read(RuleTransferSession::MostBytes + 1), {}};
    if (file.error() != QFileDevice::NoError)
        read.problem = file.errorString();
    return read;
}

QString suffixOf(const QString &file)
{
    return QFileInfo(file).suffix().toLower();
}

// The file's own mistake, or that of one of its rows, else what failed.
QString sentenceOf(const Error &error)
{
    if (isUnanswered(error))
        return errorText(error);
    QString text = importText(error.message);
    for (const FieldError &field : error.fields)
        if (!text.contains(toText(field.message)))
            text = QStringLiteral("%1: %2").arg(toText(field.pointer).section(QLatin1Char('/'), -1), importText(field.message));
    return text;
}

} // namespace

RuleTransferSession::RuleTransferSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(connection, &Connection::targetChanged, this, [this] {
        cancelExport();
        forget();
        go(Step::Idle);
    });
    connect(connection, &Connection::reachChanged, this, &RuleTransferSession::changed);
    connect(connection, &Connection::sessionChanged, this, &RuleTransferSession::changed);
}

QString RuleTransferSession::importObstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Router, {"operator", "admin"});
}

QString RuleTransferSession::exportObstacle() const
{
    return m_connection->reach(ServiceName::Router) == Reach::Live
               ? QString()
               : tr("The router does not answer; this is off until it is back.");
}

void RuleTransferSession::go(Step step, const QString &problem)
{
    m_step = step;
    m_problem = problem;
    Q_EMIT changed();
}

// The one call of an import that is under way; another one takes its place.
QObject *RuleTransferSession::newCall()
{
    delete std::exchange(m_call, new QObject(this));
    return m_call;
}

// It has ended, and what it said is being dealt with: its object must outlive that.
void RuleTransferSession::endCall()
{
    if (m_call != nullptr)
        std::exchange(m_call, nullptr)->deleteLater();
}

void RuleTransferSession::forget()
{
    delete std::exchange(m_call, nullptr);
    m_bytes.clear();
    m_report = {};
    m_model.setReport(m_report);
    m_unanswered = false;
    m_sent = 0;
}

void RuleTransferSession::exportTo(const QString &file, const RuleSelection &selection)
{
    cancelExport();
    m_exporting = new QObject(this);
    m_received = 0;
    RestCall call;
    call.path = QStringLiteral("/api/v1/rules/export");
    addQuery(call, "format", suffixOf(file) == QLatin1String("json") ? QStringLiteral("json") : QStringLiteral("csv"));
    if (selection.kind)
        addQuery(call, "type", toText(ruleTypeWord(*selection.kind)));
    if (!selection.text.isEmpty())
        addQuery(call, "q", selection.text);
    call.raw = true;
    call.accept = "text/csv, application/json, application/problem+json";
    call.timeout = 5min;
    call.progress = [this](qint64 done, qint64) {
        m_received = done;
        Q_EMIT changed();
    };
    m_connection->get(ServiceName::Router, call, m_exporting, [this, file](const Result<RestReply> &reply) {
        std::exchange(m_exporting, nullptr)->deleteLater();
        if (reply)
            writeExport(file, reply->bytes);
        else
            Q_EMIT exportFailed(errorText(reply.error()));
        Q_EMIT changed();
    });
    Q_EMIT changed();
}

void RuleTransferSession::writeExport(const QString &file, const QByteArray &bytes)
{
    QSaveFile out(file);
    if (out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() && out.commit())
        Q_EMIT exported(file, bytes.size());
    else
        Q_EMIT exportFailed(tr("%1 could not be written: %2").arg(file, out.errorString()));
}

void RuleTransferSession::cancelExport()
{
    if (m_exporting == nullptr)
        return;
    delete std::exchange(m_exporting, nullptr);
    Q_EMIT changed();
}

void RuleTransferSession::check(const QString &file)
{
    forget();
    m_file = file;
    m_key = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    const QString suffix = suffixOf(file);
    if (suffix != QLatin1String("csv") && suffix != QLatin1String("json")) {
        refuse(tr("Choose a .csv or a .json file, as an export writes them."));
        return;
    }
    m_type = suffix == QLatin1String("csv") ? QByteArrayLiteral("text/csv") : QByteArrayLiteral("application/json");
    if (QFileInfo(file).size() > MostBytes) {
        refuse(tr("The file has %1 MiB; the router takes at most %2 MiB, or 20 000 rules. Divide it.")
                   .arg(countText(QFileInfo(file).size() >> 20), countText(MostBytes >> 20)));
        return;
    }
    go(Step::Reading);
    auto *watcher = new QFutureWatcher<FileRead>(newCall());
    connect(watcher, &QFutureWatcherBase::finished, m_call, [this, watcher] {
        const FileRead read = watcher->result();
        endCall();
        onRead(read.bytes, read.problem);
    });
    watcher->setFuture(QtConcurrent::run(readFile, file));
}

void RuleTransferSession::onRead(const QByteArray &bytes, const QString &problem)
{
    if (!problem.isEmpty()) {
        refuse(tr("The file could not be read: %1").arg(problem));
    } else if (bytes.isEmpty()) {
        refuse(tr("The file is empty."));
    } else if (bytes.size() > MostBytes) {
        refuse(tr("The router takes at most %1 MiB, or 20 000 rules. Divide the file.").arg(MostBytes >> 20));
    } else {
        m_bytes = bytes;
        ask();
    }
}

RestCall RuleTransferSession::importCall(bool dryRun)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/rules/import");
    call.upload = m_bytes;
    call.uploadType = m_type;
    call.timeout = 10min;
    call.progress = [this](qint64 done, qint64 total) {
        m_sent = done;
        if (m_step == Step::Sending && total > 0 && done == total)
            go(Step::Storing);
        else
            Q_EMIT changed();
    };
    if (dryRun)
        addQuery(call, "dry_run", QStringLiteral("true"));
    return call;
}

// `problem`: why it is asked once more.
void RuleTransferSession::ask(const QString &problem)
{
    m_sent = 0;
    go(Step::Checking, problem);
    m_connection->post(ServiceName::Router, importCall(true), newCall(),
                       [this, problem](const Result<RestReply> &reply) { onChecked(reply, problem); });
}

void RuleTransferSession::onChecked(const Result<RestReply> &reply, const QString &problem)
{
    endCall();
    if (!reply) {
        refuse(sentenceOf(reply.error()));
        return;
    }
    takeReport(reply->body);
    go(Step::Checked, problem);
}

void RuleTransferSession::takeReport(const Json &json)
{
    m_report = importReportFromJson(json);
    m_model.setReport(m_report);
}

bool RuleTransferSession::canImport() const
{
    return m_step == Step::Checked && m_report.errors == 0 && m_report.created + m_report.updated > 0;
}

void RuleTransferSession::import(const QString &reason)
{
    if (!canImport())
        return;
    if (!m_unanswered)
        m_reason = reason; // asked again, it must be the very same
    m_sent = 0;
    RestCall call = importCall(false);
    call.reason = toUtf8(m_reason);
    call.key = m_key;
    go(Step::Sending);
    m_connection->post(ServiceName::Router, call, newCall(),
                       [this](const Result<RestReply> &reply) { onImported(reply); });
}

void RuleTransferSession::onImported(const Result<RestReply> &reply)
{
    endCall();
    if (reply) {
        m_unanswered = false;
        takeReport(reply->body);
        go(Step::Done);
        Q_EMIT imported(m_report);
        return;
    }
    const Error &error = reply.error();
    m_unanswered = crossfade::isUnanswered(error);
    if (m_unanswered) {
        go(Step::Checked, tr("No answer: it may or may not have been done. Import it once more: what was done is "
                             "not done twice. (%1)").arg(errorText(error)));
        return;
    }
    m_key = QUuid::createUuid().toByteArray(QUuid::WithoutBraces); // that one is answered
    if (error.kind == ErrorKind::Invalid)
        ask(tr("Rules were changed since the file was checked; nothing was imported. It is checked anew."));
    else
        go(Step::Checked, tr("Nothing was imported: %1").arg(sentenceOf(error)));
}

void RuleTransferSession::cancel()
{
    if (!canCancel())
        return;
    if (m_step == Step::Sending) {
        delete std::exchange(m_call, nullptr);
        go(Step::Checked, tr("Given up while it was sent: the router stores a file only once it has all of it."));
        return;
    }
    forget();
    go(Step::Idle);
}

} // namespace crossfade
