// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/members.h"

#include "app/sandbox/files.h"
#include "app/service/log.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>

namespace crossfade {

namespace {

constexpr std::chrono::seconds StartLimit{30};
constexpr std::chrono::milliseconds StopLimit{2'000};

std::optional<std::string> readyUrl(const std::string &file)
{
    const Result<std::string> text = readTextFile(file);
    if (!text) return std::nullopt;
    const Result<Json> json = parseJson(*text);
    if (!json || !json->is_object()) return std::nullopt;
    JsonReader in(*json);
    return in.optionalText("url", 500);
}

std::string listenAt(const std::string &url)
{
    constexpr std::string_view Scheme = "http://";
    return url.starts_with(Scheme) ? url.substr(Scheme.size()) : "127.0.0.1:0";
}

} // namespace

Result<void> Members::start(const std::string &name, Member member)
{
    const std::string oldUrl = member.url;
    Result<void> launched = launch(name, member);
    if (!launched && !oldUrl.empty() && !m_loop.stopAsked()) {
        // Something else listens there by now.
        member.url.clear();
        launched = launch(name, member);
    }
    const std::lock_guard lock(m_mutex);
    m_members[name] = std::move(member);
    return launched;
}

Result<void> Members::launch(const std::string &name, Member &member)
{
    ChildCommand command = member.command;
    command.arguments.insert(command.arguments.end(),
                             {"--listen", listenAt(member.url), "--ready-file", member.readyFile});
    if (!member.killPoint.empty())
        command.environment.push_back("CROSSFADE_KILL_POINT=" +
                                      std::exchange(member.killPoint, {}));
    std::error_code ignored;
    std::filesystem::remove(member.readyFile, ignored);
    Result<ChildProcess> started = ChildProcess::start(command);
    if (!started) return fail(started.error());
    member.process = *started;

    std::optional<std::string> url;
    bool ended = false;
    m_loop.waitUntil(
        [&] {
            url = readyUrl(member.readyFile);
            ended = !url && !member.process.running();
            return url || ended;
        },
        StartLimit);
    if (url) {
        member.url = *url;
        return {};
    }
    member.process.signal(SIGKILL);
    return fail(ErrorKind::Unavailable,
                name + (ended ? " ended at once" : " did not answer") + ", see " + command.logFile);
}

void Members::stop(Member &member)
{
    member.process.signal(SIGTERM);
    member.process.signal(SIGCONT); // a stopped process hears nothing else
    const auto ended = [&] { return !member.process.running(); };
    if (MainLoop::settle(ended, StopLimit)) return;
    member.process.signal(SIGKILL);
    MainLoop::settle(ended, StopLimit);
}

Result<void> Members::restart(const std::string &name, const std::string &killPoint)
{
    Member member;
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_members.find(name);
        if (found == m_members.end())
            return fail(ErrorKind::NotFound, "there is no process " + name);
        member = found->second;
    }
    stop(member);
    member.killPoint = killPoint;
    const Result<void> launched = launch(name, member);
    const std::lock_guard lock(m_mutex);
    m_members[name] = std::move(member);
    return launched;
}

void Members::replaceArgument(const std::string &name, const std::string &from, const std::string &to)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_members.find(name);
    if (found != m_members.end()) std::ranges::replace(found->second.command.arguments, from, to);
}

void Members::stopAll()
{
    const std::lock_guard lock(m_mutex);
    for (const int number : {SIGTERM, SIGCONT}) {
        for (auto &[name, member] : m_members)
            member.process.signal(number);
    }
    const auto allEnded = [this] {
        return std::ranges::none_of(m_members,
                                    [](auto &entry) { return entry.second.process.running(); });
    };
    MainLoop::settle(allEnded, StopLimit);
    for (auto &[name, member] : m_members)
        member.process.signal(SIGKILL);
    MainLoop::settle(allEnded, StopLimit);
}

std::string Members::url(const std::string &name) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_members.find(name);
    return found == m_members.end() ? std::string() : found->second.url;
}

Json Members::snapshot()
{
    const std::lock_guard lock(m_mutex);
    Json all = Json::object();
    for (auto &[name, member] : m_members) {
        const bool running = member.process.running();
        const auto code = member.process.exitCode();
        all[name] = {{"url", member.url},
                     {"pid", member.process.pid()},
                     {"running", running},
                     {"exit_code", code ? Json(*code) : Json()}};
    }
    return all;
}

} // namespace crossfade
