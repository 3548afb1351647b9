// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/restexchange.h"

#include "models/client/onceonlybody.h"
#include "models/client/problem.h"

#include <QFutureWatcher>
#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QSslError>
#include <QUuid>
#include <QtConcurrent>

namespace crossfade {

namespace {

constexpr qint64 MostJsonBytes = 32 << 20;
constexpr qint64 MostRawBytes = 512 << 20;
constexpr qsizetype ParseHereUpTo = 64 << 10;

Result<Json> parseBytes(const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return Json();
    return parseJson(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

// Of the service itself, or of what stands before it.
bool isUnavailable(int status)
{
    return status >= 502 && status <= 504;
}

QNetworkRequest requestFor(const QUrl &base, const RestCall &call, const RestTarget &target)
{
    QUrl url = base;
    QString path = base.path();
    while (path.endsWith(QLatin1Char('/')))
        path.chop(1);
    // The path comes percent-encoded where an id needed it.
    url.setPath(path + call.path, QUrl::TolerantMode);
    url.setQuery(call.query);
    QNetworkRequest request(url);
    request.setSslConfiguration(target.tls);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setRawHeader("Accept", call.accept.isEmpty()
                                       ? QByteArrayLiteral("application/json, application/problem+json")
                                       : call.accept);
    request.setRawHeader("Accept-Encoding", "identity");
    if (!target.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + target.token);
    if (!call.ifMatch.empty())
        request.setRawHeader("If-Match", '"' + QByteArray::fromStdString(call.ifMatch) + '"');
    if (!call.reason.empty())
        request.setRawHeader("X-Reason",
                             QUrl::toPercentEncoding(QString::fromStdString(call.reason)));
    if (!call.body.is_null())
        request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    else if (!call.upload.isEmpty())
        request.setHeader(QNetworkRequest::ContentTypeHeader, call.uploadType);
    return request;
}

} // namespace

RestExchange::RestExchange(QNetworkAccessManager &network, const RestTarget &target,
                           const QByteArray &verb, RestCall call, QObject *parent)
    : QObject(parent)
    , m_network(network)
    , m_target(target)
    , m_verb(verb)
    , m_call(std::move(call))
{
    m_promise.start();
    m_limit.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this, &RestExchange::onTimeout);
    auto *watcher = new QFutureWatcher<Result<RestReply>>(this);
    connect(watcher, &QFutureWatcherBase::canceled, this, &RestExchange::giveUp);
    watcher->setFuture(m_promise.future());
    if (m_call.owner)
        connect(m_call.owner, &QObject::destroyed, this, &RestExchange::giveUp);
    if (!m_call.body.is_null())
        m_payload = QByteArray::fromStdString(dumpJson(m_call.body));
    else
        m_payload = m_call.upload;
    if (m_verb == "POST" && m_call.idempotent)
        m_key = !m_call.key.isEmpty() ? m_call.key : QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
}

RestExchange::~RestExchange()
{
    end(fail(ErrorKind::Cancelled, "given up"));
}

void RestExchange::start()
{
    m_took.start();
    if (m_target.bases.isEmpty()) {
        end(fail(notConnected()));
        return;
    }
    if (!m_target.bases.first().isValid() || m_target.bases.first().host().isEmpty()) {
        end(fail(errorFromNetwork(QNetworkReply::ProtocolUnknownError, {}, {},
                                  m_target.bases.value(0))));
        return;
    }
    attempt();
}

void RestExchange::attempt()
{
    const QUrl base = m_target.bases.at(m_attempt % m_target.bases.size());
    QNetworkRequest request = requestFor(base, m_call, m_target);
    if (!m_key.isEmpty())
        request.setRawHeader("Idempotency-Key", m_key);
    m_body.clear();
    m_tlsProblems.clear();
    if (m_verb == "GET" || !m_key.isEmpty()) {
        m_reply = m_network.sendCustomRequest(request, m_verb, m_payload);
    } else {
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        request.setHeader(QNetworkRequest::ContentLengthHeader, m_payload.size());
        auto *body = new OnceOnlyBody(m_payload, this);
        m_reply = m_network.sendCustomRequest(request, m_verb, body);
        body->setParent(m_reply);
    }
    connect(m_reply, &QNetworkReply::readyRead, this, &RestExchange::takeBytes);
    connect(m_reply, &QNetworkReply::finished, this, &RestExchange::onFinished);
    connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
        for (const QSslError &error : errors)
            m_tlsProblems.append(error.errorString());
    });
    if (m_call.progress)
        connect(m_reply, m_call.upload.isEmpty() ? &QNetworkReply::downloadProgress : &QNetworkReply::uploadProgress,
                this, [this](qint64 done, qint64 total) { m_call.progress(done, total); });
    m_limit.start(m_call.timeout);
}

void RestExchange::takeBytes()
{
    m_body += m_reply->readAll();
    const qint64 most = m_call.raw ? MostRawBytes : MostJsonBytes;
    if (m_body.size() > most) {
        dropReply();
        end(fail(ErrorKind::TooLarge, "the answer is larger than this console takes"));
    }
}

void RestExchange::dropReply()
{
    m_limit.stop();
    if (!m_reply)
        return;
    // abort() emits finished: nobody shall hear of this reply again.
    m_reply->disconnect(this);
    m_reply->abort();
    m_reply->deleteLater();
    m_reply = nullptr;
}

void RestExchange::giveUp()
{
    dropReply();
    end(fail(ErrorKind::Cancelled, "given up"));
}

void RestExchange::onTimeout()
{
    const QUrl base = m_target.bases.at(m_attempt % m_target.bases.size());
    dropReply();
    failAttempt(timeoutError(base, m_call.timeout), false);
}

bool RestExchange::mayRepeat(const Error &error, bool surelyUnsent) const
{
    const auto bases = static_cast<int>(m_target.bases.size());
    if (error.kind == ErrorKind::Malformed)
        return false;
    if (surelyUnsent)
        return m_attempt + 1 < bases;
    const bool harmless = m_verb == "GET" || !m_key.isEmpty();
    // A connection that closed may have been an old one, kept open: worth a second go at the same.
    const int most = error.kind == ErrorKind::Timeout ? bases : bases + 1;
    return harmless && m_attempt + 1 < most;
}

void RestExchange::failAttempt(const Error &error, bool surelyUnsent)
{
    if (!mayRepeat(error, surelyUnsent)) {
        end(fail(error));
        return;
    }
    ++m_attempt;
    attempt();
}

void RestExchange::onFinished()
{
    m_limit.stop();
    QNetworkReply *reply = m_reply;
    const QUrl base = m_target.bases.at(m_attempt % m_target.bases.size());
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool cut = status < 300 && reply->error() != QNetworkReply::NoError;
    if (status == 0 || cut) {
        // What was started but not read to its end is no answer.
        const Error error =
            errorFromNetwork(reply->error(), reply->errorString(), m_tlsProblems, base);
        const bool unsent = isSurelyUnsent(reply->error());
        dropReply();
        failAttempt(error, unsent);
        return;
    }
    m_body += reply->readAll();
    if (passesOn(status)) {
        dropReply();
        ++m_attempt;
        attempt();
        return;
    }
    m_contentType = reply->header(QNetworkRequest::ContentTypeHeader).toByteArray();
    m_result.eventId = reply->rawHeader("X-Crossfade-Event-Id").toStdString();
    QByteArray etag = reply->rawHeader("ETag");
    if (etag.size() >= 2 && etag.startsWith('"') && etag.endsWith('"'))
        etag = etag.mid(1, etag.size() - 2);
    m_result.etag = etag.toStdString();
    m_result.status = status;
    dropReply();
    // A late answer of one that was asked first, and left meanwhile, brings nobody back to it; nor does one
    // that lets nobody in lead away from where the others are.
    if (m_attempt > 0 && !isUnavailable(status) && status != 401)
        Q_EMIT answeredBy(base);
    readAnswer(status);
}

// A replica that is up, but can do nothing now: another may. What it says is handed out only when all say so.
bool RestExchange::passesOn(int status) const
{
    const bool harmless = m_verb == "GET" || !m_key.isEmpty();
    return isUnavailable(status) && harmless && m_attempt + 1 < static_cast<int>(m_target.bases.size());
}

void RestExchange::readAnswer(int status)
{
    if (m_call.raw && status < 300) {
        m_result.bytes = m_body;
        m_result.took = std::chrono::milliseconds(m_took.elapsed());
        end(std::move(m_result));
        return;
    }
    if (m_body.size() <= ParseHereUpTo) {
        parsed(status, parseBytes(m_body));
        return;
    }
    auto *watcher = new QFutureWatcher<Result<Json>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this,
            [this, watcher, status] { parsed(status, watcher->result()); });
    watcher->setFuture(QtConcurrent::run(parseBytes, m_body));
}

void RestExchange::parsed(int status, const Result<Json> &body)
{
    const QUrl base = m_target.bases.at(m_attempt % m_target.bases.size());
    if (status >= 300) {
        end(fail(errorFromAnswer(status, body ? *body : Json(), base)));
        return;
    }
    const bool json = m_body.isEmpty() || m_contentType.contains("json");
    if (!body || !json) {
        end(fail(notOurs(base)));
        return;
    }
    m_result.body = *body;
    m_result.took = std::chrono::milliseconds(m_took.elapsed());
    end(std::move(m_result));
}

void RestExchange::end(Result<RestReply> result)
{
    if (m_ended)
        return;
    m_ended = true;
    dropReply();
    m_promise.addResult(std::move(result));
    m_promise.finish();
    deleteLater();
}

} // namespace crossfade
