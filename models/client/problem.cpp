// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/problem.h"

#include <QCoreApplication>

namespace crossfade {

namespace {

// The context of these texts for the translators.
struct Problem {
    Q_DECLARE_TR_FUNCTIONS(Problem)
};

QString hostOf(const QUrl &base)
{
    const int port = base.port();
    return port < 0 ? base.host() : QStringLiteral("%1:%2").arg(base.host()).arg(port);
}

Error make(ErrorKind kind, const QString &text)
{
    return Error{kind, text.toStdString(), {}, {}};
}

std::string textOf(const Json &object, const char *field)
{
    const auto found = object.find(field);
    if (found == object.end() || !found->is_string())
        return {};
    return found->get<std::string>();
}

std::vector<FieldError> fieldsOf(const Json &body)
{
    std::vector<FieldError> fields;
    const auto list = body.find("errors");
    if (list == body.end() || !list->is_array())
        return fields;
    for (const Json &entry : *list)
        if (entry.is_object())
            fields.push_back({textOf(entry, "pointer"), textOf(entry, "message")});
    return fields;
}

std::vector<std::string> valuesOf(const Json &body)
{
    std::vector<std::string> values;
    const auto list = body.find("values");
    if (list == body.end() || !list->is_array())
        return values;
    for (const Json &entry : *list)
        values.push_back(entry.is_string() ? entry.get<std::string>() : std::string());
    return values;
}

} // namespace

Error errorFromAnswer(int status, const Json &body, const QUrl &base)
{
    Error error{errorKindFromStatus(status), {}, {}, {}};
    if (body.is_object()) {
        error.message = textOf(body, "detail");
        if (error.message.empty())
            error.message = textOf(body, "title");
        error.requestId = textOf(body, "request_id");
        error.fields = fieldsOf(body);
        error.code = textOf(body, "code");
        error.values = valuesOf(body);
    }
    if (status < 400)
        return notOurs(base);
    if (error.message.empty())
        error.message = Problem::tr("%1 answered HTTP %2 and did not say why.")
                            .arg(hostOf(base))
                            .arg(status)
                            .toStdString();
    return error;
}

Error errorFromNetwork(QNetworkReply::NetworkError code, const QString &text,
                       const QStringList &tlsProblems, const QUrl &base)
{
    const QString host = hostOf(base);
    switch (code) {
    case QNetworkReply::HostNotFoundError:
        return make(ErrorKind::Network,
                    Problem::tr("The name %1 is not known (DNS).").arg(base.host()));
    case QNetworkReply::ConnectionRefusedError:
        return make(ErrorKind::Network,
                    Problem::tr("Nothing listens at %1 (connection refused).").arg(host));
    case QNetworkReply::SslHandshakeFailedError:
        return make(ErrorKind::Network,
                    Problem::tr("TLS with %1 failed: %2")
                        .arg(host, tlsProblems.isEmpty()
                                       ? text
                                       : tlsProblems.join(QStringLiteral("; "))));
    case QNetworkReply::ContentReSendError: // it closed, and this may not be sent twice
    case QNetworkReply::RemoteHostClosedError:
        return make(ErrorKind::Network,
                    Problem::tr("%1 closed the connection before it had answered.").arg(host));
    case QNetworkReply::TimeoutError:
        return make(ErrorKind::Timeout, Problem::tr("%1 did not answer in time.").arg(host));
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolInvalidOperationError:
    case QNetworkReply::UnknownContentError: return notOurs(base);
    case QNetworkReply::ProtocolUnknownError:
        return make(ErrorKind::Network,
                    Problem::tr("%1 is no address of a service: http:// or https:// is expected.")
                        .arg(base.toDisplayString()));
    default: break;
    }
    return make(ErrorKind::Network, Problem::tr("No connection to %1: %2").arg(host, text));
}

Error timeoutError(const QUrl &base, std::chrono::milliseconds limit)
{
    return make(ErrorKind::Timeout,
                Problem::tr("%1 did not answer within %2 s.")
                    .arg(hostOf(base))
                    .arg(static_cast<double>(limit.count()) / 1000.0));
}

Error notConnected()
{
    return make(ErrorKind::Network, Problem::tr("Nothing is connected: choose a profile first."));
}

Error notOurs(const QUrl &base)
{
    return make(ErrorKind::Malformed,
                Problem::tr("%1 answers, but not as a Crossfade service does.").arg(hostOf(base)));
}

bool isSurelyUnsent(QNetworkReply::NetworkError code)
{
    return code == QNetworkReply::HostNotFoundError ||
           code == QNetworkReply::ConnectionRefusedError ||
           code == QNetworkReply::SslHandshakeFailedError;
}

} // namespace crossfade
