// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/sandboxprocess.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"

#include <QCoreApplication>
#ifdef Q_OS_LINUX
#include <csignal>
#include <sys/prctl.h>
#endif

namespace crossfade {

namespace {

constexpr std::chrono::seconds StartLimit{120};
constexpr int StopLimitMs = 8'000;
constexpr qsizetype MostOutput = 1 << 20;

// Log lines are JSON objects; a person wants their message.
QString messageOf(const QByteArray &line)
{
    const Result<Json> json =
        parseJson(std::string_view(line.constData(), static_cast<std::size_t>(line.size())));
    for (const char *field : {"message", "msg"})
        if (json && !jsonText(*json, field).empty())
            return toText(jsonText(*json, field));
    return QString::fromUtf8(line).left(300);
}

} // namespace

SandboxProcess::SandboxProcess(QObject *parent)
    : QObject(parent)
{
    m_limit.setSingleShot(true);
    m_limit.setInterval(StartLimit);
    connect(&m_limit, &QTimer::timeout, this,
            [this] { fail(tr("The sandbox was not ready within two minutes.")); });
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &SandboxProcess::readOutput);
    connect(&m_process, &QProcess::readyReadStandardError, this, &SandboxProcess::readErrors);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            fail(tr("%1 could not be started: %2").arg(m_process.program(), m_process.errorString()));
    });
    connect(&m_process, &QProcess::finished, this, [this] { onEnded(); });
}

SandboxProcess::~SandboxProcess()
{
    m_process.disconnect(this);
    stop();
}

qint64 SandboxProcess::elapsedMs() const
{
    return m_elapsed.isValid() ? m_elapsed.elapsed() : 0;
}

void SandboxProcess::start()
{
    if (m_state == State::Starting || m_state == State::Running)
        return;
    m_dir = std::make_unique<QTemporaryDir>(QDir::tempPath() + QStringLiteral("/crossfade-sandbox-XXXXXX"));
    m_out.clear();
    m_lastError.clear();
    m_facts = Json();
    m_state = State::Starting;
    m_progress = tr("Starting two platforms, the router and the comparator…");
    m_elapsed.start();
    const QString beside =
        QCoreApplication::applicationDirPath() + QStringLiteral("/crossfade-sandbox");
    m_process.setProgram(m_program.isEmpty() ? beside : m_program);
    m_process.setArguments(QStringList{QStringLiteral("up"), QStringLiteral("--dir"),
                                       m_dir->filePath(QStringLiteral("data"))} +
                           m_more);
    m_limit.start();
    Q_EMIT changed();
#ifdef Q_OS_LINUX
    // A console that is killed takes its sandbox with it.
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
#endif
    m_process.start();
}

void SandboxProcess::readOutput()
{
    m_out += m_process.readAllStandardOutput();
    if (m_state != State::Starting)
        return;
    if (m_out.size() > MostOutput) {
        fail(tr("The sandbox printed something that is no answer."));
        return;
    }
    // One JSON object, when everything answers.
    const Result<Json> json =
        parseJson(std::string_view(m_out.constData(), static_cast<std::size_t>(m_out.size())));
    if (!json || !json->is_object())
        return;
    m_facts = *json;
    m_limit.stop();
    m_state = State::Running;
    m_progress.clear();
    Q_EMIT changed();
    Q_EMIT ready();
}

void SandboxProcess::readErrors()
{
    const QList<QByteArray> lines = m_process.readAllStandardError().trimmed().split('\n');
    if (lines.isEmpty() || lines.last().isEmpty())
        return;
    m_lastError = lines.last().left(2'000);
    if (m_state != State::Starting)
        return;
    m_progress = messageOf(m_lastError);
    Q_EMIT changed();
}

void SandboxProcess::onEnded()
{
    if (m_state == State::Starting || m_state == State::Running)
        fail(tr("The sandbox ended (exit code %1): %2")
                 .arg(m_process.exitCode())
                 .arg(messageOf(m_lastError)));
}

void SandboxProcess::fail(const QString &why)
{
    m_limit.stop();
    m_state = State::Failed;
    m_progress = why;
    if (m_process.state() != QProcess::NotRunning)
        m_process.terminate();
    Q_EMIT changed();
    Q_EMIT failed(why);
}

void SandboxProcess::stop()
{
    m_limit.stop();
    m_state = State::Stopped;
    if (m_process.state() != QProcess::NotRunning) {
        m_process.terminate();
        if (!m_process.waitForFinished(StopLimitMs)) {
            m_process.kill();
            m_process.waitForFinished(StopLimitMs);
        }
    }
    m_dir.reset();
    Q_EMIT changed();
}

ConnectionTarget SandboxProcess::target() const
{
    ConnectionTarget target;
    target.profileName = QStringLiteral("sandbox");
    const auto url = [this](const char *service) {
        return QUrl(toText(jsonText(jsonAt(m_facts, service), "url")));
    };
    // The sandbox's operator at the router; at the comparator its administrator, because one person
    // plays both the one who proposes a repair and the one who approves it.
    target.routers = {url("router")};
    target.comparator = url("comparator");
    target.routerToken =
        QByteArray::fromStdString(jsonText(jsonAt(m_facts, "tokens"), "operator"));
    target.comparatorToken =
        QByteArray::fromStdString(jsonText(jsonAt(m_facts, "comparator_tokens"), "admin"));
    return target;
}

} // namespace crossfade
