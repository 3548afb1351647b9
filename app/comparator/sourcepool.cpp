// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How many connections each source has, and those that wait for their next user.
#include "app/comparator/mariadbsource.h"
#include "app/comparator/postgressource.h"
#include "app/comparator/source.h"
#include "app/comparator/sqlitesource.h"

#include <condition_variable>
#include <list>
#include <map>
#include <mutex>

namespace crossfade {

namespace {

constexpr std::chrono::seconds LongestIdle{30};
constexpr std::size_t MostIdleOfOne = 2; // of one source and access
constexpr std::size_t MostIdle = 32;

// By the place of a source.
class Places {
public:
    void limit(int most)
    {
        const std::lock_guard lock(m_mutex);
        m_most = most;
    }
    Result<std::shared_ptr<void>> take(const std::string &source, std::chrono::seconds limit)
    {
        std::unique_lock lock(m_mutex);
        ++m_waiting[source];
        const bool free = m_given.wait_for(lock, limit, [&] { return m_taken[source] < m_most; });
        if (--m_waiting[source] == 0) m_waiting.erase(source);
        if (!free)
            return fail(ErrorKind::Unavailable, "all " + std::to_string(m_most) +
                                                    " connections to this source are in use");
        ++m_taken[source];
        return std::shared_ptr<void>(nullptr, [this, source](void *) { give(source); });
    }
    bool isAwaited(const std::string &source)
    {
        const std::lock_guard lock(m_mutex);
        return m_waiting.contains(source);
    }

private:
    void give(const std::string &source)
    {
        const std::lock_guard lock(m_mutex);
        if (--m_taken[source] == 0) m_taken.erase(source);
        m_given.notify_all();
    }

    std::mutex m_mutex;
    std::condition_variable m_given;
    std::map<std::string, int> m_taken;
    std::map<std::string, int> m_waiting;
    int m_most = 8;
};

Places &places()
{
    static Places all;
    return all;
}

// Connections without a user. Each keeps its place among those that the source may have, and gives way
// to whoever needs it.
class IdleSources {
public:
    using Clock = std::chrono::steady_clock;
    std::unique_ptr<Source> take(const std::string &key)
    {
        const std::lock_guard lock(m_mutex);
        for (auto at = m_idle.begin(); at != m_idle.end(); ++at) {
            if (at->key != key || Clock::now() - at->since > LongestIdle) continue;
            std::unique_ptr<Source> source = std::move(at->source);
            m_idle.erase(at);
            return source;
        }
        return nullptr;
    }
    void put(const GiveBack &from, std::unique_ptr<Source> source)
    {
        if (!source->isReusable() || places().isAwaited(from.location)) return;
        std::list<Idle> gone;
        const std::lock_guard lock(m_mutex);
        std::size_t same = 0;
        for (const Idle &idle : m_idle)
            same += idle.key == from.key ? 1 : 0;
        m_idle.push_front({from.key, from.location, std::move(source), Clock::now()});
        if (same >= MostIdleOfOne || m_idle.size() > MostIdle) gone.splice(gone.end(), m_idle, oldest(same, from.key));
    }
    template <class Which>
    void close(Which which)
    {
        std::list<Idle> gone; // closed without the lock: that may take a trip
        const std::lock_guard lock(m_mutex);
        for (auto at = m_idle.begin(); at != m_idle.end();) {
            const auto next = std::next(at);
            if (which(*at)) gone.splice(gone.end(), m_idle, at);
            at = next;
        }
    }

    struct Idle {
        std::string key;
        std::string location;
        std::unique_ptr<Source> source;
        Clock::time_point since;
    };

private:
    std::list<Idle>::iterator oldest(std::size_t same, const std::string &key)
    {
        auto at = std::prev(m_idle.end());
        while (same >= MostIdleOfOne && at->key != key)
            --at;
        return at;
    }

    std::mutex m_mutex;
    std::list<Idle> m_idle; // the last one given back first
};

IdleSources &idleSources()
{
    (void)places(); // which these need to the end
    static IdleSources all;
    return all;
}

Result<std::unique_ptr<Source>> connectNow(const SourceSettings &settings, Access access)
{
    switch (settings.kind) {
    case SourceKind::Sqlite:
        return connectSqlite(settings, access);
    case SourceKind::Mariadb:
        return connectMariadb(settings, access);
    case SourceKind::Postgres:
        break;
    }
    return connectPostgres(settings, access);
}

std::string keyOf(const SourceSettings &settings, Access access)
{
    std::string key = access == Access::Write ? "write" : "read";
    key += '\n' + std::string(sourceKindWord(settings.kind)) + '\n' + settings.location;
    key += '\n' + std::to_string(settings.connectTimeout.count()) + ' ' +
           std::to_string(settings.statementTimeout.count());
    if (settings.secret) key += (settings.secret->fromFile ? "\nfile " : "\nvariable ") + settings.secret->name;
    return key;
}

} // namespace

Result<std::unique_ptr<Source>> connectSource(const SourceSettings &settings, Access access)
{
    Result<std::shared_ptr<void>> place = places().take(settings.location, std::chrono::seconds(0));
    if (!place) {
        idleSources().close([&](const auto &idle) { return idle.location == settings.location; });
        place = places().take(settings.location, settings.connectTimeout);
    }
    if (!place) return fail(place.error());
    Result<std::unique_ptr<Source>> source = connectNow(settings, access);
    if (source) (*source)->hold(std::move(*place));
    return source;
}

void GiveBack::operator()(Source *source) const
{
    idleSources().put(*this, std::unique_ptr<Source>(source));
}

Result<SourceLoan> lendSource(const SourceSettings &settings, Access access)
{
    const GiveBack back{keyOf(settings, access), settings.location};
    while (std::unique_ptr<Source> idle = idleSources().take(back.key)) {
        if (idle->refresh()) return SourceLoan(idle.release(), back);
    }
    Result<std::unique_ptr<Source>> source = connectSource(settings, access);
    if (!source) return fail(source.error());
    return SourceLoan(source->release(), back);
}

void closeIdleSources()
{
    const auto now = IdleSources::Clock::now();
    idleSources().close([now](const auto &idle) { return now - idle.since > LongestIdle; });
}

void limitSourceConnections(int most)
{
    places().limit(most);
}

} // namespace crossfade
