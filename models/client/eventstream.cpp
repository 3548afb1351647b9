// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/eventstream.h"

#include "models/client/backoff.h"
#include "models/client/problem.h"
#include "models/client/sseparser.h"
#include "models/client/tls.h"

#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRandomGenerator>
#include <QSslError>
#include <QTimer>

#include <charconv>
#include <cstdint>

namespace crossfade {

namespace {

// Replayed events come in one go after the answer's head; a pause this long is their end.
constexpr std::chrono::milliseconds ReplayPause{400};
constexpr std::chrono::milliseconds AnswerLook{5'000}; // twice: the limit of an answer
constexpr int AnswerLooks = 2;
constexpr int BeatsMissed = 3;
constexpr qint64 ReadBuffer = 1 << 20;
// A stream that ended sooner is no reason to ask the next replica at once: two that do so would be asked for ever.
constexpr qint64 BriefMs = 1'000;

// Whether an event of the same log was told before: ids are a word for the store, a hyphen and a number.
bool isTold(const std::string &id, const std::string &last)
{
    const std::size_t at = id.rfind('-');
    if (at == std::string::npos || at != last.rfind('-') || id.compare(0, at, last, 0, at) != 0)
        return false;
    const auto number = [at](const std::string &text) {
        std::int64_t value = -1;
        const char *end = text.data() + text.size();
        const auto read = std::from_chars(text.data() + at + 1, end, value);
        return read.ec == std::errc() && read.ptr == end ? value : -1;
    };
    return number(id) >= 0 && number(id) <= number(last);
}

} // namespace

class EventStream::Private {
public:
    explicit Private(EventStream *stream);
    void connectNow();
    void onHead();
    void onBytes();
    void onEnd();
    void fail(const Error &error);
    void drop();
    void setState(State next);
    void await(std::chrono::milliseconds look, int looks);
    void onSilence();
    void deliver(const SseMessage &message);
    void endReplay();

    EventStream *q;
    QNetworkAccessManager network;
    QList<QUrl> bases;
    QByteArray token;
    QSslConfiguration tls;
    std::chrono::milliseconds heartbeat{10'000};
    State state = State::Closed;
    std::string lastId;
    QNetworkReply *reply = nullptr;
    SseParser parser;
    QTimer retry;
    QTimer watchdog;
    int looks = 0; // in vain, until the server is taken for dead
    QTimer replayEnd;
    QElapsedTimer away;
    QStringList tlsProblems;
    int attempt = 0;
    qsizetype tried = 0; // replicas in vain, of this round
    QElapsedTimer lived;
    int replayed = 0;
    bool replaying = false;
    qint64 awayMs = 0;
};

EventStream::Private::Private(EventStream *stream)
    : q(stream)
{
    network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    network.setAutoDeleteReplies(false);
    for (QTimer *timer : {&retry, &watchdog, &replayEnd})
        timer->setSingleShot(true);
    replayEnd.setInterval(ReplayPause);
    connect(&retry, &QTimer::timeout, q, [this] { connectNow(); });
    connect(&replayEnd, &QTimer::timeout, q, [this] { endReplay(); });
    connect(&watchdog, &QTimer::timeout, q, [this] { onSilence(); });
}

// Looked at several times instead of once: a console that stood still meanwhile has heard nothing by its own
// fault, and finds a single look in vain behind it, however long that was.
void EventStream::Private::await(std::chrono::milliseconds look, int most)
{
    looks = most;
    watchdog.start(look);
}

void EventStream::Private::onSilence()
{
    if (--looks > 0)
        watchdog.start();
    else
        fail(timeoutError(bases.value(0), state == State::Live ? heartbeat * BeatsMissed : AnswerLook * AnswerLooks));
}

void EventStream::Private::setState(State next)
{
    if (state == next)
        return;
    // Being away begins with the loss of a live stream, and lasts over all tries.
    if (state == State::Live)
        away.start();
    state = next;
    Q_EMIT q->stateChanged(next);
}

void EventStream::Private::connectNow()
{
    drop();
    if (bases.isEmpty())
        return;
    parser.reset();
    tlsProblems.clear();
    QUrl url = bases.first();
    QString path = url.path();
    while (path.endsWith(QLatin1Char('/')))
        path.chop(1);
    url.setPath(path + QStringLiteral("/api/v1/events"));
    QNetworkRequest request(url);
    request.setSslConfiguration(tls);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setRawHeader("Accept", "text/event-stream");
    request.setRawHeader("Accept-Encoding", "identity");
    if (!token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token);
    if (!lastId.empty())
        request.setRawHeader("Last-Event-ID", QByteArray::fromStdString(lastId));
    reply = network.get(request);
    reply->setReadBufferSize(ReadBuffer);
    connect(reply, &QNetworkReply::metaDataChanged, q, [this] { onHead(); });
    connect(reply, &QNetworkReply::readyRead, q, [this] { onBytes(); });
    connect(reply, &QNetworkReply::finished, q, [this] { onEnd(); });
    connect(reply, &QNetworkReply::sslErrors, q, [this](const QList<QSslError> &errors) {
        for (const QSslError &error : errors)
            tlsProblems.append(error.errorString());
    });
    await(AnswerLook, AnswerLooks);
    setState(State::Connecting);
}

void EventStream::Private::onHead()
{
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QByteArray type = reply->header(QNetworkRequest::ContentTypeHeader).toByteArray();
    if (state != State::Connecting || status == 0)
        return;
    if (status != 200)
        return; // its body says why: onEnd
    if (!type.startsWith("text/event-stream")) {
        fail(notOurs(bases.first()));
        return;
    }
    attempt = 0;
    tried = 0;
    lived.start();
    await(heartbeat, BeatsMissed);
    awayMs = away.isValid() ? away.elapsed() : -1;
    replaying = awayMs >= 0;
    replayed = 0;
    if (replaying)
        replayEnd.start();
    away.invalidate();
    setState(State::Live);
}

void EventStream::Private::endReplay()
{
    if (!replaying)
        return;
    replaying = false;
    Q_EMIT q->caughtUp(replayed, awayMs);
}

void EventStream::Private::onBytes()
{
    if (state != State::Live)
        return;
    await(heartbeat, BeatsMissed);
    const QNetworkReply *from = reply;
    const QByteArray bytes = reply->readAll();
    Q_EMIT q->heard();
    const auto messages =
        parser.feed(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    for (const SseMessage &message : messages) {
        deliver(message);
        if (reply != from)
            return; // a listener closed the stream, or opened another
    }
    if (parser.overflowed())
        fail(Error{ErrorKind::TooLarge, "an event larger than this console takes", {}, {}});
}

void EventStream::Private::deliver(const SseMessage &message)
{
    if (!message.id.empty()) {
        if (message.event != "reset" && isTold(message.id, lastId))
            return;
        lastId = message.id;
        if (replaying) {
            ++replayed;
            replayEnd.start();
        }
    }
    if (message.event == "reset") {
        replaying = false;
        Q_EMIT q->reset();
        return;
    }
    const Result<Json> data = parseJson(message.data);
    if (data)
        Q_EMIT q->received(ServerEvent{message.id, message.event, *data});
}

void EventStream::Private::onEnd()
{
    if (!reply)
        return;
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0) {
        fail(errorFromNetwork(reply->error(), reply->errorString(), tlsProblems, bases.first()));
    } else if (status != 200) {
        const QByteArray body = reply->read(64 << 10);
        const Result<Json> problem =
            parseJson(std::string_view(body.constData(), static_cast<std::size_t>(body.size())));
        fail(errorFromAnswer(status, problem ? *problem : Json(), bases.first()));
    } else {
        // A killed server ends like this, too, without any error.
        fail(errorFromNetwork(QNetworkReply::RemoteHostClosedError, {}, {}, bases.first()));
    }
}

void EventStream::Private::fail(const Error &error)
{
    drop();
    const bool brief = state == State::Live && lived.elapsed() < BriefMs;
    const bool others = ++tried < bases.size() && !brief;
    if (bases.size() > 1)
        bases.move(0, bases.size() - 1);
    setState(State::Waiting);
    if (others) {
        retry.start(0);
    } else {
        tried = 0;
        retry.start(backoffDelay(attempt++, QRandomGenerator::global()->generateDouble()));
    }
    Q_EMIT q->failed(error);
}

void EventStream::Private::drop()
{
    watchdog.stop();
    retry.stop();
    replayEnd.stop();
    replaying = false;
    if (!reply)
        return;
    reply->disconnect(q);
    reply->abort();
    reply->deleteLater();
    reply = nullptr;
}

EventStream::EventStream(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this))
{
}

EventStream::~EventStream()
{
    d->drop();
}

void EventStream::setTarget(const QUrl &base, const QByteArray &token, const QString &caFile)
{
    setTargets({base}, token, caFile);
}

void EventStream::setTargets(const QList<QUrl> &bases, const QByteArray &token,
                             const QString &caFile)
{
    d->bases = bases;
    d->token = token;
    d->tls = tlsConfiguration(caFile);
    d->network.clearConnectionCache(); // it holds on to what connections were made with
}

void EventStream::setHeartbeat(std::chrono::milliseconds heartbeat)
{
    d->heartbeat = heartbeat;
}

void EventStream::open(const std::string &lastEventId)
{
    d->lastId = lastEventId;
    d->attempt = 0;
    d->tried = 0;
    d->away.invalidate();
    d->connectNow();
}

void EventStream::close()
{
    d->drop();
    d->setState(State::Closed);
    d->away.invalidate();
}

void EventStream::retryNow()
{
    if (d->state == State::Waiting)
        d->connectNow();
}

void EventStream::prefer(const QUrl &base)
{
    const qsizetype at = d->bases.indexOf(base);
    if (at <= 0)
        return;
    d->bases.move(at, 0);
    d->tried = 0;
    if (d->state == State::Closed)
        return;
    d->drop();
    d->setState(State::Waiting);
    d->connectNow();
}

QUrl EventStream::base() const
{
    return d->bases.value(0);
}

EventStream::State EventStream::state() const
{
    return d->state;
}

std::string EventStream::lastEventId() const
{
    return d->lastId;
}

} // namespace crossfade
